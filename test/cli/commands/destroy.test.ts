import { join } from "node:path";
import { projectRoot } from "../../../cli/context";
import { run } from "../../../cli/processes";
import { hostEnvironment } from "../../../environments/load";

/** The command in a process of its own, without a terminal. It is refused before it looks for a server. */
async function refusal(token: string | undefined, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(projectRoot, "cli", "leasehold.mjs"), "destroy", ...args],
    { env: { ...hostEnvironment(), VAULT_TOKEN: token } },
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr.trim();
}

describe("leasehold destroy", () => {
  it("refuses to go on without a token", async () => {
    expect(await refusal(undefined, "dev", "--yes")).toBe(
      "[leasehold destroy] VAULT_TOKEN is not set: set it to a token that may revoke the mounts' leases",
    );
  });

  it("refuses to go on without consent where there is nobody to ask", async () => {
    expect(await refusal("any", "dev")).toBe("[leasehold destroy] has no terminal to ask for consent: give --yes");
  });

  it("refuses an environment that there is not", async () => {
    expect(await refusal("any", "qa", "--yes")).toBe(
      '[environments] there is no environment "qa": use one of dev, staging, prod, lab',
    );
  });
});
