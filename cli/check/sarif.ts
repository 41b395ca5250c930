import { createHash } from "node:crypto";
import type { Rule } from "../../constructs/core/rule";
import type { Severity } from "../../constructs/core/tier";
import type { GuardrailReport, ReportedFinding } from "../../constructs/guardrails/report";

/** Code scanning sorts security findings by this number, from 0 to 10. */
const securitySeverity: Readonly<Record<Severity, string>> = { error: "8.0", warning: "4.0" };

/**
 * Reports as a log that code scanning takes: each rule with its help, a result for each finding, and a suppression for each
 * waiver.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarifOf(
  reports: readonly GuardrailReport[],
  rules: readonly Rule[],
  version: string,
): Record<string, unknown> {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const [only] = reports.length === 1 ? reports : [];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "leasehold", semanticVersion: version, rules: rules.map(ruleOf) } },
        // An upload takes the place of the last one of the same category.
        automationDetails: { id: `leasehold/${only?.environment ?? "all"}/` },
        results: reports.flatMap(({ environment, findings: own }) =>
          own.map((finding) => resultOf(environment, finding, indexes.get(finding.id) ?? -1)),
        ),
      },
    ],
  };
}

function ruleOf({ id, title, why, remedy, severity, references }: Rule) {
  const links = references.map((reference) => `- <${reference}>`).join("\n");
  return {
    id,
    shortDescription: { text: sentence(title) },
    fullDescription: { text: sentence(why) },
    help: {
      text: `${sentence(why)} ${sentence(remedy)}`,
      markdown: [`**Why:** ${sentence(why)}`, `**Remedy:** ${sentence(remedy)}`, ...(links === "" ? [] : [links])].join(
        "\n\n",
      ),
    },
    ...(references[0] === undefined ? {} : { helpUri: references[0] }),
    defaultConfiguration: { level: severity.prod },
    properties: { tags: ["security"], "security-severity": securitySeverity[severity.prod] },
  };
}

function resultOf(environment: string, finding: ReportedFinding, ruleIndex: number) {
  const { id, severity, construct, address, problem, remedy, waived } = finding;
  return {
    ruleId: id,
    ruleIndex,
    level: severity,
    message: { text: `${environment}/${construct}: ${problem}. ${sentence(remedy)}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: `environments/${environment}.ts` }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: `${environment}/${construct}`, kind: "resource" }],
      },
    ],
    // Without it, everything in a file would count as one alert, since all of it is on one line.
    partialFingerprints: { "leaseholdFinding/v1": hash(id, environment, construct, problem) },
    ...(waived === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: waived.by === "code" ? "inSource" : "external",
              status: "accepted",
              justification: waived.until === undefined ? waived.reason : `${waived.reason} (until ${waived.until})`,
            },
          ],
        }),
    properties: { environment, ...(address === undefined ? {} : { address }) },
  };
}

function hash(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}
