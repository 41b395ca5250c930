import { randomBytes } from "node:crypto";
import { ThrowAway } from "../../cli/servers/throw-away";
import { isPostgres } from "../../environments/databases/schema";
import { declare, type TwoDatabases } from "./declarations/two-databases";
import { TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/two-databases");
const name = "moving";

describeOnEachServer("changes that need draining", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<TwoDatabases>;
  const vault = () => lab.operator();
  const leases = (mount = name) => vault().leases(`${mount}/`);
  const issue = (role = "reader", mount = name) => vault().issueCredentials(mount, role);
  const roleOf = (role: string, mount = name) =>
    vault()
      .list(`${mount}/roles`)
      .then((roles) => roles.includes(role));
  const planIsEmpty = async () => expect((await (await trial.workspace()).plan()).hasChanges).toBe(false);

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const parameters = { name, port: postgres.port, readerOf: "orders" as const, admin: `admin_of_${name}_orders` };
    trial = new Trial<TwoDatabases>(lab, file, declare, parameters, secrets);
    await trial.cleanUp();
    for (const database of trial.environment.databases.filter(isPostgres)) {
      await postgres.bootstrap(database, secrets.admin_password);
    }
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("T20: a role's database is not changed while its leases live, and their number is said", async () => {
    await issue();
    await issue();
    await issue("orders-keeper");
    await expect(trial.leaseholdDeploy({ readerOf: "reports" })).rejects.toThrow(
      /^\[leasehold deploy\] 2 live leases \(moving\/creds\/reader 2\) must end before this plan is applied: wait until they have ended, or give --drain, which ends them and their users first:\nvault_database_secret_backend_role\S+: the role moves to another database/,
    );
    expect(await leases()).toHaveLength(3);
    expect((await vault().readConnection(name, "orders")).allowed_roles).toEqual(["orders-keeper", "reader"]);
  });

  it("T20: with --drain its leases end, and no others, before it moves", async () => {
    const asked: string[] = [];
    await trial.leaseholdDeploy({ readerOf: "reports" }, { drain: true, asked });
    expect(asked).toEqual(["2 live leases (moving/creds/reader 2) and their users end first"]);
    expect((await leases()).map((id) => id.split("/")[2])).toEqual(["orders-keeper"]);
    expect(await postgres.dynamicUsers()).toEqual([expect.stringMatching(/^v-orders-keeper/)]);
    expect((await vault().readConnection(name, "orders")).allowed_roles).toEqual(["orders-keeper"]);
    expect((await vault().readConnection(name, "reports")).allowed_roles).toEqual(["reader", "reports-keeper"]);

    const user = await issue();
    expect(await postgres.opens(`${name}_reports`, user)).toBe(true);
    await vault().revokeLease(user.leaseId);
    await planIsEmpty();
  });

  it("T20: it moves back by itself where no lease of it lives", async () => {
    await trial.leaseholdDeploy({ readerOf: "orders" });
    expect(await roleOf("reader")).toBe(true);
    const user = await issue();
    expect(await postgres.opens(`${name}_orders`, user)).toBe(true);
    await vault().revokeLease(user.leaseId);
  });

  it("T21: the admin is not changed on PostgreSQL 16 and later while users of the old one live", async () => {
    const admin = `other_admin_of_${name}_orders`;
    const [orders] = trial.environment.databases.filter(isPostgres);
    if (orders === undefined) throw new Error("there is no orders");
    await postgres.bootstrap({ ...orders, admin: { ...orders.admin, username: admin } }, secrets.admin_password);
    await expect(trial.leaseholdDeploy({ admin })).rejects.toThrow(
      /1 live lease \(moving\/creds\/orders-keeper 1\) must end .*another admin, which on PostgreSQL 16/s,
    );

    await trial.leaseholdDeploy({ admin }, { drain: true });
    expect(await postgres.dynamicUsers()).toEqual([]);
    expect((await vault().readConnection(name, "orders")).allowed_roles).toEqual(["orders-keeper", "reader"]);
    const user = await issue("orders-keeper");
    await vault().revokeLease(user.leaseId);
    expect(await postgres.dynamicUsers()).toEqual([]);
    await planIsEmpty();
  });

  it("a mount that gets another path is drained first; where the apply fails, the next one opens what was closed", async () => {
    await issue();
    await issue("reports-keeper");
    await expect(trial.leaseholdDeploy({ mount: "moved" })).rejects.toThrow(/2 live leases .* must end/);
    await expect(
      trial.leaseholdDeploy({ mount: "moved" }, { drain: true, agreed: () => postgres.kill() }),
    ).rejects.toThrow(/leases could not be revoked/);
    expect((await vault().readConnection(name, "orders")).allowed_roles).toEqual([]);
    await postgres.start();

    await trial.leaseholdDeploy({ mount: name });
    const user = await issue();
    expect(await postgres.opens(`${name}_orders`, user)).toBe(true);
    await trial.leaseholdDeploy({ mount: "moved" }, { drain: true });
    expect(await postgres.dynamicUsers()).toEqual([]);
    expect(await vault().exists(`sys/mounts/${name}`)).toBe(false);
    await vault().revokeLease((await issue("reader", "moved")).leaseId);
    await planIsEmpty();
  });
});
