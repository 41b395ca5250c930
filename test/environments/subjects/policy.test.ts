import { parseEnvironment } from "../../../environments/load";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { environmentWith, refusalOf } from "../../helpers/environments";

const own: PolicyRule = { path: "secret/data/shop", capabilities: ["read"], reason: "The shop's secrets" };

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
  ])("is refused in %s", (field, policy, message) => {
    expect(refusalOf(() => parsed(policy))).toContain(`policies[0].${field} ${message}`);
  });

  it("takes its waivers among the environment's, by construct", () => {
    const message = refusalOf(() => parsed({ rules: [own], waivers: [{ rule: "LH-POL-006", reason: "by the team" }] }));
    expect(message).toContain('policies[0] Unrecognized key: "waivers"');
  });
});
