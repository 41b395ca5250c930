import { approleCommand } from "../../../cli/commands/approle";
import { testCommand } from "../in-process";

const approle = testCommand(approleCommand);
const token = { VAULT_TOKEN: "any" };

describe("leasehold approle", () => {
  it.each(["secret-id", "secret-ids"])("%s refuses to go on without a token", async (command) => {
    await expect(approle([command, "dev", "ci"])).rejects.toThrow(
      new RegExp(`^\\[leasehold approle ${command}\\] VAULT_TOKEN is not set: set it to a token that may `),
    );
  });

  it.each(["secret-id", "secret-ids"])("%s refuses a role that the environment has not", async (command) => {
    await expect(approle([command, "dev", "ghost"], token)).rejects.toThrow(
      /^\[environments\/dev\] there is no approle role "ghost": use one of [\w-]+ of auth\/approle/,
    );
  });

  it("refuses a method that the environment has not", async () => {
    await expect(approle(["secret-id", "dev", "ci", "--method", "elsewhere"], token)).rejects.toThrow(
      '[environments/dev] there is no approle role "ci" of auth/elsewhere: declare it and deploy first',
    );
  });

  it.each<[string, string, string]>([
    ["--wrap-ttl", "0s", "Write a whole number of s, m, h or d"],
    ["--ttl", "soon", "Write a whole number of s, m, h or d"],
    ["--uses", "0", "Give a whole number from 1 to 1000000."],
    ["--uses", "1e3", "Give a whole number from 1 to 1000000."],
    ["--cidr", "10.0.0.5", 'Write it as in "10.0.0.0/8".'],
    ["--metadata", "build", "Write it as in build=1234."],
    ["--metadata", "=17", "Write it as in build=1234."],
  ])("refuses %s %s", async (option, value, reason) => {
    const refusal = approle(["secret-id", "dev", "ci", option, value], token);
    await expect(refusal).rejects.toThrow(`argument '${value}' is invalid. ${reason}`);
    await expect(refusal).rejects.toThrow(`option '${option} `);
  });
});
