import {
  DatabaseSecretsEngine,
  type DatabaseSecretsEngineProps,
} from "../../../constructs/database/database-secrets-engine";
import type { DynamicRoleOptions } from "../../../constructs/database/dynamic-role";
import { isPostgresGrammarLoaded, loadPostgresGrammar } from "../../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { StatementSet } from "../../../constructs/database/statements/statement-set";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

function declare(options: Partial<DynamicRoleOptions> = {}, mount: DatabaseSecretsEngineProps = {}, name = "app") {
  const stack = stackWithVault();
  const engine = new DatabaseSecretsEngine(stack, "Database", mount);
  const connection = engine.addPostgres("orders", postgresOptions);
  const role = connection.addRole(name, { ...roleOptions, ...options });
  return {
    stack,
    engine,
    connection,
    role,
    fields: () => onlyResource(synth(stack), "vault_database_secret_backend_role"),
  };
}

/** Another server, since two connections may not share a login. */
const billing = { ...postgresOptions, host: "billing.company.com" };

/** What a set says, free to be changed. */
function parts({ creation, revocation, renewal, groups, definedGroups, access }: StatementSet): StatementSet {
  return { dialect: "postgresql", creation, revocation, renewal, groups, definedGroups, access };
}

const create = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

describe("DynamicRole", () => {
  it("declares the role with its statements as they stand and its TTLs in seconds", () => {
    const { fields } = declare({ defaultTtl: "90m", maxTtl: "1d" });
    const { creation, revocation } = roleOptions.statements;
    expect(fields()).toEqual({
      backend: "database",
      name: "app",
      db_name: expect.stringMatching(
        /^\$\{vault_database_secret_backend_connection\.Database_orders_\w+\.name\}$/,
      ) as unknown,
      creation_statements: creation,
      revocation_statements: revocation,
      default_ttl: 5400,
      max_ttl: 86_400,
    });
  });

  it("has the renewal statements that it was given, and never rollback statements, which no plug-in runs", () => {
    const renewal = [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`];
    const { fields } = declare({ statements: PostgresStatements.custom({ creation: [create], renewal }) });
    expect(fields()).toMatchObject({ creation_statements: [create], renew_statements: renewal });
    expect(fields()).not.toHaveProperty("rollback_statements");
  });

  it("is the resource that its construct stands for", () => {
    const { role, stack } = declare();
    (role.node.defaultChild as { addOverride: (path: string, value: unknown) => void } | undefined)?.addOverride(
      "credential_type",
      "password",
    );
    expect(onlyResource(synth(stack), "vault_database_secret_backend_role")).toMatchObject({
      credential_type: "password",
    });
  });

  it("takes equal TTLs, and refuses a default above the maximum", () => {
    expect(() => declare({ defaultTtl: "60m", maxTtl: "1h" })).not.toThrow();
    expect(() => declare({ defaultTtl: "48h", maxTtl: "24h" })).toThrow(
      "[dev/Database/orders/app] defaultTtl 48h exceeds maxTtl 24h: lower defaultTtl or raise maxTtl",
    );
  });

  it.each(["defaultTtl", "maxTtl"])("refuses a malformed %s", (field) => {
    expect(() => declare({ [field]: "1.5h" })).toThrow(`[dev/Database/orders/app] ${field} "1.5h" is not a duration`);
  });

  it("lives at most as long as the mount lets it", () => {
    expect(() => declare({ maxTtl: "24h" }, { maxLeaseTtl: "1d" })).not.toThrow();
    expect(() => declare({ maxTtl: "25h" }, { path: "team-a/database", maxLeaseTtl: "24h" })).toThrow(
      "[dev/Database/orders/app] maxTtl 25h exceeds maxLeaseTtl 24h of mount team-a/database: " +
        "lower maxTtl or raise the mount's maxLeaseTtl",
    );
  });

  it.each(["bad name", "a/b", "*", "a".repeat(64)])("refuses the name %j", (name) => {
    expect(() => declare({}, {}, name)).toThrow(`name ${JSON.stringify(name)} can't be used in a Vault path`);
  });

  it("has a name that no other role of its mount has", () => {
    const { engine, connection } = declare();
    expect(() => connection.addRole("app", roleOptions)).toThrow(/["']app["']/);
    const other = engine.addPostgres("billing", billing);
    expect(() => other.addRole("app", roleOptions)).toThrow(
      '[dev/Database/billing/app] role of mount database "app" is declared already, by dev/Database/orders/app: ' +
        "give one of the two another name",
    );
  });

  it("can share its name with a role of another mount", () => {
    const { stack } = declare();
    const second = new DatabaseSecretsEngine(stack, "Second", { path: "second" });
    expect(() => second.addPostgres("orders", billing).addRole("app", roleOptions)).not.toThrow();
  });

  it("refuses unsound statements with its own path and all that is wrong", () => {
    const statements = PostgresStatements.custom({ creation: ["CREATE ROLE {{name}} LOGIN PASSWORD '{{password}}'"] });
    expect(() => declare({ statements })).toThrow(
      /^\[dev\/Database\/orders\/app\] statements\.creation lacks \{\{expiration\}\}: .*; also: statements\.creation\[0\] holds \{\{name\}\} without quotes/,
    );
  });

  it("wants statements in the language of its connection", () => {
    const { connection, role } = declare();
    expect(role.connection).toBe(connection);
    const statements = { ...parts(PostgresStatements.memberOf("app_ro")), dialect: "mysql" } as const;
    expect(() => declare({ statements })).toThrow(
      "[dev/Database/orders/app] statements are for mysql, and connection orders is to postgresql: use statements for postgresql",
    );
  });

  it("lives at most as long as its statements let a user live", () => {
    const ending = (longestTtl: number) => ({ ...parts(PostgresStatements.memberOf("app_ro")), longestTtl });
    expect(() => declare({ maxTtl: "47h", statements: ending(2 * 86_400) })).not.toThrow();
    for (const maxTtl of ["48h", "2d", "30d"] as const) {
      expect(() => declare({ maxTtl, statements: ending(2 * 86_400) })).toThrow(
        `[dev/Database/orders/app] maxTtl ${maxTtl} outlasts the statements, which end a user after 2d: lower maxTtl, or have`,
      );
    }
  });

  it("is not allowed by its connection when it was refused", () => {
    const { connection, stack } = declare();
    expect(() => connection.addRole("bad", { ...roleOptions, defaultTtl: "48h" })).toThrow("[dev/Database/orders/bad]");
    expect(connection.roles.map(({ name }) => name)).toEqual(["app"]);
    expect(onlyResource(synth(stack), "vault_database_secret_backend_connection")["allowed_roles"]).toEqual(["app"]);
  });
});

describe("DynamicRole and PostgreSQL's grammar", () => {
  const typo = PostgresStatements.custom({ creation: [create.replace("CREATE ROLE", "CREAT ROLE")] });

  it("warns that statements were not parsed while the parser is not loaded", () => {
    expect(isPostgresGrammarLoaded()).toBe(false);
    expect(warnings(declare({ statements: typo }).role)).toEqual([
      "its statements were not held against PostgreSQL's grammar: await loadPostgresGrammar() before building constructs",
    ]);
  });

  it("refuses what the parser does not accept, and warns of nothing, once it is loaded", async () => {
    await loadPostgresGrammar();
    expect(warnings(declare().role)).toEqual([]);
    expect(() => declare({ statements: typo })).toThrow(
      `[dev/Database/orders/app] statements.creation[0] is not accepted by PostgreSQL's grammar: syntax error at or near "CREAT"`,
    );
  });
});

describe("DynamicRole.grantCredentials", () => {
  it("gives the reading of its own credentials, and says so", () => {
    const { role, stack } = declare({}, { path: "team-a/database" });
    const subject = new VaultPolicy(stack, "Readers", { name: "readers" });
    expect(role.credentialsPath).toBe("team-a/database/creds/app");
    expect(role.grantCredentials(subject)).toEqual({
      subject,
      rules: [
        {
          path: "team-a/database/creds/app",
          capabilities: ["read"],
          reason: "Users of role app in database orders",
        },
      ],
    });
    expect(subject.toHcl()).toBe(
      [
        "# Users of role app in database orders",
        'path "team-a/database/creds/app" {',
        '  capabilities = ["read"]',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("gives nothing of the role beside it", () => {
    const { role, connection, stack } = declare();
    connection.addRole("app-admin", roleOptions);
    const subject = new VaultPolicy(stack, "Readers", { name: "readers" });
    role.grantCredentials(subject);
    expect(subject.toHcl().match(/path ".*"/g)).toEqual(['path "database/creds/app"']);
  });
});
