import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readReports } from "../../../cli/check/guardrail-reports";
import { reportsText } from "../../../cli/check/finding-table";
import { checkCommand } from "../../../cli/commands/check";
import { projectRoot } from "../../../cli/context";
import type { GuardrailReport } from "../../../constructs/guardrails/report";
import { environmentNames } from "../../../environments/load";
import { leasehold } from "../command";
import { runInProcess } from "../in-process";
import { scratchFolder } from "../scratch";

/** A whole synthesis in a process of its own. */
jest.setTimeout(60_000);

const folder = scratchFolder();

describe("leasehold check", () => {
  it("judges every environment, for a program and for code scanning, and ends with 1 where an error counts", async () => {
    const file = join(folder(), "found.sarif");
    const overrides = JSON.stringify({ dev: { tier: "prod", databases: { "postgres-dev": { tls: "disable" } } } });
    const { code, stdout, stderr } = await leasehold(["check", "--json", "--sarif", file], {
      LEASEHOLD_OVERRIDES: overrides,
    });
    const reports = JSON.parse(stdout) as GuardrailReport[];
    expect(reports.map(({ environment }) => environment)).toEqual([...environmentNames]);
    const found = reports[0]?.findings.find(({ id }) => id === "LH-DB-004");
    expect(found).toMatchObject({ severity: "error", construct: "mount-database/postgres-dev" });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^\[leasehold check\] \d+ errors are not waived: do what the guardrail asks for, or overrule/,
    );
    expect(readFileSync(file, "utf8")).toContain('"fullyQualifiedName": "dev/mount-database/postgres-dev"');
  });

  it.each([
    [["nowhere"], 'there is no environment "nowhere"'],
    [["dev", "--sarif"], "argument missing"],
    [["dev", "staging"], "too many arguments"],
  ])("refuses %p", async (args, message) => {
    const { printed, thrown } = await runInProcess(checkCommand, args);
    expect(String(thrown)).toContain(message);
    expect(printed).toEqual([]);
  });

  it("says what is missing or broken where no report is left, and leaves no folder", async () => {
    const reports = (app: string) => readReports({ root: projectRoot, env: { PATH: "/usr/bin:/bin" } }, ["dev"], app);
    const note = join(folder(), "outdir");
    await expect(reports(`printf %s "$CDKTF_OUTDIR" >${note}`)).rejects.toThrow("was not written");
    expect(existsSync(readFileSync(note, "utf8"))).toBe(false);
    const broken = 'mkdir -p "$CDKTF_OUTDIR/stacks/dev" && echo "{}" >"$CDKTF_OUTDIR/stacks/dev/guardrails.json"';
    await expect(reports(broken)).rejects.toThrow("can't be read");
    await expect(reports("echo no grammar >&2; exit 3")).rejects.toThrow("no grammar");
  });

  it("shows errors, then warnings, then what is waived with its reason and its last day", () => {
    const finding = { title: "t", construct: "c", problem: "p", remedy: "r" };
    const text = reportsText([
      {
        version: 1,
        environment: "dev",
        tier: "dev",
        today: "2026-11-24",
        findings: [
          { ...finding, id: "LH-DB-001", severity: "error" },
          {
            ...finding,
            id: "LH-DB-002",
            severity: "error",
            waived: { reason: "on one machine", by: "environment", until: "2027-01-31" },
          },
          { ...finding, id: "LH-DB-003", severity: "warning" },
        ],
      },
    ]);
    expect(text.split("\n")).toEqual([
      "dev (dev): 1 error, 1 warning, 1 waived",
      "",
      expect.stringMatching(/^severity +guardrail/),
      expect.stringMatching(/^error +LH-DB-001/),
      expect.stringMatching(/^warning +LH-DB-003/),
      "",
      expect.stringMatching(/^waived +construct/),
      expect.stringMatching(/^LH-DB-002 .*on one machine +2027-01-31$/),
    ]);
  });
});
