import { driftCommand } from "../../../cli/commands/drift";
import { exitCodeOf } from "../../../cli/drift/find-drift";
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
    expect(exitCodeOf(clean)).toBe(0);
    expect(exitCodeOf({ ...clean, unseen: ["database/roles"] })).toBe(1);
    expect(exitCodeOf({ ...clean, findings: [finding], unseen: ["database/roles"] })).toBe(2);
  });
});
