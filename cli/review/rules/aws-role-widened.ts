import { isKept, isUnset, listOf, listed, textOf } from "../attributes";
import type { RiskClass } from "../finding";
import type { ResourceChange } from "../plan";
import { changeRule } from "../rule";

interface Widening {
  readonly words: string;
  readonly risk: RiskClass;
}

const permissions = ["policy_document", "policy_arns", "iam_groups"] as const;

/** What credentials that Vault issues may do in AWS is said by the role alone: no policy of Vault's shows it. */
export const awsRoleWidened = changeRule("aws-role-widened", "Credentials of AWS may do more", (change) => {
  if (!isKept(change) || change.type !== "vault_aws_secret_backend_role") return undefined;
  const wider = [...ofBoundary(change), ...ofLists(change), ...ofDocument(change)];
  if (wider.length === 0) return undefined;
  return {
    risk: wider.some(({ risk }) => risk === "dangerous") ? "dangerous" : "careful",
    what: wider.map(({ words }) => words).join("; "),
    why: "whoever is granted the role gets it with the next credentials; users that live keep what they were made with",
    remedy: "see in AWS what it allows, and that it is meant",
  };
});

function ofBoundary({ before, after, unknown }: ResourceChange): Widening[] {
  const name = "permissions_boundary_arn";
  const [old, now] = [textOf(before, name), textOf(after, name)];
  if (old === undefined || old === now || unknown.includes(name)) return [];
  return now === undefined
    ? [{ words: `users are no longer bounded by ${old}`, risk: "dangerous" }]
    : [{ words: `users are bounded by ${now} (was ${old})`, risk: "careful" }];
}

function ofLists({ before, after, unknown }: ResourceChange): Widening[] {
  return ["policy_arns", "iam_groups", "role_arns"].flatMap((name): Widening[] => {
    const old = listOf(before, name);
    const added = listOf(after, name).filter((each) => !old.includes(each));
    if (unknown.includes(name) || added.length === 0) return [];
    return [{ words: `${name} gains ${listed(added, 4)}`, risk: "careful" }];
  });
}

/** A session of a role, which nothing narrows, may do all that the role may. */
function ofDocument({ before, after, unknown }: ResourceChange): Widening[] {
  if (permissions.some((name) => unknown.includes(name))) return [];
  const narrowed = permissions.some((name) => !isUnset(before?.[name]));
  if (narrowed && permissions.every((name) => isUnset(after?.[name]))) {
    return [{ words: "no policy narrows its sessions any more", risk: "dangerous" }];
  }
  const [old, now] = [textOf(before, "policy_document"), textOf(after, "policy_document")];
  return now === undefined || now === old ? [] : [{ words: "policy_document allows other things", risk: "careful" }];
}
