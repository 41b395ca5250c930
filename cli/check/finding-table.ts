import { countingFindings, type GuardrailReport, type ReportedFinding } from "../../constructs/guardrails/report";
import { table } from "../table";

/** Reports for a terminal: errors first, then warnings, then what is waived, each with its reason. */
export function reportsText(reports: readonly GuardrailReport[]): string {
  return reports.map(reportText).join("\n\n");
}

function reportText(report: GuardrailReport): string {
  const counting = countingFindings(report);
  const waived = report.findings.filter((finding) => finding.waived !== undefined);
  const errors = counting.filter(({ severity }) => severity === "error").length;
  const summary = `${report.environment} (${report.tier}): ${count(errors, "error")}, ${count(counting.length - errors, "warning")}, ${waived.length} waived`;
  const columns = {
    severity: "severity",
    id: "guardrail",
    construct: "construct",
    problem: "problem",
    remedy: "remedy",
  };
  const waivedColumns = { id: "waived", construct: "construct", problem: "problem", reason: "reason", until: "until" };
  return [
    summary,
    ...(counting.length === 0 ? [] : ["", table(columns, counting.map(countingRow))]),
    ...(waived.length === 0 ? [] : ["", table(waivedColumns, waived.map(waivedRow))]),
  ].join("\n");
}

function countingRow({ severity, id, construct, problem, remedy }: ReportedFinding) {
  return { severity, id, construct, problem, remedy };
}

function waivedRow({ id, construct, problem, waived }: ReportedFinding) {
  const by = waived?.by === "code" ? " (in the code)" : "";
  return {
    id,
    construct,
    problem,
    reason: `${waived?.reason ?? ""}${by}`,
    until: waived?.until ?? "for good",
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
