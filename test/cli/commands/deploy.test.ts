import { deployCommand } from "../../../cli/commands/deploy";
import { runInProcess } from "../in-process";

const refused = async (args: readonly string[], env = {}) => {
  const { printed, thrown } = await runInProcess(deployCommand, args, env);
  expect(printed).toEqual([]);
  return (thrown as Error).message;
};

describe("leasehold deploy", () => {
  it.each(["0", "ten", "1000"])("refuses --parallelism %s", async (count) => {
    expect(await refused(["dev", "--parallelism", count])).toContain("Give a whole number from 1 to 256.");
  });

  it("refuses a label that no rule has, before anything is done", async () => {
    expect(await refused(["dev", "--allow", "mount-replacd"])).toBe(
      `[--allow] there is no rule "mount-replacd": did you mean mount-replaced?`,
    );
  });

  it("refuses an environment that there is not", async () => {
    expect(await refused(["nowhere"])).toContain(
      `there is no environment "nowhere": use one of dev, staging, prod, lab`,
    );
  });

  it.each(["TF_LOG", "TF_LOG_PROVIDER"])("refuses %s", async (name) => {
    expect(await refused(["dev", "--yes"], { [name]: "debug" })).toBe(
      `[leasehold deploy] ${name} is set, and Terraform's debug log holds whole requests to Vault, passwords among them: unset ${name}`,
    );
  });
});
