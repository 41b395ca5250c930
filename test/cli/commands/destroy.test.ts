import { refusal } from "../command";

describe("leasehold destroy", () => {
  it("refuses to go on without a token", async () => {
    expect(await refusal(["destroy", "dev", "--yes"])).toBe(
      "[leasehold destroy] VAULT_TOKEN is not set: set it to a token that may revoke the mounts' leases",
    );
  });

  it("refuses to go on without consent where there is nobody to ask", async () => {
    expect(await refusal(["destroy", "dev"], { VAULT_TOKEN: "any" })).toBe(
      "[leasehold destroy] has no terminal to ask for consent: give --yes",
    );
  });

  it("refuses an environment that there is not", async () => {
    expect(await refusal(["destroy", "qa", "--yes"], { VAULT_TOKEN: "any" })).toBe(
      '[environments] there is no environment "qa": use one of dev, staging, prod, lab',
    );
  });
});
