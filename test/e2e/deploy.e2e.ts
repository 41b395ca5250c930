import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { VaultRefusal } from "../../cli/vault-client";
import type { Overrides } from "../../environments/schema";
import { Deployment, describeOnEachServer, leasehold } from "./rig";

/** PostgreSQL's codes. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const insufficientPrivilege = { code: "42501" };
const invalidPassword = { code: "28P01" };
const adminShutdown = { code: "57P01" };

describeOnEachServer("the dev declaration", (_, lab) => {
  const dev = new Deployment(lab, "dev");
  const operator = () => lab.operator();

  beforeAll(async () => {
    await dev.bootstrap();
    await dev.deploy();
  });

  afterAll(() => dev.cleanUp());

  it("T14: has an empty second plan, and deploys again without a change", async () => {
    expect((await dev.plan()).code).toBe(0);
    expect(await dev.deploy()).toContain("0 added, 0 changed, 0 destroyed");
  });

  it("leasehold drift finds nothing that differs, and ends with 0", async () => {
    const { code, stdout, stderr } = await leasehold(
      ["drift", "dev", "--json", "--output", dev.output],
      await dev.env(),
    );
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ environment: "dev", findings: [], unseen: [], probed: false });
  });

  it("T2: works with an admin that is no superuser", async () => {
    const [admin] = await dev.asSuperuser<{ rolsuper: boolean; rolbypassrls: boolean; rolreplication: boolean }>(
      "SELECT rolsuper, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = $1",
      [dev.database.admin.username],
    );
    expect(admin).toEqual({ rolsuper: false, rolbypassrls: false, rolreplication: false });
  });

  it("T1: app-readonly reads, and neither writes nor creates", async () => {
    const user = await operator().issueCredentials("database", "app-readonly");
    await dev.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
      for (const refused of [
        "INSERT INTO items VALUES (2, 'two')",
        "UPDATE items SET label = 'x'",
        "DELETE FROM items",
        "TRUNCATE items",
        "CREATE TABLE mine (id integer)",
        "CREATE ROLE other",
        "SET ROLE app_owner",
        "SELECT rolpassword FROM pg_authid",
      ]) {
        await expect(client.query(refused)).rejects.toMatchObject(insufficientPrivilege);
      }
    });
    await operator().revokeLease(user.leaseId);
  });

  it("T1: app-writer writes, and does not create", async () => {
    const user = await operator().issueCredentials("database", "app-writer");
    await dev.as(user, async (client) => {
      await client.query("INSERT INTO items VALUES (2, 'two')");
      await client.query("UPDATE items SET label = 'zwei' WHERE id = 2");
      expect((await client.query("DELETE FROM items WHERE id = 2")).rowCount).toBe(1);
      await expect(client.query("CREATE TABLE mine (id integer)")).rejects.toMatchObject(insufficientPrivilege);
      await expect(client.query("DROP TABLE items")).rejects.toMatchObject(insufficientPrivilege);
    });
    await operator().revokeLease(user.leaseId);
  });

  it("T5: what an admin user creates belongs to the owner role, and survives it", async () => {
    const user = await operator().issueCredentials("database", "admin");
    await dev.as(user, (client) => client.query("CREATE TABLE migrated (id integer)"));
    await operator().revokeLease(user.leaseId);
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'migrated'";
    expect(await dev.asSuperuser(owner)).toEqual([{ tableowner: "app_owner" }]);
    await dev.asSuperuser("DROP TABLE migrated");
  });

  it("T5: even what it created in its own name", async () => {
    const user = await operator().issueCredentials("database", "admin");
    await dev.as(user, async (client) => {
      await client.query("SET ROLE NONE; CREATE TABLE owned_by_user (id integer)");
      const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'owned_by_user'";
      expect((await client.query(owner)).rows).toEqual([{ tableowner: user.username }]);
    });
    await operator().revokeLease(user.leaseId);
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'owned_by_user'";
    expect(await dev.asSuperuser(owner)).toEqual([{ tableowner: "app_owner" }]);
    await dev.asSuperuser("DROP TABLE owned_by_user");
  });

  it("T3: a revocation ends logins and open sessions within 2 s", async () => {
    const user = await operator().issueCredentials("database", "app-writer");
    const sessions = [];
    for (const first of ["SELECT 1", "SET ROLE app_rw", "BEGIN; INSERT INTO items VALUES (3, 'three')"]) {
      const client = new Client(dev.session(user.username, user.password));
      const ended = new Promise<unknown>((resolve) => client.on("error", resolve));
      await client.connect();
      await client.query(first);
      sessions.push({ client, ended });
    }
    const began = Date.now();
    await operator().revokeLease(user.leaseId);
    for (const { client, ended } of sessions) {
      expect(await ended).toMatchObject(adminShutdown);
      await expect(client.query("SELECT 1")).rejects.toThrow();
    }
    expect(Date.now() - began).toBeLessThan(2_000);
    await expect(dev.as(user, (client) => client.query("SELECT 1"))).rejects.toMatchObject(invalidPassword);
    expect(await dev.dynamicUsers()).not.toContain(user.username);
  });

  it("T4: revoking a user that was dropped by hand closes the lease", async () => {
    const user = await operator().issueCredentials("database", "app-readonly");
    await dev.asSuperuser(`DROP ROLE "${user.username}"`);
    await operator().revokeLease(user.leaseId);
    expect(await operator().leases("database/creds/app-readonly/")).not.toContain(user.leaseId);
  });

  it("T6: a renewal moves VALID UNTIL, and never beyond the maximum", async () => {
    const validUntil = async (name: string) =>
      (
        await dev.asSuperuser<{ until: Date }>("SELECT valuntil AS until FROM pg_user WHERE usename = $1", [name])
      )[0]?.until.getTime();
    const user = await operator().issueCredentials("database", "admin");
    const before = await validUntil(user.username);
    expect(user.leaseDuration).toBe(30 * 60);

    expect(await operator().renewLease(user.leaseId, 3600)).toBe(3600);
    const renewed = await validUntil(user.username);
    expect((renewed ?? 0) - (before ?? 0)).toBeGreaterThan(29 * 60_000);

    expect(await operator().renewLease(user.leaseId, 10 * 3600)).toBeLessThanOrEqual(2 * 3600);
    expect((await validUntil(user.username)) ?? 0).toBeLessThan(Date.now() + 2 * 3_600_000 + 60_000);
    await operator().revokeLease(user.leaseId);
  });

  it("T7: a lease that nobody renews ends by itself, and its user with it", async () => {
    const user = await operator().issueCredentials("database", "app-readonly");
    expect(await operator().renewLease(user.leaseId, 2)).toBe(2);
    await dev.as(user, (client) => client.query("SELECT 1"));
    const end = Date.now() + 20_000;
    while ((await dev.dynamicUsers()).includes(user.username) && Date.now() < end) await sleep(100);
    await expect(dev.as(user, (client) => client.query("SELECT 1"))).rejects.toMatchObject(invalidPassword);
    expect(await dev.dynamicUsers()).not.toContain(user.username);
    expect(await operator().leases("database/creds/")).not.toContain(user.leaseId);
  });

  it("T10: a table's list of privileges does not grow with the number of users", async () => {
    const size = () => dev.asSuperuser("SELECT pg_column_size(relacl) AS bytes FROM pg_class WHERE relname = 'items'");
    const before = await size();
    await Promise.all(Array.from({ length: 50 }, () => operator().issueCredentials("database", "app-writer")));
    expect(await dev.dynamicUsers()).toHaveLength(50);
    expect(await size()).toEqual(before);
    await operator().revokePrefix("database/creds/app-writer");
    expect(await dev.dynamicUsers()).toEqual([]);
  });

  it("grants what was declared, and not its neighbour", async () => {
    const ci = await operator().loginByAppRole(
      "approle",
      await operator().readRoleId("approle", "ci"),
      await operator().issueSecretId("approle", "ci"),
    );
    const user = await operator().withToken(ci).issueCredentials("database", "app-readonly");
    expect(user.username).toMatch(/^v-app-readonly-[0-9a-f]{8}-/);
    for (const neighbour of ["app-writer", "admin"]) {
      await expect(operator().withToken(ci).issueCredentials("database", neighbour)).rejects.toMatchObject({
        status: 403,
      });
    }
    await expect(operator().withToken(ci).list("database/roles")).rejects.toBeInstanceOf(VaultRefusal);
    await operator().revokeLease(user.leaseId);
  });

  it("T15: no secret is in the plan of a change, the synthesised stack, or a log", async () => {
    const env = await dev.env();
    const overrides = JSON.parse(env["LEASEHOLD_OVERRIDES"] ?? "") as Overrides;
    Object.assign(overrides["dev"]?.databases?.["postgres-dev"] ?? {}, { host: "localhost" });
    const output = await dev.deploy({ ...env, LEASEHOLD_OVERRIDES: JSON.stringify(overrides) });
    expect(output).toContain("1 changed");
    expect(output).not.toContain(dev.adminPassword);
    expect(await dev.deploy()).not.toContain(dev.adminPassword);

    const found = filesWith(dev.adminPassword, [dev.stack, lab.folder.at("logs")]);
    // Provider 4.4 has no write-only arguments, so the password is in what Terraform keeps of the connection: nowhere else.
    expect(found.filter((file) => !/terraform\.tfstate|\/plan$/.test(file))).toEqual([]);
    expect(filesWith(lab.rootToken(), [dev.folder, lab.folder.at("logs")])).toEqual([]);
  });

  it("T18: leasehold destroy ends 100 live leases, and leaves no user, mount, login or policy", async () => {
    for (let at = 0; at < 100; at++) await operator().issueCredentials("database", at % 2 ? "app-readonly" : "admin");
    expect(await dev.dynamicUsers()).toHaveLength(100);

    const { code, stdout, stderr } = await dev.leaseholdDestroy("--json");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      environment: "dev",
      resources: expect.any(Number) as number,
      revoked: { database: 100, analytics: 0 },
      left: [],
    });
    expect(stderr).toContain("100 live leases (database/creds/admin 50, database/creds/app-readonly 50)");
    expect(await operator().leases("database/")).toEqual([]);

    expect(await dev.dynamicUsers()).toEqual([]);
    expect(await operator().list("sys/policies/acl")).not.toEqual(expect.arrayContaining(["developers"]));
    await expect(operator().issueCredentials("database", "app-readonly")).rejects.toBeInstanceOf(VaultRefusal);
    await expect(operator().readRoleId("approle", "ci")).rejects.toBeInstanceOf(VaultRefusal);
    expect(JSON.parse(readFileSync(join(dev.folder, "terraform.tfstate"), "utf8"))).toMatchObject({ resources: [] });
  });

  it("T18: plain cdktf destroy fails on a live lease; a forced revocation clears Vault, and leaves the user to its expiry", async () => {
    await dev.deploy();
    const user = await operator().issueCredentials("database", "app-readonly");
    const env = await dev.env();
    await expect(dev.destroy(env)).rejects.toThrow("exited with 1");
    // What Terraform says of it may be lost: cdktf ends before it has printed all.
    expect(await operator().leases("database/")).toEqual([user.leaseId]);
    await expect(operator().issueCredentials("database", "app-readonly")).rejects.toMatchObject({ status: 404 });

    await operator().write("sys/leases/revoke-force/database", {});
    await dev.destroy(env);
    expect(await dev.dynamicUsers()).toEqual([user.username]);
    await dev.deploy();
    expect((await dev.plan()).code).toBe(0);
  });

  it("leasehold database orphans names the user that was left, and --clean drops it", async () => {
    const orphans = (...options: readonly string[]) => database("orphans", "--host", "127.0.0.1", "--json", ...options);
    const [left] = await dev.dynamicUsers();
    const first = await orphans();
    expect(first).toMatchObject({ users: 1, leases: 0, orphans: [{ user: { name: left }, certain: true }] });
    expect(await orphans("--clean", "--yes")).toMatchObject({ cleared: { users: [left], leases: [], sessions: 0 } });
    expect(await orphans()).toMatchObject({ users: 0, orphans: [] });
    expect(await dev.dynamicUsers()).toEqual([]);
  });

  it("leasehold database rotate-root and reseed leave Vault a password that nobody knows", async () => {
    expect(await database("rotate-root", "--json")).toEqual({ database: "postgres-dev", rotated: true });
    await expect(dev.adminOpens()).rejects.toMatchObject(invalidPassword);
    expect(await database("reseed", "--yes", "--json")).toEqual({ database: "postgres-dev", reseeded: true });
    const user = await operator().issueCredentials("database", "app-readonly");
    await dev.as(user, (client) => client.query("SELECT 1"));
    await operator().revokeLease(user.leaseId);
    expect((await dev.plan()).code).toBe(0);
  });

  async function database(command: string, ...options: readonly string[]): Promise<unknown> {
    const env = { ...(await dev.env()), LEASEHOLD_DATABASE_PASSWORD: lab.secrets().postgresSuperuserPassword };
    const { code, stdout, stderr } = await leasehold(["database", command, "dev", "postgres-dev", ...options], env);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  }
});

/** The files below folders that hold a text. */
function filesWith(text: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text)),
  );
}
