import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ThrowAway } from "../../cli/servers/throw-away";
import { OperatedServer, tokenAnswer } from "./operated-server";
import { describeOnEachServer } from "./rig";

interface Changes {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  readonly unseen: readonly string[];
}

const canary = "canary-4c1d5e";

describeOnEachServer("an export", (product) => {
  let place: ThrowAway;
  let server: OperatedServer;
  const folder = () => server.file("export");
  const read = (file: string) => readFileSync(join(folder(), file), "utf8");
  const all = () =>
    readdirSync(folder(), { recursive: true })
      .map(String)
      .filter((file) => statSync(join(folder(), file)).isFile());
  const connection = (url: string) => ({
    plugin_name: "postgresql-database-plugin",
    connection_url: url,
    username: "admin",
    password: canary,
    verify_connection: false,
    allowed_roles: ["writer", "reader"],
  });

  beforeAll(async () => {
    place = await ThrowAway.open();
    server = await OperatedServer.start(place, product, "exported");
    await server.open(1, 1);
    const { client } = server;
    await client.write("sys/policies/acl/team", {
      policy: 'path "secret/data/team" {\n  capabilities = ["read"]\n}\n',
    });
    await client.write("sys/policies/password/long", {
      policy: 'length = 24\nrule "charset" {\n  charset = "abcdef"\n}',
    });
    for (const [path, type] of [
      ["db/main", "database"],
      ["kv", "kv"],
      ["pki", "pki"],
      ["keys", "transit"],
      ["code", "totp"],
    ]) {
      await client.write(`sys/mounts/${path}`, { type, ...(type === "kv" && { options: { version: "2" } }) });
    }
    await client.write("db/main/config/postgres", connection("postgresql://{{username}}:{{password}}@127.0.0.1:1/app"));
    await client.write("db/main/config/careless", connection(`postgresql://admin:${canary}@127.0.0.1:1/app`));
    await client.write("db/main/roles/reader", {
      db_name: "postgres",
      creation_statements: ['CREATE ROLE "{{name}}"'],
      default_ttl: "1h",
    });
    await client.write("kv/data/team", { data: { password: canary } });
    await client.write("keys/keys/orders", {});
    await client.write("pki/root/generate/internal", { common_name: "exported" });
    await client.write("pki/roles/web", { allowed_domains: ["example.com"], max_ttl: "24h" });
    for (const type of ["approle", "userpass", "jwt"]) await client.write(`sys/auth/${type}`, { type });
    await client.write("auth/approle/role/ci", { token_policies: ["team"], token_ttl: "20m" });
    await client.write("auth/approle/role/ci/custom-secret-id", { secret_id: canary });
    await client.write("auth/userpass/users/ann", { password: canary, token_policies: ["team"] });
    await client.write("sys/quotas/rate-limit/all", { rate: 1000 });
    await client.write("identity/group", { name: "developers", policies: ["team"] });
  });

  afterAll(() => place.close());

  it("is a file for each policy, mount, auth method, role and setting", async () => {
    const { unseen, written } = await server.json<Changes>("export", folder());
    for (const file of [
      "policies/acl/team.hcl",
      "policies/password/long.hcl",
      "mounts/db/main/mount.json",
      "mounts/db/main/config/postgres.json",
      "mounts/db/main/roles/reader.json",
      "mounts/kv/mount.json",
      "mounts/keys/keys/orders.json",
      "mounts/pki/roles/web.json",
      "auth/approle/mount.json",
      "auth/approle/role/ci.json",
      "auth/userpass/users/ann.json",
      "settings/quotas/rate-limit/all.json",
      "settings/groups/developers.json",
    ]) {
      expect(written).toContain(file);
    }
    expect(unseen).toEqual(["sys/mounts/code: what totp holds is not exported, its mount is"]);
    expect(read("policies/acl/team.hcl")).toBe('path "secret/data/team" {\n  capabilities = ["read"]\n}\n');
    expect(JSON.parse(read("mounts/db/main/config/postgres.json"))).toMatchObject({
      allowed_roles: ["reader", "writer"],
      connection_details: {
        connection_url: "postgresql://{{username}}:{{password}}@127.0.0.1:1/app",
        username: "admin",
      },
    });
    expect(JSON.parse(read("auth/approle/role/ci.json"))).toMatchObject({ token_policies: ["team"], token_ttl: 1200 });
  });

  it("holds no secret, and says where one was left out", () => {
    const texts = all().map((file) => [file, readFileSync(join(folder(), file), "utf8")] as const);
    expect(texts.length).toBeGreaterThan(20);
    for (const [file, text] of texts) {
      expect({ file, secret: text.includes(canary) }).toEqual({ file, secret: false });
      expect({ file, token: text.includes(server.token) }).toEqual({ file, token: false });
      expect({ file, key: /PRIVATE KEY/.test(text) }).toEqual({ file, key: false });
    }
    // Servers mask the password themselves; neither form is taken over.
    expect(JSON.parse(read("mounts/db/main/config/careless.json"))).toMatchObject({
      connection_details: { connection_url: "(not exported)" },
    });
    expect(JSON.parse(read("mounts/keys/keys/orders.json"))).toMatchObject({ keys: "(not exported)" });
  });

  it("says the same when nothing has changed", async () => {
    const before = new Map(all().map((file) => [file, read(file)]));
    expect(await server.json<Changes>("export", folder())).toMatchObject({
      written: [],
      removed: [],
      unchanged: before.size - 1,
    });
    expect(new Map(all().map((file) => [file, read(file)]))).toEqual(before);
  });

  it("shows a change in the file that it is of, and takes away what is gone", async () => {
    await server.client.write("auth/approle/role/ci", { token_ttl: "30m" });
    await server.client.delete("sys/policies/password/long");
    expect(await server.json<Changes>("export", folder())).toMatchObject({
      written: ["auth/approle/role/ci.json"],
      removed: ["policies/password/long.hcl"],
    });
  });

  it("names what a token may not see, and fails then", async () => {
    const token = server.token;
    await server.client.write("sys/policies/acl/half", { policy: 'path "sys/mounts" { capabilities = ["read"] }' });
    const { auth } = await server.client.ask("auth/token/create", { policies: ["half"] }, tokenAnswer);
    server.token = auth.client_token;
    const { code, stdout } = await server.vault("export", server.file("half"));
    server.token = token;
    expect(code).toBe(1);
    expect(stdout).toContain("sys/auth: the token may not see it");
  });

  it("is not written into a folder of something else", async () => {
    server.file("other/file", "somebody's");
    expect((await server.vault("export", server.file("other"))).stderr).toContain(
      "holds something else than an export",
    );
  });
});
