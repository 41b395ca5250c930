import { quoteLiteral } from "../../constructs/database/statements/sql-text";
import { leasehold, describeOnEachServer } from "./rig";
import { testContext } from "./parts";
import { withSession } from "../../cli/servers/postgres-session";

/** What people are given to run, run as they would run it; psql only fills in the password. */
describeOnEachServer("leasehold sql bootstrap", (_, lab) => {
  const database = "bootstrap_by_hand";
  const server = () => lab.postgres();

  async function printed(password: string): Promise<string> {
    const { stdout } = await leasehold(["sql", "bootstrap", "prod", "postgres-prod"], testContext().env);
    expect(stdout).not.toContain(password);
    return stdout
      .replaceAll(":'admin_password'", quoteLiteral(password))
      .replaceAll('DATABASE "app"', `DATABASE "${database}"`);
  }

  const canLogIn = (password: string) =>
    withSession({ host: "127.0.0.1", port: lab.record().postgresPort, database, user: "vault_admin", password }, () =>
      Promise.resolve(true),
    );

  beforeAll(() => server().asSuperuser("postgres", (client) => client.query(`CREATE DATABASE ${database}`)));

  afterAll(() =>
    server().asSuperuser("postgres", async (client) => {
      await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
      for (const role of ["vault_admin", "app_ro", "app_rw", "app_owner"]) {
        await client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    }),
  );

  it("makes an admin that may create roles and is no superuser, and closes the database to PUBLIC", async () => {
    const script = await printed("first-password");
    await server().asSuperuser(database, (client) => client.query(script));
    const { rows } = await server().asSuperuser(database, (client) =>
      client.query(`SELECT rolsuper, rolcreaterole, has_database_privilege('app_ro', current_database(), 'CONNECT') AS ro,
        has_database_privilege('pg_monitor', current_database(), 'CONNECT') AS stranger,
        has_schema_privilege('app_ro', 'public', 'CREATE') AS creates
        FROM pg_roles WHERE rolname = 'vault_admin'`),
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: true, ro: true, stranger: false, creates: false }]);
    expect(await canLogIn("first-password")).toBe(true);
  });

  it("run again, keeps a password that Vault rotated", async () => {
    await server().asSuperuser(database, (client) => client.query("ALTER ROLE vault_admin PASSWORD 'rotated'"));
    const script = await printed("first-password");
    await server().asSuperuser(database, (client) => client.query(script));
    expect(await canLogIn("rotated")).toBe(true);
    await expect(canLogIn("first-password")).rejects.toMatchObject({ code: "28P01" });
  });
});
