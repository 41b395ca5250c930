import { parseEnvironment } from "../../../environments/load";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { environmentWith, refusalOf } from "../../helpers/environments";

const own: PolicyRule = { path: "secret/data/shop", capabilities: ["read"], reason: "The shop's secrets" };
const writesPolicies: PolicyRule = { path: "sys/policies/acl/+", capabilities: ["update"], reason: "Writes policies" };

const parsed = (policy: object) =>
  parseEnvironment(environmentWith({ "policies[0]": { name: "developers", ...policy } }));

describe("a policy of an environment", () => {
  it("may be written from rules", () => {
    expect(parsed({ rules: [own] }).policies[0]).toEqual({ name: "developers", rules: [own] });
  });

  it.each<[string, object, string]>([
    ["rules[0]", { rules: [{ ...own, path: "/secret" }] }, 'path "/secret" begins with /'],
    ["rules[1]", { rules: [own, { ...own, capabilities: [] }] }, "capabilities is empty"],
    ["library", { library: "../deployer" }, "is the name of a file in policies/library, without .hcl"],
    ["waivers[0].rule", { rules: [own], waivers: [{ rule: "LH-POL-999", reason: "none at all" }] }, "Invalid option"],
    ["waivers[0].reason", { rules: [own], waivers: [{ rule: "LH-POL-006", reason: "why" }] }, "is no reason"],
  ])("is refused in %s", (field, policy, message) => {
    expect(refusalOf(() => parsed(policy))).toContain(`policies[0].${field} ${message}`);
  });

  it("is refused with a rule that a guardrail has something against, at its place", () => {
    const message = refusalOf(() => parsed({ rules: [own, writesPolicies] }));
    expect(message).toContain('policies[0].rules[1] path "sys/policies/acl/+" allows update on policies (LH-POL-006)');
  });

  it("may waive a guardrail with a reason", () => {
    const waivers = [{ rule: "LH-POL-006", reason: "It is the team that writes policies" }];
    expect(parsed({ rules: [own, writesPolicies], waivers }).policies[0]).toMatchObject({ waivers });
  });

  it("is refused where it waives nothing", () => {
    const waivers = [{ rule: "LH-POL-006", reason: "It is the team that writes policies" }];
    expect(refusalOf(() => parsed({ rules: [own], waivers }))).toContain(
      "policies[0].waivers[0] waives LH-POL-006, which has nothing against the rules: take it out",
    );
  });
});
