import { randomBytes } from "node:crypto";
import type { RowDataPacket } from "mysql2/promise";
import { setTimeout as sleep } from "node:timers/promises";
import { MySqlAdministrator } from "../../cli/database/mysql-administrator";
import { clearOrphans, reportOrphans } from "../../cli/database/orphans";
import { reseed, rotateRoot } from "../../cli/database/root-password";
import { findMariaDb, MariaDbServer } from "../../cli/servers/mariadb-server";
import { openMariaDbSession } from "../../cli/servers/mariadb-session";
import { freePort } from "../../cli/servers/ports";
import { ThrowAway } from "../../cli/servers/throw-away";
import type { IssuedCredentials } from "../../cli/vault-client";
import {
  mySqlAdminPasswordVariable,
  mysqlBootstrapStatements,
} from "../../constructs/database/statements/mysql-bootstrap";
import { mysqlBootstrapOptions } from "../../environments/databases/bootstrap";
import { isMySql } from "../../environments/databases/schema";
import { TestAuthority } from "./certificates";
import { declare, type MariaDb } from "./declarations/mariadb";
import { readParts, testContext } from "./parts";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/mariadb");

/** MySQL's numbers. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const accessDenied = { errno: 1045 };
const commandDenied = { errno: 1142 };

if (readParts().mariadb === undefined) {
  it.skip("MariaDB is not installed here: install Debian's mariadb-server, or mariadbd 10.11 or later", () =>
    undefined);
} else {
  describeOnEachServer("a MariaDB that speaks TLS", (_, lab) => {
    const secrets = { admin_password: `canary-${randomBytes(16).toString("hex")}` };
    const rootPassword = randomBytes(16).toString("hex");
    let place: ThrowAway;
    let authority: TestAuthority;
    let server: MariaDbServer;
    let port: number;
    let trial: Trial<MariaDb>;
    const vault = () => lab.operator();
    const definition = () => {
      const [database] = trial.environment.databases.filter(isMySql);
      if (database === undefined) throw new Error("the declaration has no MariaDB");
      return database;
    };
    const root = () =>
      new MySqlAdministrator({ host: "127.0.0.1", port, user: "root", password: rootPassword }, "mariadb");
    const logIn = ({ username, password }: Pick<IssuedCredentials, "username" | "password">) =>
      openMariaDbSession({ host: "127.0.0.1", port, user: username, password, ssl: { ca: authority.pem } });
    const asRoot = (sql: string) => server.asRoot((connection) => connection.query(sql));
    const users = async () => (await root().users()).map(({ name }) => name);

    async function bootstrap(): Promise<void> {
      await server.asRoot(async (connection) => {
        await connection.query(`SET ${mySqlAdminPasswordVariable} = ?`, [secrets.admin_password]);
        for (const statement of mysqlBootstrapStatements(mysqlBootstrapOptions(definition()))) {
          await connection.query(statement);
        }
      });
    }

    beforeAll(async () => {
      const { env } = testContext();
      const binaries = await findMariaDb(env);
      if (binaries === undefined) throw new Error("MariaDB was there when the tests began");
      place = await ThrowAway.open();
      authority = await TestAuthority.make(vault(), "test-pki-mariadb");
      const folder = place.folderFor("mariadb");
      const tls = await authority.issue(folder, "server", { ip: "127.0.0.1" });
      port = await freePort();
      server = new MariaDbServer({
        binaries,
        dataFolder: `${folder}/data`,
        logFile: `${folder}/log`,
        port,
        rootPassword,
        env,
        tls,
      });
      await server.untilReady(place.keep(await server.launch()));
      trial = new Trial<MariaDb>(lab, file, declare, { port, authority: authority.pem }, secrets);
      await trial.cleanUp();
      await bootstrap();
      await asRoot("CREATE TABLE shop.orders (id INT)");
      await asRoot("INSERT INTO shop.orders VALUES (1)");
      await trial.deploy();
    });

    afterAll(async () => {
      await trial.cleanUp();
      await authority.remove();
      await place.close();
    });

    it("T14, T16: has an empty second plan, and an admin whose first password opens nothing", async () => {
      expect((await trial.plan()).code).toBe(0);
      const first = { username: "vault_admin", password: secrets.admin_password };
      await expect(logIn(first)).rejects.toMatchObject(accessDenied);
    });

    it("T1: a reader reads over TLS, and nothing else", async () => {
      const user = await vault().issueCredentials("mariadb-engine", "reader");
      const session = await logIn(user);
      const [rows] = await session.query<RowDataPacket[]>("SELECT id FROM shop.orders");
      expect(rows).toEqual([{ id: 1 }]);
      await expect(session.query("INSERT INTO shop.orders VALUES (2)")).rejects.toMatchObject(commandDenied);
      await expect(session.query("DROP TABLE shop.orders")).rejects.toMatchObject(commandDenied);
      await session.end();
      const plain = { host: "127.0.0.1", port, user: user.username, password: user.password };
      await expect(openMariaDbSession(plain)).rejects.toMatchObject(accessDenied);
      await vault().revokeLease(user.leaseId);
    });

    it("T12: an open session ends on revocation, and the login is refused", async () => {
      const user = await vault().issueCredentials("mariadb-engine", "reader");
      const session = await logIn(user);
      await session.query("SELECT 1");
      await vault().revokeLease(user.leaseId);
      await expect(session.query("SELECT 1")).rejects.toThrow();
      session.destroy();
      await expect(logIn(user)).rejects.toMatchObject(accessDenied);
      expect(await users()).not.toContain(user.username);
    });

    it("T4: a user that was dropped by hand is revoked all the same", async () => {
      const user = await vault().issueCredentials("mariadb-engine", "reader");
      await asRoot(`DROP USER '${user.username}'@'%'`);
      await vault().revokeLease(user.leaseId);
      expect(await vault().leases("mariadb-engine/creds/reader/")).toEqual([]);
    });

    it("T11: a user that could not be made to the end stays locked, and the orphan report names it", async () => {
      // The table that its role may read is not there.
      await expect(vault().issueCredentials("mariadb-engine", "reporter")).rejects.toThrow(/reports/);
      const kept = await vault().issueCredentials("mariadb-engine", "reader");
      const report = await reportOrphans(vault(), definition(), root());
      expect(report).toMatchObject({ users: 2, leases: 1 });
      expect(report.orphans).toEqual([
        {
          user: expect.objectContaining({
            name: expect.stringMatching(/^v-reporter-/) as unknown,
            locked: true,
          }) as unknown,
          certain: true,
        },
      ]);
      const cleared = await clearOrphans(vault(), root(), report);
      expect(cleared.users).toEqual([report.orphans[0]?.user.name]);
      expect(await users()).toEqual([kept.username]);
      await vault().revokeLease(kept.leaseId);
    });

    it("T7: a lease that nobody renews ends by itself, and its user with it", async () => {
      const user = await vault().issueCredentials("mariadb-engine", "reader");
      expect(await vault().renewLease(user.leaseId, 2)).toBe(2);
      const end = Date.now() + 20_000;
      while ((await users()).includes(user.username) && Date.now() < end) await sleep(100);
      expect(await users()).toEqual([]);
    });

    it("gives its admin a new password when the one that Vault has is lost", async () => {
      await root().setPassword("vault_admin", "somebody-changed-it");
      await expect(rotateRoot(vault(), definition())).rejects.toThrow(/nothing was changed: Vault can't log in/);
      await reseed(vault(), definition(), root());
      const user = await vault().issueCredentials("mariadb-engine", "reader");
      await vault().revokeLease(user.leaseId);
      await bootstrap(); // again, which leaves the rotated password alone
      await vault().revokeLease((await vault().issueCredentials("mariadb-engine", "reader")).leaseId);
    });
  });
}
