import { Deployment, describeOnEachServer } from "./rig";

/** The first deployment decides: later ones send the admin's password only when it or its version changes. */
describeOnEachServer("the prod declaration, given a wrong admin password,", (_, lab) => {
  const prod = new Deployment(lab, "prod", { login: "token" });

  beforeAll(() => prod.bootstrap());

  afterAll(() => prod.cleanUp());

  it("T22: fails cleanly, and the right password mends it", async () => {
    const right = prod.adminPassword;
    prod.adminPassword = "wrong-password";
    try {
      await expect(prod.deploy()).rejects.toThrow(/password authentication failed|error creating database object/);
    } finally {
      prod.adminPassword = right;
    }
    expect(await lab.operator().exists("database/config/postgres-prod")).toBe(false);

    await prod.deploy();
    expect((await prod.plan()).code).toBe(0);
    const user = await lab.operator().issueCredentials("database", "app-readonly");
    await prod.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
    });
    await lab.operator().revokeLease(user.leaseId);
  });
});
