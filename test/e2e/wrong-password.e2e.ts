import { Deployment, describeOnEachServer } from "./rig";

/** The first deployment decides: later ones send the admin's password only when it or its version changes. */
describeOnEachServer("a declaration, given a wrong admin password,", (product, lab) => {
  // People log in to prod by the directory, for which OpenBao has no method.
  const environment = product === "vault" ? "prod" : "dev";
  const deployment = new Deployment(lab, environment, { login: "token" });

  beforeAll(() => deployment.bootstrap());

  afterAll(() => deployment.cleanUp());

  it("T22: fails cleanly, and the right password mends it", async () => {
    const meant = ["--yes", "--allow", "access-widened,protection-lowered,policy-unknown"];
    const right = deployment.adminPassword;
    deployment.adminPassword = "wrong-canary-password";
    const failed = await deployment.leaseholdDeploy(meant);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(
      /^\[terraform apply\] exited with 1 when \d+ of \d+ changes were applied; 1 failed: mend what is named and deploy again/m,
    );
    expect(failed.stderr).toMatch(
      /^\[vault_database_secret_backend_connection\.[\w-]+\] .*(password authentication failed|error creating database object)/m,
    );
    expect(failed.stderr).not.toContain(deployment.adminPassword);
    expect(await lab.operator().exists(`database/config/postgres-${environment}`)).toBe(false);

    deployment.adminPassword = right;
    expect((await deployment.leaseholdDeploy(meant)).stdout).toMatch(
      /^\w+: [1-9]\d* added, \d+ changed, 0 destroyed in /,
    );
    expect((await deployment.leaseholdDeploy(["--yes"])).stdout).toBe(
      `${environment}: nothing to do, it is as declared\n`,
    );
    const user = await lab.operator().issueCredentials("database", "app-readonly");
    await deployment.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
    });
    await lab.operator().revokeLease(user.leaseId);
  });
});
