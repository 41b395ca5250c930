import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { sarifOf } from "../../../cli/check/sarif";
import { guardrails } from "../../../constructs/guardrails/guardrails";
import { waiverRules } from "../../../constructs/guardrails/waiver-rules";
import type { GuardrailReport, ReportedFinding } from "../../../constructs/guardrails/report";

/** The schema that OASIS publishes with the standard. */
const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(__dirname, "sarif-schema-2.1.0.json"), "utf8"),
    // zod would take a reference for a whole URL.
    (key, value: unknown) => (key === "format" && value === "uri-reference" ? undefined : value),
  ) as z.core.JSONSchema.JSONSchema,
);

const finding: ReportedFinding = {
  id: "LH-DB-004",
  title: "connections are encrypted",
  severity: "error",
  construct: "mount-database/postgres-prod",
  address: "vault_database_secret_backend_connection.postgres-prod",
  problem: "the URL has sslmode=disable",
  remedy: "ask for TLS",
};
const reportOf = (environment: string, ...findings: readonly ReportedFinding[]): GuardrailReport => ({
  version: 1,
  environment,
  tier: "prod",
  today: "2026-11-24",
  findings: [...findings],
});
const logOf = (...reports: readonly GuardrailReport[]) => sarifOf(reports, [...guardrails, ...waiverRules], "1.2.3");
interface Run {
  readonly automationDetails: { readonly id: string };
  readonly tool: {
    readonly driver: { readonly rules: readonly { readonly id: string; readonly help: { text: string } }[] };
  };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly suppressions?: unknown;
    readonly partialFingerprints: Readonly<Record<string, string>>;
  }[];
}
const runOf = (log: Record<string, unknown>) => (log as unknown as { readonly runs: readonly [Run] }).runs[0];

describe("a log for code scanning", () => {
  const waived = { reason: "it is on one machine", by: "environment", until: "2027-01-31" } as const;
  const wrongWaiver: ReportedFinding = {
    ...finding,
    id: "LH-WVR-002",
    title: "a waiver overrules something",
    address: undefined,
  };
  const log = logOf(reportOf("prod", finding, { ...finding, waived }, wrongWaiver), reportOf("dev"));

  it("is what the standard's schema asks for, also without findings", () => {
    expect(schema.safeParse(log)).toMatchObject({ success: true });
    expect(schema.safeParse(logOf(reportOf("dev")))).toMatchObject({ success: true });
    const broken = structuredClone(log) as { runs: { results: { message?: unknown }[] }[] };
    delete broken.runs[0]?.results[0]?.message;
    expect(schema.safeParse(broken).success).toBe(false);
  });

  it("has every guardrail as a rule with its help, those about waivers too, and points each result at its rule", () => {
    const { tool, results } = runOf(log);
    const { rules } = tool.driver;
    expect(rules.map(({ id }) => id)).toEqual([
      ...guardrails.map(({ id }) => id),
      ...["LH-WVR-001", "LH-WVR-002", "LH-WVR-003"],
    ]);
    expect(rules.every(({ help }) => help.text.length > 20 || help.text.endsWith("."))).toBe(true);
    expect(results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(results.map(({ ruleId }) => ruleId));
  });

  it("tells where, how grave, and what to do", () => {
    expect(runOf(log).results[0]).toMatchObject({
      ruleId: "LH-DB-004",
      level: "error",
      message: { text: "prod/mount-database/postgres-prod: the URL has sslmode=disable. Ask for TLS." },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "environments/prod.ts" }, region: { startLine: 1 } },
          logicalLocations: [{ fullyQualifiedName: "prod/mount-database/postgres-prod", kind: "resource" }],
        },
      ],
    });
  });

  it("suppresses what is waived, and nothing else", () => {
    const { results } = runOf(log);
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      [{ kind: "external", status: "accepted", justification: "it is on one machine (until 2027-01-31)" }],
      undefined,
    ]);
    const inCode = logOf(reportOf("prod", { ...finding, waived: { reason: "meant so", by: "code" } }));
    expect(runOf(inCode).results[0]?.suppressions).toEqual([
      { kind: "inSource", status: "accepted", justification: "meant so" },
    ]);
  });

  it("knows a finding again, and tells two constructs and two environments apart", () => {
    const prints = (...reports: readonly GuardrailReport[]) =>
      runOf(logOf(...reports)).results.map(({ partialFingerprints }) => partialFingerprints["leaseholdFinding/v1"]);
    const other = { ...finding, construct: "mount-database/other" };
    const all = prints(reportOf("prod", finding, other), reportOf("dev", finding));
    expect(new Set(all).size).toBe(3);
    expect(prints(reportOf("prod", finding))).toEqual(all.slice(0, 1));
  });

  it("is uploaded by its environment's name, or as one for all", () => {
    expect(runOf(log).automationDetails.id).toBe("leasehold/all/");
    expect(runOf(logOf(reportOf("dev"))).automationDetails.id).toBe("leasehold/dev/");
  });
});
