import { formatDuration } from "../../core/duration";
import { alwaysError } from "../../core/rule";
import { numberOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { mountOf, roleType } from "./connection";

export const mountTtl: Guardrail = {
  id: "LH-DB-010",
  title: "a role's TTLs are within its mount's",
  why: "Vault cuts the lease to the mount's max TTL in silence, so credentials end before whoever uses them expects it",
  remedy: "lower the role's TTLs or raise max_lease_ttl_seconds of the mount",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/tokens#the-general-case"],
  check(declaration) {
    const longest = new Map(
      resourcesOf(declaration, "vault_mount", "vault_database_secrets_mount").map(({ arguments: given }) => [
        mountOf(given, "path"),
        numberOf(given, "max_lease_ttl_seconds"),
      ]),
    );
    return resourcesOf(declaration, roleType).flatMap((resource) => {
      const mount = mountOf(resource.arguments);
      const most = longest.get(mount) ?? 0;
      const over = (["max_ttl", "default_ttl"] as const).find(
        (argument) => most > 0 && (numberOf(resource.arguments, argument) ?? 0) > most,
      );
      if (over === undefined) return [];
      const given = formatDuration(numberOf(resource.arguments, over) ?? 0);
      return [{ resource, problem: `${over} ${given} exceeds ${formatDuration(most)}, the longest of mount ${mount}` }];
    });
  },
};
