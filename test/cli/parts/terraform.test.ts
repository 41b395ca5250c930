import { findTerraform } from "../../../cli/parts/terraform";
import { fakeCommand, rejection, scratchFolder } from "../scratch";

const scratch = scratchFolder();
const env = (chosen?: string) => ({ PATH: scratch(), TERRAFORM_BINARY_NAME: chosen });

/** Puts commands on PATH, each with what it answers to `version`. */
function install(answers: Readonly<Record<string, string>>): void {
  for (const [command, answer] of Object.entries(answers)) {
    fakeCommand(scratch(), command, `[ "$*" = version ] && echo "${answer}"`);
  }
}

describe("findTerraform", () => {
  it("takes Terraform", async () => {
    install({ terraform: "Terraform v1.14.1" });
    expect(await findTerraform(env())).toEqual({
      command: "terraform",
      path: `${scratch()}/terraform`,
      version: "1.14.1",
    });
  });

  it("takes OpenTofu where there is no Terraform", async () => {
    install({ tofu: "OpenTofu v1.11.0" });
    expect(await findTerraform(env())).toEqual({ command: "tofu", path: `${scratch()}/tofu`, version: "1.11.0" });
  });

  it("takes Terraform of both, unless TERRAFORM_BINARY_NAME chooses", async () => {
    install({ terraform: "Terraform v1.14.1", tofu: "OpenTofu v1.11.0" });
    expect(await findTerraform(env())).toMatchObject({ command: "terraform" });
    expect(await findTerraform(env("terraform"))).toMatchObject({ command: "terraform" });
    expect(await findTerraform(env("tofu"))).toMatchObject({ command: "tofu" });
  });

  it("says what to install where there is neither", async () => {
    expect((await rejection(findTerraform(env()))).message).toBe(
      "[terraform] neither terraform nor tofu is on PATH: install Terraform 1.11 or later, or OpenTofu 1.11 or later",
    );
  });

  it("does not take the other one for the one that was chosen", async () => {
    install({ terraform: "Terraform v1.14.1" });
    expect((await rejection(findTerraform(env("tofu")))).message).toBe(
      "[terraform] tofu is not on PATH: install Terraform 1.11 or later, or OpenTofu 1.11 or later",
    );
  });

  it("takes an empty TERRAFORM_BINARY_NAME for none, as cdktf does", async () => {
    install({ terraform: "Terraform v1.14.1" });
    expect(await findTerraform(env(""))).toMatchObject({ command: "terraform" });
  });

  it.each(["terraform", "tofu"])("refuses a %s that lacks write-only arguments", async (command) => {
    install({ [command]: "v1.10.5" });
    expect((await rejection(findTerraform(env()))).message).toBe(
      `[${scratch()}/${command}] is version 1.10.5, and 1.11 or later is needed: ` +
        `install ${command} 1.11 or later, or take the old one off PATH`,
    );
  });
});
