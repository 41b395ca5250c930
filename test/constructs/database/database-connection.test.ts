import type { SecretInput } from "../../../constructs/core/secret-input";
import type { ConnectionOptions } from "../../../constructs/database/database-connection";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { DynamicRole } from "../../../constructs/database/dynamic-role";
import { PostgresConnection } from "../../../constructs/database/postgres-connection";
import {
  bareStack,
  namedResource,
  onlyResource,
  resources,
  stackWithVault,
  synth,
  validate,
  warnings,
} from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

/** What all kinds of connection have in common, shown on one to PostgreSQL. */
function connect(options: Partial<ConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = engine.addPostgres("orders", { ...postgresOptions, ...options });
  const fields = () => onlyResource(synth(stack), "vault_database_secret_backend_connection");
  return { stack, engine, connection, fields, block: () => fields()["postgresql"] as Record<string, unknown> };
}

const admin = (change: object) => ({ admin: { ...postgresOptions.admin, ...change } });

/** Another server, since two connections may not share a login. */
const billing = { ...postgresOptions, host: "billing.company.com" };

describe("DatabaseConnection", () => {
  it("declares the connection with its plug-in", () => {
    const { connection, fields } = connect();
    connection.addRole("app", roleOptions);
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_mount\.Database_\w+\.path\}$/) as unknown,
      name: "orders",
      plugin_name: "postgresql-database-plugin",
      allowed_roles: ["app"],
      verify_connection: true,
      postgresql: expect.any(Object) as unknown,
    });
  });

  it("says what its roles must be written in, and whom they may not be", () => {
    expect(connect().connection).toMatchObject({ name: "orders", dialect: "postgresql", adminUsername: "vault_admin" });
  });

  it("can be declared without connecting", () => {
    expect(connect({ verifyConnection: false }).fields()).toMatchObject({ verify_connection: false });
  });

  it("refuses a name that another connection of the mount has, but not one of another mount", () => {
    const { stack, engine } = connect();
    expect(() => engine.addPostgres("billing", billing)).not.toThrow();
    expect(() => engine.addPostgres("bad name", billing)).toThrow(
      '[dev/Database/bad name] name "bad name" can\'t be used in a Vault path: use letters, digits',
    );
    const second = new DatabaseSecretsEngine(stack, "Second", { path: "second" });
    expect(() => second.addPostgres("orders", { ...billing, port: 6432 })).not.toThrow();
    expect(() => engine.addPostgres("orders", billing)).toThrow(/["']orders["']/);
    expect(() => new PostgresConnection(stack, "Elsewhere", { ...billing, name: "orders", engine })).toThrow(
      '[dev/Elsewhere] connection of mount database "orders" is declared already, by dev/Database/orders: ' +
        "give one of the two another name",
    );
  });

  it("needs a Vault server in the stack", () => {
    const engine = new DatabaseSecretsEngine(bareStack(), "Database");
    expect(() => engine.addPostgres("orders", postgresOptions)).toThrow(
      "[dev/Database/orders] the stack names no Vault server: create a VaultEndpoint in the stack first",
    );
  });
});

