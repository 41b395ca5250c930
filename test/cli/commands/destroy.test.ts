import { destroyCommand } from "../../../cli/commands/destroy";
import { runInProcess, testCommand } from "../in-process";

const destroy = testCommand(destroyCommand);

describe("leasehold destroy", () => {
  it("refuses to go on without a token", async () => {
    await expect(destroy(["dev", "--yes"])).rejects.toThrow(
      "[leasehold destroy] VAULT_TOKEN is not set: set it to a token that may revoke the mounts' leases",
    );
  });

  it("refuses an environment that there is not", async () => {
    await expect(destroy(["qa", "--yes"], { VAULT_TOKEN: "any" })).rejects.toThrow(
      '[environments] there is no environment "qa": use one of dev, staging, prod, lab',
    );
  });

  it("refuses a protected environment, whatever is consented to", async () => {
    await expect(destroy(["prod", "--yes", "--force", "3"], { VAULT_TOKEN: "any" })).rejects.toThrow(
      /^\[environment prod\] is protected: .* declare preventDestroy: false in environments\/prod\.ts, deploy that, and destroy it then$/,
    );
  });

  it("refuses to log in where half of the login is given, and says what is missing", async () => {
    await expect(destroy(["staging", "--yes"], { TF_VAR_vault_role_id: "role" })).rejects.toThrow(
      "[leasehold destroy] neither VAULT_TOKEN nor TF_VAR_vault_secret_id is set: set them to log in as Terraform does, or set VAULT_TOKEN to a token that may revoke the mounts' leases",
    );
  });

  it.each(["0", "-1", "all", "1.5", ""])("refuses --force %j, which is no count", async (given) => {
    const { thrown } = await runInProcess(destroyCommand, ["dev", `--force=${given}`], { VAULT_TOKEN: "any" });
    expect(thrown).toMatchObject({
      message: expect.stringContaining("Give how many users may be left behind, 1 or more.") as unknown,
    });
  });
});
