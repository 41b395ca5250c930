import { connectionType, engineOf, isRenamed, nameOf } from "../attributes";
import type { ResourceChange, ReviewedPlan } from "../plan";
import { changeRule } from "../rule";

export const passwordSentAgain = changeRule(
  "password-sent-again",
  "A connection is made anew with an admin password that was sent before",
  (change, plan) => {
    if (change.type !== connectionType) return undefined;
    const earlier = earlierOf(change, plan);
    if (earlier === undefined) return undefined;
    const [old, now] = [engineOf(earlier), engineOf(change.after)];
    if (old === undefined || now === undefined || versionOf(now.settings) !== versionOf(old.settings)) return undefined;
    // A password that lies in the plan can be compared; a write-only one has its version only.
    if (change.action !== "create" && versionOf(now.settings) === undefined && hasNewPassword(change)) return undefined;
    const version = versionOf(now.settings);
    return {
      risk: "dangerous",
      what: `making ${nameOf(change.after, change.address)} sends an admin password that was sent before${version === undefined ? "" : ` (password_wo_version is still ${version})`}`,
      why: "where Vault has rotated it since, the old one no longer logs in: the apply fails, or puts a password back that others know",
      remedy: "set the admin's password anew in the database (leasehold database reseed), and raise its version",
    };
  },
);

/** What it was before: replaced or renamed by this plan, or removed beside Terraform. */
function earlierOf(change: ResourceChange, { drift }: ReviewedPlan): ResourceChange["before"] {
  const { action, address, before } = change;
  if (action === "replace" || isRenamed(change)) return before;
  if (action !== "create") return undefined;
  return drift.find((each) => each.address === address && each.action === "delete")?.before;
}

function versionOf(settings: Readonly<Record<string, unknown>>): number | undefined {
  const version = settings["password_wo_version"];
  return typeof version === "number" ? version : undefined;
}

function hasNewPassword({ sensitive, after }: ResourceChange): boolean {
  const engine = engineOf(after)?.engine;
  return sensitive.some(({ name, changes }) => changes && name === engine);
}
