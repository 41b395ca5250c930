import type { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { DynamicRole } from "../../../constructs/database/dynamic-role";
import {
  PostgresConnection,
  type PostgresConnectionOptions,
  postgresTlsModes,
  type PostgresTlsMode,
} from "../../../constructs/database/postgres-connection";
import { bareStack, namedResource, onlyResource, stackWithVault, synth, validate, warnings } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

function connect(options: Partial<PostgresConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = engine.addPostgres("orders", { ...postgresOptions, ...options });
  const fields = () => onlyResource(synth(stack), "vault_database_secret_backend_connection");
  return { stack, engine, connection, fields, postgresql: () => fields()["postgresql"] as Record<string, unknown> };
}

const admin = (change: object) => ({ admin: { ...postgresOptions.admin, ...change } });
const url = (options: Partial<PostgresConnectionOptions>) => connect(options).postgresql()["connection_url"];

describe("PostgresConnection", () => {
  it("declares the connection with the PostgreSQL plug-in", () => {
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

  it("can be declared without connecting", () => {
    expect(connect({ verifyConnection: false }).fields()).toMatchObject({ verify_connection: false });
  });

  it("names users after their role and a hash of the login, in 63 characters", () => {
    expect(connect().postgresql()["username_template"]).toBe(
      '{{ printf "v-%s-%s-%s-%s" (.RoleName | truncate 14) (.DisplayName | sha256 | truncate 8) (random 20) (unix_time) | truncate 63 }}',
    );
  });

  it("holds 4 connections to the server, or as many as it is told", () => {
    expect(connect().postgresql()["max_open_connections"]).toBe(4);
    expect(connect({ maxOpenConnections: 1000 }).postgresql()["max_open_connections"]).toBe(1000);
  });

  it("refuses a name that another connection of the mount has, but not one of another mount", () => {
    const { stack, engine } = connect();
    expect(() => engine.addPostgres("billing", postgresOptions)).not.toThrow();
    expect(() => engine.addPostgres("bad name", postgresOptions)).toThrow(
      '[dev/Database/bad name] name "bad name" can\'t be used in a Vault path: use letters, digits',
    );
    const second = new DatabaseSecretsEngine(stack, "Second", { path: "second" });
    expect(() => second.addPostgres("orders", postgresOptions)).not.toThrow();
    expect(() => engine.addPostgres("orders", postgresOptions)).toThrow(/["']orders["']/);
    const elsewhere = { ...postgresOptions, name: "orders", engine };
    expect(() => new PostgresConnection(stack, "Elsewhere", elsewhere)).toThrow(
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

describe("PostgresConnection's admin", () => {
  it("has a write-only password with a provider from 5.0 on, of which nothing is kept", () => {
    const { connection, postgresql, stack } = connect();
    expect(postgresql()).toMatchObject({
      username: "vault_admin",
      password_wo: "${var.admin_password}",
      password_wo_version: 1,
    });
    expect(postgresql()).not.toHaveProperty("password");
    expect(synth(stack).variable["admin_password"]).toMatchObject({ ephemeral: true, sensitive: true });
    expect(warnings(connection)).toEqual([]);
  });

  it("has its changed password sent with a raised version", () => {
    expect(connect(admin({ passwordVersion: 7 })).postgresql()).toMatchObject({ password_wo_version: 7 });
  });

  it.each(["= 4.4.0", ">= 4.4"])(
    "has a stored password where %s is asked for, with a warning of what it costs",
    (at) => {
      const { connection, postgresql, stack } = connect({}, at);
      expect(postgresql()).toMatchObject({ username: "vault_admin", password: "${var.admin_password}" });
      expect(postgresql()).not.toHaveProperty("password_wo");
      expect(postgresql()).not.toHaveProperty("password_wo_version");
      expect(synth(stack).variable["admin_password"]).not.toHaveProperty("ephemeral");
      expect(warnings(connection)).toEqual([
        `hashicorp/vault ${at} may lack postgresql.password_wo (first in 5.0): the admin password lies in the Terraform ` +
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
});

describe("PostgresConnection's URL", () => {
  it("checks the server's certificate and name unless told otherwise", () => {
    expect(url({})).toBe("postgresql://{{username}}:{{password}}@postgres.company.com:5432/app?sslmode=verify-full");
  });

  it.each<PostgresTlsMode>(["disable", "require", "verify-ca", "verify-full"])("asks for TLS as in %s", (tls) => {
    expect(url({ tls })).toBe(`postgresql://{{username}}:{{password}}@postgres.company.com:5432/app?sslmode=${tls}`);
  });

  it("knows no other TLS mode", () => {
    expect(postgresTlsModes).toEqual(["disable", "require", "verify-ca", "verify-full"]);
    expect(() => connect({ tls: "prefer" as PostgresTlsMode })).toThrow(
      '[dev/Database/orders] tls "prefer" is unknown: use one of disable, require, verify-ca, verify-full',
    );
  });

  it.each(["postgres", "10.0.0.5", "[fd00::5]", "[::ffff:10.0.0.5]", "db_1.company.com"])(
    "takes the host %s",
    (host) => {
      expect(url({ host, port: 6432, database: "orders" })).toBe(
        `postgresql://{{username}}:{{password}}@${host}:6432/orders?sslmode=verify-full`,
      );
    },
  );

  it.each([
    "",
    "fd00::5",
    "postgres.company.com:5432",
    "postgres.company.com/app",
    "evil@postgres.company.com",
    "a,b",
    "{{username}}",
    "postgres.company.com?sslmode=disable",
    "-host",
    "[fd00::5]:5432",
  ])("refuses the host %j", (host) => {
    expect(() => connect({ host })).toThrow(
      `[dev/Database/orders] host ${JSON.stringify(host)} is not a host name or address: ` +
        "give it as in postgres.company.com, 10.0.0.5 or [fd00::5], the port apart",
    );
  });

  it.each([0, -1, 65_536, 5432.5, Number.NaN])("refuses the port %d", (port) => {
    expect(() => connect({ port })).toThrow(
      `[dev/Database/orders] port ${port} is out of range: give a whole number from 1 to 65535`,
    );
  });

  it.each(["", "app?sslmode=disable", "app/other", "{{name}}"])("refuses the database %j", (database) => {
    expect(() => connect({ database })).toThrow(
      `[dev/Database/orders] database ${JSON.stringify(database)} can't be used`,
    );
  });

  it.each([0, 1001, -1, 2.5])("refuses %d open connections", (maxOpenConnections) => {
    expect(() => connect({ maxOpenConnections })).toThrow(
      `[dev/Database/orders] maxOpenConnections ${maxOpenConnections} is out of range: give a whole number from 1 to 1000`,
    );
  });

  it.each([undefined, ">= 4.4"])("never holds a credential (provider %s)", (provider) => {
    expect(connect({}, provider).postgresql()["connection_url"]).toMatch(
      /^postgresql:\/\/\{\{username\}\}:\{\{password\}\}@[^@]+$/,
    );
    expect(connect({}, provider).postgresql()["connection_url"]).not.toMatch(/vault_admin|\$\{/);
  });
});

describe("PostgresConnection's roles", () => {
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
    engine.addPostgres("billing", postgresOptions).addRole("other", roleOptions);
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
