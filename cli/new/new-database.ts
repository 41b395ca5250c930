import { LeaseholdError, show } from "../../constructs/core/errors";
import type { Change } from "./draft";
import { declared } from "./declared-source";
import { isStrict } from "./new-environment";
import type { Imports } from "./source";

export const newEngines = ["postgres", "mysql", "mariadb"] as const;

export type NewEngine = (typeof newEngines)[number];

export const roleKinds = ["readonly", "writer", "admin"] as const;

export type RoleKind = (typeof roleKinds)[number];

export interface NewDatabase {
  readonly environment: string;
  readonly name: string;
  readonly engine: NewEngine;
  /** Version of the server, for its bootstrap. @default what `defaultVersions` says */
  readonly engineVersion?: string | undefined;
  readonly host: string;
  /** TCP port. @default the engine's */
  readonly port?: string | undefined;
  readonly database: string;
  readonly tls?: string | undefined;
  readonly mount: string;
  readonly adminUsername: string;
  /** Terraform variable that brings the admin's password. @default made of the names */
  readonly passwordVariable?: string | undefined;
  readonly roles: readonly RoleKind[];
}

/** What a bootstrap is written for unless told otherwise. */
export const defaultVersions: Readonly<Record<NewEngine, string>> = { postgres: "17", mysql: "8.4", mariadb: "11.8" };

/** The class of each engine's statements, and where it comes from. */
export const statementClasses: Readonly<Record<NewEngine, { readonly name: string; readonly module: string }>> = {
  postgres: { name: "PostgresStatements", module: "../constructs/database/statements/postgres-statements" },
  mysql: { name: "MySqlStatements", module: "../constructs/database/statements/mysql-statements" },
  mariadb: { name: "MariaDbStatements", module: "../constructs/database/statements/mysql-statements" },
};

/** The more a role may do, the shorter its users live. */
const ttls: Readonly<Record<RoleKind, string>> = {
  readonly: 'defaultTtl: "1h", maxTtl: "24h"',
  writer: 'defaultTtl: "2h", maxTtl: "8h"',
  admin: 'defaultTtl: "30m", maxTtl: "2h"',
};

/**
 * An environment's file with one more database.
 *
 * @throws LeaseholdError when it has one of that name, or a shape that can't be added to.
 */
export async function newDatabase(command: string, root: string, database: NewDatabase): Promise<Change[]> {
  const { environment, name } = database;
  const { file, source, literal } = await declared(command, root, environment);
  if (source.elements(literal, "databases").some((each) => source.stringOf(each, "name") === name)) {
    throw new LeaseholdError(command, `${environment} has a database ${show(name)}`, "give another <name>");
  }
  const variable = database.passwordVariable ?? variableOf(database);
  if (source.text.includes(show(variable))) {
    throw new LeaseholdError(
      command,
      `the variable ${show(variable)} is used in ${file} already`,
      "give another one with --password-variable",
    );
  }
  const tier = source.stringOf(literal, "tier");
  const strict = tier === undefined || isStrict(tier as Parameters<typeof isStrict>[0]);
  const text = databaseText(database, variable, strict);
  return [
    {
      file,
      before: source.text,
      after: source.with({ in: literal, property: "databases" }, text, importsOf(database)),
    },
  ];
}

function variableOf({ environment, name }: NewDatabase): string {
  const words = [name, ...(name.split(/[_.-]/).includes(environment) ? [] : [environment]), "admin_password"].join("_");
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^(?=\d)/, "database_");
}

function importsOf({ engine, roles }: NewDatabase): Imports {
  const { name, module } = statementClasses[engine];
  return {
    "../constructs/core/secret-input": ["SecretInput"],
    ...(roles.length === 0 ? {} : { [module]: [name] }),
    ...(engine === "postgres" ? { "./standard": ["standardBootstrap"] } : {}),
  };
}

function databaseText(database: NewDatabase, variable: string, strict: boolean): string {
  const { engine, name, mount, host, port, tls, adminUsername, roles } = database;
  return [
    "{",
    `engine: ${show(engine)},`,
    `name: ${show(name)},`,
    `mount: ${show(mount)},`,
    `host: ${show(host)},`,
    ...(port === undefined ? [] : [`port: ${port},`]),
    ...(engine === "postgres" ? [`database: ${show(database.database)},`] : []),
    ...(tls === undefined ? [] : [`tls: ${show(tls)},`]),
    `admin: { username: ${show(adminUsername)}, password: SecretInput.variable(${show(variable)}) },`,
    ...(strict ? ["rotateRoot: true,"] : []),
    `bootstrap: ${bootstrapText(database)},`,
    "roles: [",
    ...roles.map(
      (kind) => `{ name: ${show(`${name}-${kind}`)}, statements: ${statementsText(database, kind)}, ${ttls[kind]} },`,
    ),
    "],",
    "}",
  ].join("\n");
}

function bootstrapText({ engine, engineVersion = defaultVersions[engine], database }: NewDatabase): string {
  if (engine === "postgres") return `{ ...standardBootstrap, version: ${engineVersion} }`;
  return `{ version: ${show(engineVersion)}, databases: [${show(database)}] }`;
}

function statementsText({ engine, database }: NewDatabase, kind: RoleKind): string {
  const type = statementClasses[engine].name;
  if (engine === "postgres") {
    return {
      readonly: `${type}.memberOf("app_ro")`,
      writer: `${type}.memberOf("app_rw")`,
      admin: `${type}.migrator()`,
    }[kind];
  }
  const preset = { readonly: "readOnly", writer: "readWrite", admin: "migrator" }[kind];
  return `${type}.${preset}({ databases: [${show(database)}] })`;
}