describe("DatabaseConnection's admin", () => {
  it("has a write-only password with a provider from 5.0 on, of which nothing is kept", () => {
    const { connection, block, stack } = connect();
    expect(block()).toMatchObject({
      username: "vault_admin",
      password_wo: "${var.admin_password}",
      password_wo_version: 1,
    });
    expect(block()).not.toHaveProperty("password");
    expect(synth(stack).variable["admin_password"]).toMatchObject({ ephemeral: true, sensitive: true });
    expect(warnings(connection)).toEqual([]);
  });

  it("has its changed password sent with a raised version", () => {
    expect(connect(admin({ passwordVersion: 7 })).block()).toMatchObject({ password_wo_version: 7 });
  });

  it.each(["= 4.4.0", ">= 4.4"])(
    "has a stored password where %s is asked for, with a warning of what it costs",
    (at) => {
      const { connection, block, stack } = connect({}, at);
      expect(block()).toMatchObject({ username: "vault_admin", password: "${var.admin_password}" });
      expect(block()).not.toHaveProperty("password_wo");
      expect(block()).not.toHaveProperty("password_wo_version");
      expect(synth(stack).variable["admin_password"]).not.toHaveProperty("ephemeral");
      expect(warnings(connection)).toEqual([
        `hashicorp/vault ${at} may lack password_wo (first in 5.0): the admin password lies in the Terraform ` +
          `state: have Vault rotate it after the first deploy. Raise vault.provider to ">= 5.0" to have it`,
      ]);
    },
  );

  it("refuses a password that is a value, without repeating it", () => {
    const connection = () => connect(admin({ password: "hunter2" as unknown as SecretInput }));
    expect(connection).toThrow(
      '[dev/Database/orders] admin.password is a secret and was given as a string: use SecretInput.variable("admin_password") ' +
        "and set the TF_VAR_ of that name when you deploy",
    );
    expect(connection).not.toThrow(/hunter2/);
  });

  it.each(["", "vault admin", "admin@db", 'a"b', "{{username}}"])("refuses the user name %j", (username) => {
    expect(() => connect(admin({ username }))).toThrow(
      `[dev/Database/orders] admin.username ${JSON.stringify(username)} can't be used`,
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("refuses the password version %d", (passwordVersion) => {
    expect(() => connect(admin({ passwordVersion }))).toThrow(
      `[dev/Database/orders] admin.passwordVersion ${passwordVersion} is out of range: ` +
        "give a whole number from 1 to 9007199254740991",
    );
  });

  it.each([undefined, "~> 5.0", ">= 4.4", "= 4.6.0"])(
    "never has a write-only password without a version (provider %s)",
    (at) => {
      const fields = connect({}, at).block();
      expect("password_wo" in fields).toBe("password_wo_version" in fields);
      expect("password_wo" in fields).not.toBe("password" in fields);
    },
  );

  it.each([0, Number.NaN])("refuses the password version %d with an old provider too", (passwordVersion) => {
    expect(() => connect(admin({ passwordVersion }), ">= 4.4")).toThrow("admin.passwordVersion");
  });

  it("logs in by one connection only: two would rotate its password away from each other", () => {
    const { engine, stack } = connect();
    const shared =
      'admin login "vault_admin at postgres.company.com:5432" is declared already, by dev/Database/orders: ';
    expect(() => engine.addPostgres("billing", { ...postgresOptions, database: "billing" })).toThrow(
      `[dev/Database/billing] ${shared}`,
    );
    const elsewhere = new DatabaseSecretsEngine(stack, "Second", { path: "second" });
    expect(() => elsewhere.addPostgres("orders", { ...postgresOptions, host: "Postgres.Company.com" })).toThrow(shared);
  });

  it.each([
    ["another user", admin({ username: "vault_billing" })],
    ["another host", { host: "billing.company.com" }],
    ["another port", { port: 6432 }],
  ])("may log in by a second connection as or at %s", (_what, change) => {
    const { engine } = connect();
    expect(() => engine.addPostgres("billing", { ...postgresOptions, ...change })).not.toThrow();
  });
});

describe("DatabaseConnection's pool", () => {
  it("is of 4 connections that are kept, unless told otherwise", () => {
    const { block } = connect();
    expect(block()).toMatchObject({ max_open_connections: 4 });
    expect(block()).not.toHaveProperty("max_idle_connections");
    expect(block()).not.toHaveProperty("max_connection_lifetime");
  });

  it("is as it is told, in seconds", () => {
    const options = { maxOpenConnections: 1000, maxIdleConnections: 1000, maxConnectionLifetime: "30m" } as const;
    expect(connect(options).block()).toMatchObject({
      max_open_connections: 1000,
      max_idle_connections: 1000,
      max_connection_lifetime: 1800,
    });
  });

  it("keeps none with 0, for which Vault wants a negative number: its own 0 keeps all", () => {
    expect(connect({ maxIdleConnections: 0 }).block()).toMatchObject({ max_idle_connections: -1 });
  });

  it.each([0, 1001, -1, 2.5, Number.NaN])("refuses %d open connections", (maxOpenConnections) => {
    expect(() => connect({ maxOpenConnections })).toThrow(
      `[dev/Database/orders] maxOpenConnections ${maxOpenConnections} is out of range: give a whole number from 1 to 1000`,
    );
  });

  it.each([5, -1, 0.5, Number.NaN])("refuses to keep %d connections of 4", (maxIdleConnections) => {
    expect(() => connect({ maxIdleConnections })).toThrow(
      `[dev/Database/orders] maxIdleConnections ${maxIdleConnections} is out of range: give a whole number from 0 to 4`,
    );
  });

  it.each(["0s", "1.5h", "", "60"])("refuses the connection lifetime %j", (lifetime) => {
    expect(() => connect({ maxConnectionLifetime: lifetime as "1h" })).toThrow(
      `[dev/Database/orders] maxConnectionLifetime "${lifetime}" is not a duration`,
    );
  });
});

describe("DatabaseConnection's plug-in", () => {
  it("is the built-in one, of which nothing is pinned", () => {
    const { fields, stack } = connect({ plugin: {} });
    expect(fields()["plugin_name"]).toBe("postgresql-database-plugin");
    expect(resources(synth(stack), "vault_plugin_pinned_version")).toEqual([]);
  });

  it("can be another", () => {
    expect(connect({ plugin: { name: "our-postgres-plugin" } }).fields()["plugin_name"]).toBe("our-postgres-plugin");
  });

  it.each(["v1.2.3", "v0.10.0-rc1", "v1.2.3+ent", "v1.2.3-beta.1+build.5"])(
    "is pinned to %s before it is used",
    (version) => {
      const { fields, stack } = connect({ plugin: { name: "our-postgres-plugin", version } });
      expect(onlyResource(synth(stack), "vault_plugin_pinned_version")).toEqual({
        type: "database",
        name: "our-postgres-plugin",
        version,
      });
      expect(fields()["plugin_name"]).toMatch(
        /^\$\{vault_plugin_pinned_version\.Database_orders_PinnedPlugin_\w+\.name\}$/,
      );
    },
  );

  it.each(["1.2.3", "v1.2", "v1.2.3 ", "latest", "", "v1.2.3\n"])("refuses the version %j", (version) => {
    expect(() => connect({ plugin: { version } })).toThrow(
      `[dev/Database/orders] plugin.version ${JSON.stringify(version)} is not a semantic version: ` +
        'write it as in the plug-in catalogue, such as "v1.2.3"',
    );
  });

  it.each(["", "a b", "../evil", "${var.plugin}"])("refuses the name %j", (name) => {
    expect(() => connect({ plugin: { name } })).toThrow(
      `[dev/Database/orders] plugin.name ${JSON.stringify(name)} can't be used`,
    );
  });

  it("is pinned once: Vault knows one version a plug-in, not one a connection", () => {
    const plugin = { name: "our-postgres-plugin", version: "v1.2.3" };
    const { engine } = connect({ plugin });
    expect(() => engine.addPostgres("billing", { ...billing, plugin: { ...plugin, version: "v1.2.4" } })).toThrow(
      '[dev/Database/billing] pinned plug-in "our-postgres-plugin" is declared already, by dev/Database/orders',
    );
    const other = { ...billing, plugin: { ...plugin, name: "their-postgres-plugin" } };
    expect(() => engine.addPostgres("stock", { ...other, port: 6432 })).not.toThrow();
  });
});

describe("DatabaseConnection's root rotation", () => {
  it("is left alone unless asked for", () => {
    const { stack, fields } = connect();
    expect(resources(synth(stack), "vault_generic_endpoint")).toEqual([]);
    expect(fields()).not.toHaveProperty("root_rotation_statements");
  });

  it("comes after the connection, and again when the connection is made anew", () => {
    const { stack } = connect({ rotateRoot: true });
    const synthesised = synth(stack);
    const [id] = Object.keys(synthesised.resource["vault_database_secret_backend_connection"] ?? {});
    const address = `vault_database_secret_backend_connection.${id ?? ""}`;
    expect(onlyResource(synthesised, "vault_generic_endpoint")).toEqual({
      path: "database/rotate-root/orders",
      data_json: '{"password_version":1}',
      disable_read: true,
      disable_delete: true,
      depends_on: [address],
      lifecycle: { replace_triggered_by: [`${address}.id`] },
    });
  });

  it("comes again when another password was sent", () => {
    const { stack } = connect({ rotateRoot: true, ...admin({ passwordVersion: 3 }) });
    expect(onlyResource(synth(stack), "vault_generic_endpoint")["data_json"]).toBe('{"password_version":3}');
  });

  it.each(["postgres", "root", "Administrator", "rdsadmin", "SA"])(
    "is refused for %s, which others log in as",
    (username) => {
      expect(() => connect({ rotateRoot: true, ...admin({ username }) })).toThrow(
        `[dev/Database/orders] a root rotation would change the password of ${username}, which others log in as: ` +
          "have the bootstrap make a user of Vault's own, such as vault_admin, and name it in admin.username",
      );
      expect(() => connect({ rotateRoot: false, ...admin({ username }) })).not.toThrow();
    },
  );

  it("may be of a user whose name only holds such a name", () => {
    expect(() => connect({ rotateRoot: true, ...admin({ username: "vault-root" }) })).not.toThrow();
  });

  it("uses the statements that it was given", () => {
    const rootRotationStatements = [`ALTER ROLE "{{username}}" PASSWORD '{{password}}'`];
    expect(connect({ rootRotationStatements }).fields()).toMatchObject({
      root_rotation_statements: rootRotationStatements,
    });
  });

  it.each([
    ["lets the name escape", "ALTER ROLE {{name}} PASSWORD '{{password}}'", "[0] holds {{name}} without quotes"],
    ["is a block", `DO $$ BEGIN ALTER ROLE "{{name}}" PASSWORD '{{password}}'; END $$`, "[0] holds a DO block"],
    ["sets no password", `ALTER ROLE "{{name}}" LOGIN`, " lacks {{name}} or {{password}}"],
    ["is left to Terraform", `ALTER ROLE "{{name}}" PASSWORD '{{password}}\${a}'`, "[0] holds ${, which Terraform"],
  ])("refuses a statement that %s", (_what, statement, problem) => {
    expect(() => connect({ rootRotationStatements: [statement] })).toThrow(
      `[dev/Database/orders] rootRotationStatements${problem}`,
    );
  });

  it("refuses no statements", () => {
    expect(() => connect({ rootRotationStatements: [] })).toThrow("[dev/Database/orders] rootRotationStatements lacks");
  });
});

describe("DatabaseConnection's roles", () => {
  it.each([[["a", "b", "c"]], [["c", "a", "b"]], [["b", "c", "a"]]])(
    "are allowed by name, sorted, added as %j",
    (names) => {
      const { connection, fields } = connect();
      for (const name of names) connection.addRole(name, roleOptions);
      expect(fields()["allowed_roles"]).toEqual(["a", "b", "c"]);
      expect(connection.roles.map(({ name }) => name)).toEqual(names);
    },
  );

  it("are those of this connection only", () => {
    const { engine, connection, stack } = connect();
    connection.addRole("app", roleOptions);
    engine.addPostgres("billing", billing).addRole("other", roleOptions);
    const orders = namedResource(synth(stack), "vault_database_secret_backend_connection", "orders");
    expect(orders["allowed_roles"]).toEqual(["app"]);
  });

  it("are allowed also when they were declared elsewhere in the stack", () => {
    const { connection, stack, fields } = connect();
    new DynamicRole(stack, "Role", { ...roleOptions, name: "app", connection });
    expect(fields()["allowed_roles"]).toEqual(["app"]);
  });

  it("must be there: none would make a connection that serves nobody", () => {
    const { connection, stack } = connect();
    expect(() => validate(stack)).toThrow(
      "[dev/Database/orders] connection orders has no roles: add one or remove the connection",
    );
    connection.addRole("app", roleOptions);
    expect(() => validate(stack)).not.toThrow();
  });
});
