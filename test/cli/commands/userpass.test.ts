import { userpassCommand } from "../../../cli/commands/userpass";
import { testCommand } from "../in-process";

const userpass = testCommand(userpassCommand);

describe("leasehold userpass set-password", () => {
  it("refuses a user that the environment has not", async () => {
    await expect(userpass(["set-password", "dev", "ghost"], { VAULT_TOKEN: "any" })).rejects.toThrow(
      '[environments/dev] there is no userpass user "ghost": use one of developer of auth/userpass, analyst of auth/userpass',
    );
  });

  it("refuses a password policy for a password that is not generated", async () => {
    await expect(userpass(["set-password", "dev", "alice", "--policy", "strong"])).rejects.toThrow(
      "[leasehold userpass set-password] --policy is given without --generate: give both, or leave it out",
    );
  });

  it("refuses to read and to generate the password at once", async () => {
    await expect(userpass(["set-password", "dev", "alice", "--stdin", "--generate"])).rejects.toThrow(
      "option '--stdin' cannot be used with option '--generate'",
    );
  });

  it("refuses a malformed --wrap-ttl", async () => {
    await expect(userpass(["set-password", "dev", "alice", "--wrap-ttl", "0s"])).rejects.toThrow(
      "option '--wrap-ttl <duration>' argument '0s' is invalid",
    );
  });
});
