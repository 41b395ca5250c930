import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { PostgresAdministrator } from "../../cli/database/postgres-administrator";
import { reseed, rotateRoot } from "../../cli/database/root-password";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");

describeOnEachServer("root rotation", (_, lab) => {
  const secrets = { admin_password: `canary-${randomBytes(16).toString("hex")}` };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();
  const database = () => onlyPostgres(trial.environment);
  const first = () => ({ username: database().admin.username, password: secrets.admin_password });
  const superuser = () =>
    new PostgresAdministrator(
      postgres.session("root_rotation", { username: "postgres", password: postgres.superuserPassword }),
      database(),
    );
  const canIssue = async () => {
    const user = await vault().issueCredentials("root-rotation", "reader");
    expect(await postgres.opens("root_rotation", user)).toBe(true);
    await vault().revokeLease(user.leaseId);
  };

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port, rotateRoot: true };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "root-rotation", connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(database(), secrets.admin_password);
    expect(await postgres.opens("root_rotation", first())).toBe(true);
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("T16: the first password opens nothing once the connection stands, and Vault works on", async () => {
    expect(await postgres.opens("root_rotation", first())).toBe(false);
    await canIssue();
    expect((await trial.plan()).code).toBe(0);
  });

  it("T16: a changed URL, pool and role list apply, and the first password is not sent again", async () => {
    const connection = { ...trial.parameters.connection, host: "localhost", maxOpenConnections: 3 };
    const output = await trial.deploy({ connection, extraRole: "auditor" });
    expect(output).toContain("1 added, 1 changed");
    await canIssue();
    const auditor = await vault().issueCredentials("root-rotation", "auditor");
    expect(await postgres.opens("root_rotation", auditor)).toBe(true);
    await vault().revokeLease(auditor.leaseId);
    expect((await vault().readConnection("root-rotation", "postgres")).allowed_roles).toEqual([
      "auditor",
      "migrator",
      "reader",
    ]);
    expect(await postgres.opens("root_rotation", first())).toBe(false);
    expect((await trial.plan()).code).toBe(0);
  });

  it("T16: a connection that is made anew takes a password of a higher version, and rotates that too", async () => {
    // The password of the first deployment is no good any more: the deployment fails, and says so.
    await vault().delete("root-rotation/config/postgres");
    await expect(trial.leaseholdDeploy()).rejects.toThrow(/password authentication failed/);

    await superuser().setPassword(first().username, secrets.admin_password);
    await trial.deploy({ passwordVersion: 2 });
    expect(await postgres.opens("root_rotation", first())).toBe(false);
    await canIssue();
    expect((await trial.plan()).code).toBe(0);
  });

  it("rotates on demand, time and again", async () => {
    await rotateRoot(vault(), database());
    await rotateRoot(vault(), database());
    await canIssue();
  });

  it("reseeds an admin whose password is lost, and nobody knows the new one", async () => {
    await superuser().setPassword(first().username, "somebody-changed-it");
    await expect(rotateRoot(vault(), database())).rejects.toThrow(
      /^\[database postgres\] nothing was changed: Vault can't log in as admin_of_root_rotation \(.*\): .*reseed/s,
    );
    await reseed(vault(), database(), superuser());
    expect(await postgres.opens("root_rotation", { ...first(), password: "somebody-changed-it" })).toBe(false);
    await canIssue();
    await reseed(vault(), database(), superuser());
    await canIssue();
  });

  it("changes nothing while the database is down, and goes on when it is back", async () => {
    await postgres.kill();
    await expect(rotateRoot(vault(), database())).rejects.toThrow(/nothing was changed/);
    await postgres.start();
    await rotateRoot(vault(), database());
    await canIssue();
  });

  it("says what holds when the database dies in the middle of a rotation, and can be repeated", async () => {
    const blocker = new Client(
      postgres.session("root_rotation", { username: "postgres", password: postgres.superuserPassword }),
    );
    blocker.on("error", () => undefined);
    await blocker.connect();
    // An uncommitted change of the same user: the rotation waits for it.
    await blocker.query(`BEGIN; ALTER ROLE "${first().username}" CONNECTION LIMIT 50`);
    const rotation = rotateRoot(vault(), database()).catch((thrown: unknown) => thrown);
    const waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    while ((await postgres.ask("postgres", waits)).length === 0) await sleep(50);
    await postgres.kill();
    expect(await rotation).toMatchObject({
      message: expect.stringMatching(
        /the rotation failed .* Vault can't log in now .*when the database is back, try again/s,
      ) as unknown,
    });
    await postgres.start();
    await rotateRoot(vault(), database());
    await canIssue();
  });
});
