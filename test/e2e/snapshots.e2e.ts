import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { definitionOf, membership } from "../../bench/lifecycle-rig";
import { reportOrphans, clearOrphans } from "../../cli/database/orphans";
import { PostgresAdministrator } from "../../cli/database/postgres-administrator";
import { ThrowAway } from "../../cli/servers/throw-away";
import { postgresUsernameTemplate } from "../../constructs/database/statements/username-template";
import { OperatedServer } from "./operated-server";
import { TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";

interface Verification {
  readonly contents: { readonly leases: Readonly<Record<string, number>>; readonly policies: readonly string[] };
  readonly missing: readonly string[];
}

describeOnEachServer("a snapshot", (product) => {
  let place: ThrowAway;
  let server: OperatedServer;
  let postgres: TestPostgres;
  let keysFile: string;
  const definition = definitionOf("snapshots");
  const issue = () => server.client.issueCredentials("snapshots", "reader");
  const file = () => server.file("vault.snap");
  const auditFile = () => server.file("audit.log");

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    await postgres.bootstrap(definition, "first-password");
    await postgres.ask(
      "postgres",
      "CREATE ROLE rotated LOGIN PASSWORD 'first'; GRANT rotated TO admin_snapshots WITH ADMIN OPTION; GRANT CONNECT ON DATABASE snapshots TO rotated",
    );
    server = await OperatedServer.start(place, product, "saved");
    keysFile = await server.open();
    const { client } = server;
    if (product === "vault") {
      await client.write("sys/audit/file", { type: "file", options: { file_path: auditFile() } });
    }
    await client.write("sys/policies/acl/saved", { policy: 'path "saved" { capabilities = ["read"] }' });
    await client.write("sys/mounts/snapshots", { type: "database" });
    await client.write("snapshots/config/database", {
      plugin_name: "postgresql-database-plugin",
      connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${postgres.port}/snapshots?sslmode=disable`,
      username: definition.admin.username,
      password: "first-password",
      username_template: postgresUsernameTemplate,
      allowed_roles: ["*"],
    });
    await client.write("snapshots/roles/reader", {
      db_name: "database",
      creation_statements: membership.creation,
      revocation_statements: membership.revocation,
      default_ttl: "10s",
      max_ttl: "4h",
    });
    await client.write("snapshots/static-roles/rotated", {
      db_name: "database",
      username: "rotated",
      rotation_period: "12s",
    });
  });

  afterAll(() => place.close());

  it("is saved with a manifest, its owner's alone, and nothing is written over", async () => {
    const user = await issue();
    const manifest = await server.json<{ contents: { leases: object }; sha256: string }>("snapshot", "save", file());
    await server.client.renewLease(user.leaseId, 3600);
    expect(manifest).toMatchObject({
      product,
      version: server.binary.version,
      contents: { leases: { "snapshots/": 1 }, unseen: [] },
    });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(`${file()}.manifest.json`, "utf8"))).toMatchObject({ sha256: manifest.sha256 });
    expect((await server.vault("snapshot", "save", file())).stderr).toContain("exists already: nothing is overwritten");
  });

  it("is verified in a server that touches neither the database nor the audit file", async () => {
    await sleep(11_000); // the lease that was renewed since is over for whoever believes the snapshot
    const users = await postgres.dynamicUsers();
    expect(users).toHaveLength(1);
    const before = existsSync(auditFile()) ? readFileSync(auditFile(), "utf8") : "";
    const verified = await server.json<Verification>("snapshot", "verify", file(), "--keys", keysFile);
    expect(verified.missing).toEqual([]);
    expect(verified.contents.policies).toContain("saved");
    expect(verified.contents.leases).toEqual({ "snapshots/": 1 });
    await sleep(2_000);
    expect(await postgres.dynamicUsers()).toEqual(users);
    const password = await server.client.readStaticPassword("snapshots", "rotated");
    expect(await postgres.opens("snapshots", { username: "rotated", password })).toBe(true);
    if (product === "vault") {
      const throwAway = readFileSync(auditFile(), "utf8").slice(before.length);
      // What was written meanwhile is this server's: the throw-away one would have generated a root token.
      expect(throwAway).not.toContain("generate-root");
      expect(throwAway).not.toContain("snapshot-force");
    }
  });

  it("is refused where it was cut short, or is not the one of its manifest, or the keys are others", async () => {
    const cut = server.file("cut.snap", "");
    appendFileSync(cut, readFileSync(file()).subarray(0, 3000));
    const args = ["snapshot", "verify", cut, "--server", product, "--keys", keysFile];
    expect((await server.vault(...args)).stderr).toContain("is no whole snapshot");
    const other = server.file("other.snap", "");
    appendFileSync(other, readFileSync(file()));
    server.file(
      "other.snap.manifest.json",
      readFileSync(`${file()}.manifest.json`, "utf8").replace(/"sha256": "..../, '"sha256": "0000'),
    );
    expect((await server.vault("snapshot", "restore", other, "--yes")).stderr).toContain("is not the snapshot that");
    const wrong = server.file(
      "wrong-keys",
      `${[1, 2, 3].map((byte) => Buffer.alloc(33, byte).toString("base64")).join("\n")}\n`,
    );
    expect((await server.vault("snapshot", "verify", file(), "--keys", wrong)).stderr).toContain("don't open it");
  });

  it("is restored: its leases end as they should, and users made since are found as orphans", async () => {
    await server.client.write("snapshots/roles/reader", {
      db_name: "database",
      creation_statements: membership.creation,
      revocation_statements: membership.revocation,
      default_ttl: "1h",
      max_ttl: "4h",
    });
    const known = await issue();
    const second = server.file("second.snap");
    await server.json("snapshot", "save", second);
    await sleep(4_000); // so that the two users can be told apart
    const since = await issue();
    await server.client.write("sys/policies/acl/since", { policy: 'path "since" { capabilities = ["read"] }' });
    expect((await server.vault("snapshot", "restore", second)).stderr).toContain("has no terminal to ask for consent");
    expect(await server.json("snapshot", "restore", second, "--yes")).toMatchObject({ state: "active" });
    expect(await server.client.exists("sys/policies/acl/since")).toBe(false);
    expect(await server.client.leases("snapshots/creds/")).toContain(known.leaseId);
    const administrator = new PostgresAdministrator(
      postgres.session("snapshots", { username: "postgres", password: postgres.superuserPassword }),
      definition,
    );
    const report = await reportOrphans(server.client, definition, administrator);
    expect(report.orphans.map(({ user }) => user.name)).toEqual([since.username]);
    await clearOrphans(server.client, administrator, report);
    await server.client.revokeLease(known.leaseId);
    expect(await postgres.opens("snapshots", known)).toBe(false);
  });

  it("of another cluster is taken with --force alone, and that cluster's keys open the server then", async () => {
    const other = await OperatedServer.start(place, product, "other");
    await other.open(1, 1);
    const refused = await other.vault("snapshot", "restore", file(), "--yes");
    expect(refused.stderr).toContain("which this server is not of: give --force");
    expect(await other.json("snapshot", "restore", file(), "--yes", "--force")).toMatchObject({ state: "sealed" });
    await other.stop();
    await other.launch();
    expect((await other.vault("unseal", "--keys", keysFile)).code).toBe(0);
    other.token = server.token;
    expect(await other.client.exists("sys/policies/acl/saved")).toBe(true);
    await other.stop();
  });
});
