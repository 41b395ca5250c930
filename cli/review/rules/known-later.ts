import { isKept, listed } from "../attributes";
import { changeRule } from "../rule";

/** What other rules judge by; policies have words of their own. */
const judged =
  /^(path|db_name|allowed_roles|\w+_statements|(token_|secret_id_)?(default_|max_|explicit_max_|default_lease_|max_lease_)?ttl(_seconds)?|(token_|secret_id_)?bound_\w+|policy|rotation_period|secret_id_num_uses|postgresql|mysql)$/;

export const knownLater = changeRule("known-later", "What counts is known after the apply only", (change) => {
  if (!isKept(change) || change.type === "vault_policy" || !change.type.startsWith("vault_")) return undefined;
  const names = change.unknown.filter(
    (name) => judged.test(name) && change.before?.[name] !== undefined && change.before[name] !== null,
  );
  if (names.length === 0) return undefined;
  return {
    risk: "dangerous",
    what: `${listed(names)} ${names.length === 1 ? "is" : "are"} known after the apply only`,
    why: "nobody can judge what nobody has seen: it may be a change that is blocked when it is known",
    remedy: "apply first what it depends on, and plan again",
  };
});
