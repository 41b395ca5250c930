import { isGone, pathOf, textOf } from "../attributes";
import { changeRule } from "../rule";

const type = "vault_audit";

export const auditRemoved = changeRule("audit-removed", "An audit device is removed", (change, plan) => {
  if (change.type !== type || !isGone(change)) return undefined;
  const path = pathOf(change.before) ?? textOf(change.before, "type") ?? change.address;
  const left = plan.resources.filter((each) => each.type === type && each.address !== change.address).length;
  const others = left === 0 ? "no other one is declared" : `${left} other${left === 1 ? " stays" : "s stay"}`;
  if (change.action === "replace") {
    return {
      risk: "dangerous",
      what: `the audit device ${path} is removed and made anew; ${others}`,
      why: "requests in between are not recorded there, and hashes of the new device can't be compared with the old one's",
      remedy: "declare the new device at another path, apply, and remove this one afterwards",
    };
  }
  return {
    risk: "dangerous",
    what: `the audit device ${path} is removed; ${others}`,
    why:
      left === 0
        ? "nothing that happens in Vault is recorded from then on"
        : "what it recorded is recorded there no longer",
    remedy: "see that whoever answers for audits agrees, and that two devices are left",
  };
});
