import { judgePolicy } from "../../../policies/lint/policy-rules";
import { applyWaivers, readWaivers } from "../../../policies/lint/waivers";
import { parsePolicy } from "../../../policies/parser/parse-policy";

async function waived(...lines: readonly string[]) {
  const text = lines.join("\n");
  const { rules } = await parsePolicy(text, { file: "deployer.hcl" });
  return applyWaivers("deployer.hcl", judgePolicy(rules), readWaivers("deployer.hcl", text, rules));
}

const rule = ['path "sys/policies/acl/+" {', '  capabilities = ["create"]', "}"];

describe("a waiver", () => {
  it("takes one guardrail from the rule below, with its reason", async () => {
    const { judgements, waived: taken } = await waived(
      "# Policies.",
      "# leasehold:allow LH-POL-006 CI deploys policies",
      "# And more.",
      ...rule,
      'path "sys/policies/acl/other" {',
      '  capabilities = ["delete"]',
      "}",
    );
    expect(taken.map(({ id, reason, rule: { path } }) => [id, reason, path])).toEqual([
      ["LH-POL-006", "CI deploys policies", "sys/policies/acl/+"],
    ]);
    expect(judgements.filter(({ severity }) => severity === "error").map(({ rule: { path } }) => path)).toEqual([
      "sys/policies/acl/other",
    ]);
  });

  it.each<[string, readonly string[], string]>([
    [
      "names no guardrail",
      ["# leasehold:allow", ...rule],
      "[deployer.hcl:1] leasehold:allow names no guardrail: name one of LH-POL-001",
    ],
    [
      "names one that there is not",
      ["# leasehold:allow LH-POLL-006 because", ...rule],
      "[deployer.hcl:1] leasehold:allow names LH-POLL-006, which is no guardrail: did you mean LH-POL-006?",
    ],
    [
      "has no reason",
      ["", "// leasehold:allow LH-POL-006", ...rule],
      "[deployer.hcl:2] leasehold:allow LH-POL-006 has no reason: say behind it why the rule may do so",
    ],
    [
      "stands above no rule",
      ["# leasehold:allow LH-POL-006 because", "", ...rule],
      "[deployer.hcl:1] leasehold:allow LH-POL-006 stands above no rule: put it directly above one",
    ],
    [
      "stands at the end",
      [...rule, "# leasehold:allow LH-POL-006 because"],
      "[deployer.hcl:4] leasehold:allow LH-POL-006 stands above no rule: put it directly above one",
    ],
    [
      "waives nothing",
      ["# leasehold:allow LH-POL-001 because", ...rule],
      "[deployer.hcl:1] leasehold:allow LH-POL-001 waives nothing: the guardrail has nothing against the rule: remove the comment",
    ],
  ])("is refused when it %s", async (_, lines, message) => {
    await expect(waived(...lines)).rejects.toThrow(message);
  });
});
