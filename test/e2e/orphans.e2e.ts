import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { clearOrphans, reportOrphans } from "../../cli/database/orphans";
import { PostgresAdministrator } from "../../cli/database/postgres-administrator";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");

describeOnEachServer("users and leases that don't belong together", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();
  const superuser = () =>
    new PostgresAdministrator(
      postgres.session("orphans", { username: "postgres", password: postgres.superuserPassword }),
      onlyPostgres(trial.environment),
    );
  const report = () => reportOrphans(vault(), onlyPostgres(trial.environment), superuser());
  /** While the database is down, so that its user stays. */
  const forget = async (leaseId: string) => {
    await postgres.kill();
    await vault().forgetLease(leaseId);
    await postgres.start();
  };
  const issue = () => vault().issueCredentials("orphans", "reader");

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "orphans", connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
  });

  afterEach(async () => {
    await vault().write("sys/leases/revoke-force/orphans", {});
    await clearOrphans(vault(), superuser(), await report());
    expect(await postgres.dynamicUsers()).toEqual([]);
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("are none where all is well, after a renewal too", async () => {
    const users = [await issue(), await issue(), await issue()];
    await vault().renewLease(users[1]?.leaseId ?? "", 7200);
    expect(await report()).toEqual({
      users: 3,
      leases: 3,
      orphans: [],
      expired: [],
      irrevocable: [],
      strangerSessions: 0,
    });
    for (const { leaseId } of users) await vault().revokeLease(leaseId);
    expect(await report()).toMatchObject({ users: 0, leases: 0, orphans: [] });
  });

  it("are a user whose lease Vault forgot, which is dropped, and not its neighbour", async () => {
    const forgotten = await issue();
    await forget(forgotten.leaseId);
    await sleep(4_000); // a user that is made within the same seconds could be the one
    const kept = await issue();
    const found = await report();
    expect(found).toMatchObject({ users: 2, leases: 1 });
    expect(found.orphans).toEqual([
      { user: expect.objectContaining({ name: forgotten.username, locked: false }) as unknown, certain: true },
    ]);
    expect((await clearOrphans(vault(), superuser(), found)).users).toEqual([forgotten.username]);
    expect(await postgres.opens("orphans", forgotten)).toBe(false);
    expect(await postgres.opens("orphans", kept)).toBe(true);
    expect((await report()).orphans).toEqual([]);
  });

  it("are counted where they can't be told apart, and nobody is dropped by guess", async () => {
    const users = await Promise.all([issue(), issue(), issue(), issue()]);
    await forget(users[2].leaseId);
    const found = await report();
    expect(found).toMatchObject({ users: 4, leases: 3 });
    expect(found.orphans).toHaveLength(1);
    expect(found.orphans[0]?.certain).toBe(false);
    expect((await clearOrphans(vault(), superuser(), found)).users).toEqual([]);
    for (const user of users) expect(await postgres.opens("orphans", user)).toBe(true);
  });

  it("are users past their own end", async () => {
    const user = await issue();
    await postgres.ask(
      "orphans",
      `ALTER ROLE "${user.username}" VALID UNTIL '${new Date(Date.now() - 3_600_000).toISOString()}'`,
    );
    expect((await report()).expired).toEqual([expect.objectContaining({ name: user.username }) as unknown]);
  });

  it("T25: a user that Vault's admin can't drop is cleared on both sides", async () => {
    const user = await issue();
    // What a superuser grants by hand, Vault's admin can't take away.
    await postgres.ask("orphans", `CREATE TABLE private (id integer); GRANT SELECT ON private TO "${user.username}"`);
    await expect(vault().revokeLease(user.leaseId)).rejects.toThrow(
      /cannot be dropped because some objects depend on it/,
    );
    const asGivenUp = {
      ...(await report()),
      irrevocable: [user.leaseId],
      orphans: [],
      expired: await superuser().users(),
    };
    const cleared = await clearOrphans(vault(), superuser(), asGivenUp);
    expect(cleared).toMatchObject({ users: [user.username], leases: [user.leaseId] });
    expect(await vault().leases("orphans/creds/")).toEqual([]);
    expect(await postgres.dynamicUsers()).toEqual([]);
    await postgres.ask("orphans", "DROP TABLE private");
  });

  it("are sessions that outlived their users", async () => {
    const user = await issue();
    // DROP ROLE leaves sessions alone, as a person who does it by hand may not know.
    const session = new Client(postgres.session("orphans", user));
    session.on("error", () => undefined);
    await session.connect();
    await postgres.ask("orphans", `DROP ROLE "${user.username}"`);
    expect((await report()).strangerSessions).toBe(1);
    const cleared = await clearOrphans(vault(), superuser(), await report());
    expect(cleared.sessions).toBe(1);
    await expect(session.query("SELECT 1")).rejects.toThrow();
    await vault().revokeLease(user.leaseId);
  });

  it("T24: leases that end while the database is down are gone soon after its return", async () => {
    const users = [await issue(), await issue(), await issue()];
    for (const { leaseId } of users) expect(await vault().renewLease(leaseId, 3)).toBe(3);
    await postgres.kill();
    await sleep(6_000); // they end, and the first attempts to drop their users fail
    await postgres.start();
    expect(await postgres.dynamicUsers()).toHaveLength(3);
    const end = Date.now() + 60_000;
    while ((await postgres.dynamicUsers()).length > 0 && Date.now() < end) await sleep(500);
    expect(await postgres.dynamicUsers()).toEqual([]);
    expect(await vault().leases("orphans/creds/")).toEqual([]);
  });
});
