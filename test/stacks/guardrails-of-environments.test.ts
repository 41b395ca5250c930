import { loadPostgresGrammar } from "../../constructs/database/statements/postgres-grammar";
import { declarationOf, type SynthesisedStack } from "../../constructs/guardrails/declaration";
import { guardrails } from "../../constructs/guardrails/guardrails";
import { judge } from "../../constructs/guardrails/judge";
import { countingFindings } from "../../constructs/guardrails/report";
import { acknowledgementsOf } from "../../constructs/provider/acknowledge";
import { VaultEndpoint } from "../../constructs/provider/vault-endpoint";
import { serverAuditOf } from "../../constructs/system/server-audit-device";
import { loadEnvironments } from "../../environments/load";
import { VaultStack } from "../../stacks/vault-stack";
import { synth, testApp } from "../helpers/synth";

const today = "2026-01-31";

describe("guardrails", () => {
  beforeAll(loadPostgresGrammar);

  it.each(loadEnvironments({}).map((environment) => ({ name: environment.name, environment })))(
    "have no error to report of $name",
    ({ environment }) => {
      const stack = new VaultStack(testApp(), environment.name, { environment, today });
      synth(stack); // runs the aspects
      const declaration = declarationOf(stack.toTerraform() as SynthesisedStack, {
        provider: VaultEndpoint.of(stack).features,
        acknowledged: acknowledgementsOf(stack),
        serverAudit: serverAuditOf(stack),
      });
      const report = judge(declaration, guardrails, {
        environment: environment.name,
        tier: environment.tier,
        waivers: environment.waivers,
        today,
      });
      expect(countingFindings(report).filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );

  it("have ids of their own", () => {
    const ids = guardrails.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
