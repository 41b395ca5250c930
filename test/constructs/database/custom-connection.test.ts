import { SecretInput } from "../../../constructs/core/secret-input";
import {
  CustomConnection,
  type CustomConnectionOptions,
  type CustomEngine,
  type CustomSetting,
} from "../../../constructs/database/custom-connection";
import { customEngines, traitsOf } from "../../../constructs/database/custom-engines";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { CustomStatements } from "../../../constructs/database/statements/custom-statements";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { refusalOf } from "../../helpers/environments";
import { type Fields, onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const url = "sqlserver://{{username}}:{{password}}@mssql.company.com:1433?encrypt=true";
const sound: CustomConnectionOptions = {
  plugin: { engine: "mssql" },
  settings: { connectionUrl: url, containedDb: true },
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
};
const ttls = { defaultTtl: "1h", maxTtl: "24h" } as const;

function connect(options: Partial<CustomConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = new CustomConnection(stack, "Orders", { ...sound, ...options, name: "orders", engine });
  const fields = () => onlyResource(synth(stack), "vault_database_secret_backend_connection");
  return { stack, engine, connection, fields };
}

const refusal = (options: Partial<CustomConnectionOptions>) => refusalOf(() => connect(options));
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A setting of each kind that any engine takes. */
const samples: Readonly<Record<string, CustomSetting>> = {
  text: "a-text",
  number: 5,
  switch: true,
  list: ["a.company.com", "b.company.com"],
};

/** Everything that an engine's block has, to see that nothing is lost on the way. */
function everySetting(engine: CustomEngine): Record<string, CustomSetting> {
  const settings = Object.entries(traitsOf(engine)?.settings ?? {}).map(([field, kind]) => [field, samples[kind]]);
  return {
    ...(Object.fromEntries(settings) as Record<string, CustomSetting>),
    ...(traitsOf(engine)?.settings["connectionUrl"] === undefined ? {} : { connectionUrl: url }),
  };
}

describe("CustomConnection", () => {
  it("declares the connection with the engine's own plug-in", () => {
    const { connection, fields } = connect();
    const statements = CustomStatements.of({ creation: ["CREATE"], revocation: { pluginDefault: true } });
    connection.addRole("app", { ...ttls, statements });
    expect(connection.dialect).toBe("other");
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_mount\.Database_\w+\.path\}$/) as unknown,
      name: "orders",
      plugin_name: "mssql-database-plugin",
      allowed_roles: ["app"],
      verify_connection: true,
      mssql: {
        connection_url: url,
        contained_db: true,
        max_open_connections: 4,
        username: "vault_admin",
        password_wo: "${var.admin_password}",
        password_wo_version: 1,
        username_template:
          '{{ printf "v_%s_%s" (.RoleName | replace "-" "_" | replace "." "_" | truncate 7) (random 18) | lowercase | truncate 28 }}',
      },
    });
    expect(warnings(connection)).toEqual([]);
  });

  it("has roles with statements of no known language, and no others", () => {
    const statements = PostgresStatements.memberOf("app");
    expect(refusalOf(() => connect().connection.addRole("app", { ...ttls, statements }))).toContain(
      "statements are for postgresql, and connection orders is to other",
    );
  });

  it.each(Object.keys(customEngines) as CustomEngine[])("passes every setting of %s on to the provider", (engine) => {
    const settings = everySetting(engine);
    const { fields } = connect({ plugin: { engine }, settings });
    expect(fields()["plugin_name"]).toBe(`${engine.replaceAll("_", "-")}-database-plugin`);
    expect(fields()[engine]).toMatchObject(
      Object.fromEntries(Object.entries(settings).map(([field, value]) => [snakeCase(field), value])),
    );
  });

  it("names the plug-in that was registered, and its version", () => {
    const { stack, fields } = connect({ plugin: { engine: "mssql", name: "mssql-acme", version: "v1.2.3" } });
    expect(fields()["plugin_name"]).toMatch(/^\$\{vault_plugin_pinned_version\.\w+\.name\}$/);
    expect(onlyResource(synth(stack), "vault_plugin_pinned_version")).toMatchObject({
      type: "database",
      name: "mssql-acme",
      version: "v1.2.3",
    });
  });

  it("has a pool and a time-out where the engine's block takes them", () => {
    const pool = { maxOpenConnections: 9, maxIdleConnections: 3, maxConnectionLifetime: "1h" } as const;
    expect(connect(pool).fields()["mssql"]).toMatchObject({
      max_open_connections: 9,
      max_idle_connections: 3,
      max_connection_lifetime: 3600,
    });
    const influxdb = { plugin: { engine: "influxdb" }, settings: { host: "influx.company.com" } } as const;
    expect(connect(influxdb).fields()["influxdb"]).toMatchObject({ connect_timeout: 5 });
    expect(connect({ ...influxdb, connectTimeout: "1m" }).fields()["influxdb"]).toMatchObject({ connect_timeout: 60 });
    expect(connect(influxdb).fields()["influxdb"]).not.toHaveProperty("max_open_connections");
  });

  it.each<[CustomEngine, string | undefined]>([
    ["redshift", "| lowercase | truncate 28 }}"],
    ["oracle", "| uppercase | truncate 28 }}"],
    ["mysql_legacy", '{{ printf "v_%s" (random 14) | lowercase | truncate 16 }}'],
    ["hana", undefined],
    ["influxdb", undefined],
    ["redis", undefined],
  ])("names users of %s so that they fit, without a login's name: %s", (engine, ending) => {
    const { fields } = connect({ plugin: { engine }, settings: everySetting(engine) });
    const template = (fields()[engine] as Fields)["username_template"];
    if (ending === undefined) expect(template).toBeUndefined();
    else expect(template).toEqual(expect.stringContaining(ending));
  });

  it("refuses a second connection with the same admin to the same server", () => {
    const { stack, engine } = connect();
    const also = (id: string, options: Partial<CustomConnectionOptions>) =>
      new CustomConnection(stack, id, { ...sound, ...options, name: id, engine });
    const elsewhere = url.replace("mssql.", "other.");
    expect(() => also("elsewhere", { settings: { connectionUrl: elsewhere } })).not.toThrow();
    expect(refusalOf(() => also("again", { settings: { connectionUrl: url.replace("?", "/db?") } }))).toContain(
      '[dev/again] admin login "vault_admin at mssql.company.com:1433" is declared already, by dev/Orders',
    );
  });
});

