import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { withSession } from "../../cli/servers/postgres-session";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");

/** Vault makes and ends the users of a connection one after the other: who waits for a lock makes the others wait. */
describeOnEachServer("a revocation that waits for a lock", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "locks", connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("T28: gives up soon, so that others go on within 10 s, and is done when the lock is gone", async () => {
    const user = await vault().issueCredentials("locks", "migrator");
    // A table that the user itself owns must change hands, which needs a lock on it.
    await withSession(postgres.session("locks", user), (session) =>
      session.query("SET ROLE NONE; CREATE TABLE held (id integer)"),
    );
    const superuser = postgres.session("locks", { username: "postgres", password: postgres.superuserPassword });
    await withSession(superuser, async (holder) => {
      await holder.query("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
      const revocation = vault()
        .revokeLease(user.leaseId)
        .catch((thrown: unknown) => thrown);
      const waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
      while ((await postgres.ask("locks", waits)).length === 0) await sleep(20);

      const began = Date.now();
      const other = await vault().issueCredentials("locks", "reader");
      expect(await postgres.opens("locks", other)).toBe(true);
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(await revocation).toMatchObject({ message: expect.stringContaining("lock timeout") as unknown });
      await vault().revokeLease(other.leaseId);
      await holder.query("ROLLBACK");
    });
    await vault().revokeLease(user.leaseId);
    expect(await postgres.dynamicUsers()).toEqual([]);
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'held'";
    expect(await postgres.ask("locks", owner)).toEqual([{ tableowner: "app_owner" }]);
  });
});
