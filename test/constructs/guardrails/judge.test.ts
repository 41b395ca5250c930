import { App, Aspects, TerraformStack, Testing } from "cdktf";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardrails } from "../../../constructs/guardrails/guardrails";
import { GuardrailAspect, type GuardrailAspectProps } from "../../../constructs/guardrails/guardrail-aspect";
import { guardrailReport } from "../../../constructs/guardrails/report";
import { waiverRules } from "../../../constructs/guardrails/waiver-rules";
import { VaultEndpoint } from "../../../constructs/provider/vault-endpoint";
import { judged } from "../../helpers/guardrails";
import { rawPostgres, rawStack } from "./database/raw";
import { Mount } from "@cdktf/provider-vault/lib/mount";

/** A connection without encryption, LH-DB-004. */
const plain = () => {
  const { stack, mount } = rawStack();
  rawPostgres(stack, mount, {
    connectionUrl: "postgresql://{{username}}:{{password}}@db.company.com/app?sslmode=disable",
  });
  return stack;
};
const waiver = { rule: "LH-DB-004", construct: "connection-app", reason: "The tunnel encrypts" };
const findings = (waivers: Parameters<typeof judged>[1]) =>
  judged(plain(), waivers).findings.filter(({ id }) => !["LH-SQL-004", "LH-SYS-001"].includes(id));

describe("guardrails", () => {
  it("have ids that are there once, and say why and what to do", () => {
    const rules = [...guardrails, ...waiverRules];
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title, why, remedy } of rules) {
      expect(id).toMatch(/^LH-[A-Z]+-\d{3}$/);
      for (const text of [title, why, remedy]) expect(text).toMatch(/[^.]$/);
    }
    for (const { references } of guardrails) expect(references.length).toBeGreaterThan(0);
  });
});

describe("waivers", () => {
  it("overrule a guardrail for one construct, and show in the report", () => {
    expect(findings({ waivers: [{ ...waiver, until: "2026-01-31" }] })).toMatchObject([
      { id: "LH-DB-004", waived: { by: "environment", reason: "The tunnel encrypts", until: "2026-01-31" } },
    ]);
  });

  it("overrule nothing once they have expired, which is an error itself", () => {
    const found = findings({ waivers: [{ ...waiver, until: "2026-01-30" }] });
    expect(found.map(({ id, severity, waived }) => [id, severity, waived])).toEqual([
      ["LH-DB-004", "error", undefined],
      ["LH-WVR-003", "error", undefined],
    ]);
    expect(found[1]?.problem).toBe("the waiver of LH-DB-004 counted until 2026-01-30, and today is 2026-01-31");
  });

  it("are errors where they name no guardrail", () => {
    const found = findings({ waivers: [waiver, { ...waiver, rule: "LH-BD-004" }] });
    expect(found.map(({ id }) => id)).toEqual(["LH-DB-004", "LH-WVR-001"]);
    expect(found[1]).toMatchObject({ severity: "error", problem: "a waiver names LH-BD-004, which is no guardrail" });
    expect(found[1]?.remedy).toMatch(/^did you mean LH-/);
  });

  it("can't overrule what is wrong with a waiver", () => {
    const wrong = { ...waiver, rule: "LH-DB-007" };
    const found = findings({ waivers: [waiver, wrong, { ...wrong, rule: "LH-WVR-002" }] });
    expect(found.filter(({ waived }) => waived === undefined).map(({ id, problem }) => [id, problem])).toEqual([
      ["LH-WVR-001", "a waiver names LH-WVR-002, which is no guardrail"],
      ["LH-WVR-002", "a waiver names LH-DB-007, which has nothing against connection-app"],
    ]);
  });

  it.each([{ construct: "connection-other" }, { rule: "LH-DB-007" }])(
    "are errors where they waive nothing: %j",
    (change) => {
      const found = findings({ tier: "lab", waivers: [{ ...waiver, ...change }] });
      expect(found.map(({ id, severity, waived }) => [id, severity, waived])).toEqual([
        ["LH-WVR-002", "error", undefined],
        ["LH-DB-004", "warning", undefined],
      ]);
    },
  );
});

describe("the aspect", () => {
  const synthesise = (props: Partial<GuardrailAspectProps> = {}) => {
    const outdir = mkdtempSync(join(tmpdir(), "leasehold-"));
    const app = new App({ outdir });
    const stack = new TerraformStack(app, "prod");
    new VaultEndpoint(stack, "Vault", { address: "https://vault.company.com" });
    Aspects.of(stack).add(new GuardrailAspect({ tier: "prod", waivers: [], today: "2026-01-31", ...props }));
    const mount = new Mount(stack, "Mount", { path: "db", type: "database" });
    rawPostgres(stack, mount).addOverride("allowed_roles", ["*"]);
    const report = () =>
      guardrailReport.parse(JSON.parse(readFileSync(join(outdir, "stacks/prod/guardrails.json"), "utf8")));
    return { app, stack, report };
  };

  it("ends the synthesis with the environment, the construct, the rule and the remedy, and leaves the report", () => {
    const { app, report } = synthesise();
    expect(() => {
      app.synth();
    }).toThrow(
      '[prod/connection-app] allowed_roles holds "*", which lets any role of the mount use it (LH-DB-007): name the roles one by one',
    );
    expect(report()).toMatchObject({ environment: "prod", tier: "prod", today: "2026-01-31" });
    expect(report().findings.map(({ id }) => id)).toContain("LH-DB-007");
  });

  it("goes on where all errors are waived, and renders what it judged", () => {
    const rendered: object[] = [];
    const waived = (rule: string) => ({ rule, construct: "connection-app", reason: "It is a test" });
    const { app, stack, report } = synthesise({
      tier: "lab",
      waivers: [waived("LH-DB-007"), waived("LH-SQL-004")],
      onRendered: (each) => rendered.push(each),
    });
    app.synth();
    expect(rendered).toHaveLength(1);
    expect(Testing.synth(stack)).toContain('"allowed_roles"');
    expect(
      report()
        .findings.filter(({ waived: by }) => by !== undefined)
        .map(({ id }) => id),
    ).toEqual(["LH-DB-007", "LH-SQL-004"]);
  });
});