describe("the place of a CustomConnection's admin", () => {
  const at = (engine: CustomEngine, settings: Record<string, CustomSetting>) => {
    const { stack, engine: mount } = connect({ plugin: { engine }, settings });
    return refusalOf(
      () =>
        new CustomConnection(stack, "Again", { ...sound, plugin: { engine }, settings, name: "again", engine: mount }),
    );
  };

  it.each<[string, CustomEngine, Record<string, CustomSetting>]>([
    [
      "tcp(mysql.company.com:3306)",
      "mysql_rds",
      { connectionUrl: "{{username}}:{{password}}@tcp(mysql.company.com:3306)/" },
    ],
    [
      "oracle.company.com:1521",
      "oracle",
      { connectionUrl: "{{username}}/{{password}}@//oracle.company.com:1521/orders" },
    ],
    ["redis.company.com:6380", "redis", { host: "redis.company.com", port: 6380 }],
    ["influx.company.com", "influxdb", { host: "influx.company.com" }],
    ["https://es.company.com", "elasticsearch", { url: "https://es.company.com" }],
    ["a,b:9042", "cassandra", { hosts: ["b", "a"], port: 9042 }],
    ["5f", "mongodbatlas", { projectId: "5f" }],
  ])("is %s of %s", (place, engine, settings) => {
    expect(at(engine, settings)).toContain(`admin login "vault_admin at ${place}" is declared already, by dev/Orders`);
  });

  it("is not known of a URL without @", () => {
    const connectionUrl = "server=mssql.company.com;user id={{username}};password={{password}}";
    expect(() => at("mssql", { connectionUrl })).toThrow("nothing was refused");
  });
});

