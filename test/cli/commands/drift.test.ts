import { driftCommand } from "../../../cli/commands/drift";
import { type DriftReport, requireNoDrift } from "../../../cli/drift/find-drift";
import { runInProcess } from "../in-process";

describe("leasehold drift", () => {
  it.each([
    [["nowhere"], {}, 'there is no environment "nowhere"'],
    [["dev"], {}, "VAULT_TOKEN is not set"],
    [["dev", "--prob"], {}, "unknown option '--prob'"],
    [[], {}, "missing required argument 'environment'"],
  ])("refuses %p", async (args, env, message) => {
    const { printed, thrown } = await runInProcess(driftCommand, args, env);
    expect(String(thrown)).toContain(message);
    expect(printed).toEqual([]);
  });

  it("ends with 0 where nothing differs, 2 where something does, 1 where it could not look", () => {
    const clean = { environment: "dev", findings: [], information: ["a mount"], unseen: [], probed: false };
    const finding = {
      kind: "undeclared",
      what: "database/roles/x",
      problem: "nobody declared it",
      remedy: "remove it",
    } as const;
    const ending = (report: DriftReport) => expect(() => requireNoDrift(report));
    const closed = (exitCode: number, problem: string) => expect.objectContaining({ exitCode, problem }) as Error;
    ending(clean).not.toThrow();
    ending({ ...clean, unseen: ["database/roles"] }).toThrow(closed(1, "1 could not be looked at"));
    const both = { ...clean, findings: [finding], unseen: ["database/roles"] };
    ending(both).toThrow(closed(2, "1 differ from what is declared"));
  });
});
