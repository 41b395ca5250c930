import { Deployment, describeOnEachServer } from "./rig";

/** The first deployment decides: later ones send the admin's password only when it or its version changes. */
describeOnEachServer("a declaration, given a wrong admin password,", (product, lab) => {
  // People log in to prod by the directory, for which OpenBao has no method.
  const environment = product === "vault" ? "prod" : "dev";
  const deployment = new Deployment(lab, environment, { login: "token" });

  beforeAll(() => deployment.bootstrap());

  afterAll(() => deployment.cleanUp());

  it("T22: fails cleanly, and the right password mends it", async () => {
    const right = deployment.adminPassword;
    deployment.adminPassword = "wrong-password";
    try {
      await expect(deployment.deploy()).rejects.toThrow(
        /password authentication failed|error creating database object/,
      );
    } finally {
      deployment.adminPassword = right;
    }
    expect(await lab.operator().exists(`database/config/postgres-${environment}`)).toBe(false);

    await deployment.deploy();
    expect((await deployment.plan()).code).toBe(0);
    const user = await lab.operator().issueCredentials("database", "app-readonly");
    await deployment.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
    });
    await lab.operator().revokeLease(user.leaseId);
  });
});