describe("CustomConnection's admin", () => {
  it.each<[CustomEngine, string]>([
    ["redis", "password"],
    ["cassandra", "password"],
  ])("has a stored password with %s, whose block has no other, and a warning of it", (engine, argument) => {
    const { connection, fields, stack } = connect({ plugin: { engine }, settings: everySetting(engine) });
    expect(fields()[engine]).toMatchObject({ username: "vault_admin", [argument]: "${var.admin_password}" });
    expect(fields()[engine]).not.toHaveProperty("password_wo");
    expect(synth(stack).variable["admin_password"]).not.toHaveProperty("ephemeral");
    expect(warnings(connection)).toEqual([
      `the provider's ${engine} block has no write-only password: the admin's lies in the Terraform state. ` +
        "Guard the state as you would guard it",
    ]);
  });

  it("is a pair of keys with MongoDB Atlas", () => {
    const { connection, fields } = connect({ plugin: { engine: "mongodbatlas" }, settings: { projectId: "5f" } });
    expect(fields()["mongodbatlas"]).toEqual({
      project_id: "5f",
      public_key: "vault_admin",
      private_key: "${var.admin_password}",
    });
    expect(warnings(connection)).toEqual([
      "the provider's mongodbatlas block has no write-only privateKey: the admin's lies in the Terraform state. " +
        "Guard the state as you would guard it",
    ]);
  });

  it("has a stored password where a provider before 5.0 is asked for, with a warning", () => {
    const { connection, fields } = connect({}, ">= 4.4");
    expect(fields()["mssql"]).toMatchObject({ username: "vault_admin", password: "${var.admin_password}" });
    expect(warnings(connection)).toEqual([expect.stringContaining("may lack password_wo")]);
  });
});

