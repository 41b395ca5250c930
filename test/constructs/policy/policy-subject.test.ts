import { grant } from "../../../constructs/policy/policy-subject";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { stackWithVault } from "../../helpers/synth";

describe("grant", () => {
  const rule: PolicyRule = { path: "database/creds/app", capabilities: ["read"], reason: "Users of app" };

  it("writes the rule to the subject's policy, and says who got what", () => {
    const policy = new VaultPolicy(stackWithVault(), "Readers", { name: "readers" });
    const subject = { grantPolicy: policy };
    const given = grant(policy, subject, rule);
    expect(given.subject).toBe(subject);
    expect(given.rules).toEqual([rule]);
    expect(policy.toHcl()).toContain('path "database/creds/app"');
  });

  it("gives nothing to anybody else", () => {
    const stack = stackWithVault();
    const neighbour = new VaultPolicy(stack, "Neighbours", { name: "neighbours" });
    grant(stack, new VaultPolicy(stack, "Readers", { name: "readers" }), rule);
    expect(neighbour.toHcl()).toBe("");
  });

  it("refuses a rule that Vault would not read as it is meant", () => {
    const policy = new VaultPolicy(stackWithVault(), "Readers", { name: "readers" });
    expect(() => grant(policy, policy, { ...rule, path: "/database" })).toThrow(
      '[policy rule] path "/database" begins with /, which no path in Vault does',
    );
    expect(policy.toHcl()).toBe("");
  });
});
