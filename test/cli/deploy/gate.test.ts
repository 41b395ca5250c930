import { messageOf } from "../../../constructs/core/errors";
import { gate, type GateOptions } from "../../../cli/deploy/gate";
import type { ReviewFinding, RiskClass } from "../../../cli/review/finding";
import { reviewLabels } from "../../../cli/review/rules";

const [label = ""] = reviewLabels;

function finding(risk: RiskClass, rule = label): ReviewFinding {
  return { rule, risk, address: "vault_mount.old", what: "is destroyed", why: "so", remedy: "do not" };
}

/** What was asked, or what it was refused with. */
async function outcome(findings: readonly ReviewFinding[], given: Partial<GateOptions>): Promise<string> {
  let asked = "applied without a question";
  const ask = (_: string, question: string, word: string) => {
    asked = `${question} Type ${word}`;
    return Promise.resolve();
  };
  const options = { allow: [], yes: false, isTerminal: true, ask, ...given };
  return gate("prod", "Apply?", findings, options).then(
    () => asked,
    (thrown: unknown) => messageOf(thrown),
  );
}

describe("the gate", () => {
  it.each(["routine", "careful"] as const)("lets %s changes through with --yes, and asks without", async (risk) => {
    expect(await outcome([finding(risk)], { yes: true })).toBe("applied without a question");
    expect(await outcome([finding(risk)], {})).toBe("Apply? Type prod");
  });

  it("refuses dangerous changes to --yes, and names what allows them", async () => {
    const refusal = `[leasehold deploy] the plan holds 1 changes that need more than --yes: mend the declaration, or give --allow ${label} if they are meant:\ndangerous: vault_mount.old is destroyed (${label})`;
    expect(await outcome([finding("dangerous")], { yes: true })).toBe(refusal);
    expect(await outcome([finding("dangerous")], { isTerminal: false })).toBe(refusal);
  });

  it("asks for dangerous changes at a terminal, and lets them through where they are allowed", async () => {
    expect(await outcome([finding("dangerous")], {})).toBe("Apply? Type prod");
    expect(await outcome([finding("dangerous")], { yes: true, allow: [label] })).toBe("applied without a question");
  });

  it("lets blocked changes through by their address alone", async () => {
    const allowed = `${label}:vault_mount.old`;
    expect(await outcome([finding("blocked")], { yes: true, allow: [label] })).toContain(`give --allow ${allowed} if`);
    expect(await outcome([finding("blocked")], { yes: true, allow: [allowed] })).toBe("applied without a question");
    expect(await outcome([finding("blocked")], { yes: true, allow: [`${label}:vault_mount.other`] })).toContain(
      `give --allow ${allowed} if`,
    );
  });
});