describe("CustomConnection refuses", () => {
  it.each<[string, Partial<CustomConnectionOptions>, string]>([
    [
      "an engine that the provider has no block for",
      { plugin: { engine: "db2" as CustomEngine } },
      'plugin.engine "db2" is unknown: use the provider\'s block that fits the plug-in: cassandra, couchbase,',
    ],
    [
      "an engine called as a property that every object has",
      { plugin: { engine: "constructor" as CustomEngine } },
      'plugin.engine "constructor" is unknown',
    ],
    [
      "an engine with a connection of its own",
      { plugin: { engine: "postgresql" as CustomEngine } },
      "plugin.engine postgresql has a connection of its own: declare that one; a plug-in of yours goes into its plugin.name",
    ],
    [
      "a plug-in that the provider would not find",
      { plugin: { engine: "mssql", name: "acme-mssql" } },
      'plugin.name "acme-mssql" is of no engine that the provider knows: ' +
        "register the plug-in under a name that begins with mssql, or name the engine that it is of",
    ],
    [
      "a plug-in that the provider would take for another engine's",
      { plugin: { engine: "redis", name: "redis-elasticache-acme" }, settings: { host: "redis.company.com" } },
      'plugin.name "redis-elasticache-acme" is one of redis_elasticache to the provider: ' +
        "register the plug-in under a name that begins with redis, or name the engine that it is of",
    ],
    [
      "a plug-in's version that is none",
      { plugin: { engine: "mssql", version: "latest" } },
      'plugin.version "latest" is not a semantic version',
    ],
    [
      "settings without what connects",
      { settings: {} },
      "settings lacks connectionUrl: mssql can't be connected to without it",
    ],
    [
      "a mistyped setting",
      { settings: { connectionUrl: url, contained_DB: true } },
      "settings.contained_DB is no setting of mssql: did you mean containedDb?",
    ],
    [
      "a setting of another engine",
      { settings: { connectionUrl: url, pemBundle: "x" } },
      "settings.pemBundle is no setting of mssql: use connectionUrl, disableEscaping, containedDb",
    ],
    [
      "an option among the settings",
      { settings: { connectionUrl: url, usernameTemplate: "x" } },
      "settings.usernameTemplate is an option of the connection: write usernameTemplate beside settings",
    ],
    ["a text that is empty", { settings: { connectionUrl: " " } }, "settings.connectionUrl is not a text: give a text"],
    [
      "a switch that is a text",
      { settings: { connectionUrl: url, containedDb: "true" } },
      "settings.containedDb is not true or false: give true or false",
    ],
    [
      "a number that is none",
      { plugin: { engine: "redis" }, settings: { host: "redis.company.com", port: 1.5 } },
      "settings.port is not a whole number from 0 on: give a whole number from 0 on",
    ],
    [
      "an empty list",
      { plugin: { engine: "cassandra" }, settings: { hosts: [] } },
      "settings.hosts is not a list of texts with at least one in it: give a list of texts with at least one in it",
    ],
    [
      "a pool where the block has none",
      { plugin: { engine: "redis" }, settings: { host: "redis.company.com" }, maxOpenConnections: 4 },
      "maxOpenConnections is given, and the provider's redis block can't take it: leave it out",
    ],
    [
      "a time-out where the URL holds it",
      { connectTimeout: "5s" },
      "connectTimeout is given, and the provider's mssql block can't take it: " +
        "write it into connectionUrl as the driver wants it",
    ],
    [
      "a username template where the block has none",
      {
        plugin: { engine: "hana" },
        settings: { connectionUrl: url },
        usernameTemplate: "{{ random 20 | truncate 20 }}",
      },
      "usernameTemplate is given, and the provider's hana block can't take it: leave it out",
    ],
    [
      "names that the server cuts",
      {
        plugin: { engine: "mysql_rds" },
        settings: { connectionUrl: url },
        usernameTemplate: "{{ random 40 | truncate 40 }}",
      },
      "usernameTemplate may make names longer than 32 characters",
    ],
    [
      "an unsafe username template",
      { usernameTemplate: "{{.DisplayName}}{{ random 20 | truncate 63 }}" },
      "usernameTemplate holds .DisplayName as it is",
    ],
  ])("%s", (_what, options, message) => {
    const refused = refusal(options);
    expect(refused.slice(0, `[dev/Orders] ${message}`.length)).toBe(`[dev/Orders] ${message}`);
  });

  it.each([
    "password",
    "passwordWo",
    "passwordWoVersion",
    "privateKey",
    "privateKeyWo",
    "privateKeyWoVersion",
    "publicKey",
    "serviceAccountJson",
    "tlsCertificateKey",
    "username",
  ])("%s as a setting", (field) => {
    expect(refusal({ settings: { connectionUrl: url, [field]: "hunter2" } })).toBe(
      `[dev/Orders] settings.${field} is a credential and would lie in the code: ` +
        "give the admin's user name and password as admin; no other login is served",
    );
  });

  it.each([
    "sqlserver://vault_admin:hunter2@mssql.company.com:1433",
    "sqlserver://vault_admin@mssql.company.com:1433?password=hunter2",
    "sqlserver://{{username}}:hunter2@mssql.company.com",
    "server=mssql.company.com;user id={{username}};Password = hunter2",
    "vault_admin:hunter2@tcp(mysql.company.com:3306)/",
    "sqlserver://{{username}}:{{password}}@mssql.company.com?pwd=hunter2",
  ])("a credential in the URL %j, without repeating it", (connectionUrl) => {
    const refused = refusal({ settings: { connectionUrl } });
    expect(refused).toBe(
      "[dev/Orders] settings.connectionUrl holds a credential: " +
        "give it as admin, and write {{username}} and {{password}} where a connectionUrl needs them",
    );
    expect(refused).not.toContain("hunter2");
  });

  it("a credential in any other setting", () => {
    const elasticsearch = (settings: Record<string, string>) =>
      refusal({ plugin: { engine: "elasticsearch" }, settings: { url: "https://es.company.com", ...settings } });
    expect(elasticsearch({ url: "https://elastic:hunter2@es.company.com" })).toContain(
      "settings.url holds a credential",
    );
    expect(elasticsearch({ clientKey: "-----BEGIN PRIVATE KEY-----" })).toContain(
      "settings.clientKey holds a credential",
    );
    const hosts = ["couchbase://a", "couchbase://u:p@b"];
    expect(refusal({ plugin: { engine: "couchbase" }, settings: { hosts } })).toContain(
      "settings.hosts holds a credential",
    );
  });

  it.each([
    ["{{username}}", "sqlserver://mssql.company.com?password={{password}}"],
    ["{{password}}", "server=mssql.company.com;user id={{username}}"],
    ["{{username}}", "sqlserver://mssql.company.com"],
  ])("a URL without %s: %s", (placeholder, connectionUrl) => {
    expect(refusal({ settings: { connectionUrl } })).toBe(
      `[dev/Orders] settings.connectionUrl lacks ${placeholder}: ` +
        "write it where the admin belongs, as in {{username}}:{{password}}@database.company.com:1433",
    );
  });

  it.each([
    url,
    "{{username}}/{{password}}@//oracle.company.com:1521/orders",
    "{{username}}:{{password}}@tcp(mysql.company.com:3306)/",
    "server=mssql.company.com;user id={{username}};password={{password}};app name=vault",
    "{{username}}:{{password}}@acme.snowflakecomputing.com/orders",
  ])("but not the URL %s", (connectionUrl) => {
    expect(() => connect({ settings: { connectionUrl } })).not.toThrow();
  });
});
