import { z } from "zod";
import { show } from "../../constructs/core/errors";
import { CustomStatements } from "../../constructs/database/statements/custom-statements";
import { customEngineNames } from "../../constructs/database/statements/engine-names";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import { MariaDbStatements, MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { tablePrivileges } from "../../constructs/database/statements/statement-set";
import { duration, mountPath, name, port, secret } from "../fields";

const privileges = z.array(z.enum(tablePrivileges)).min(1);

/** Privileges on tables: whole schemas, or tables by name. */
const tableAccess = z.strictObject({
  schemas: z.record(name, privileges).optional(),
  tables: z.record(z.string().min(1), privileges).optional(),
});

/** What every connection can be told. */
const connection = {
  name,
  /** Path of the mount that makes its users. */
  mount: mountPath,
  admin: z.strictObject({ username: name, password: secret, passwordVersion: z.int().min(1).optional() }),
  maxOpenConnections: z.int().min(1).max(1000).optional(),
  maxIdleConnections: z.int().min(0).max(1000).optional(),
  maxConnectionLifetime: duration.optional(),
  connectTimeout: duration.optional(),
  verifyConnection: z.boolean().optional(),
  rotateRoot: z.boolean().optional(),
  rootRotationStatements: z.array(z.string()).min(1).optional(),
  usernameTemplate: z.string().min(1).optional(),
  /** Name of one of the password policies. @default Vault's own rule */
  passwordPolicy: name.optional(),
  plugin: z.strictObject({ name: name.optional(), version: z.string().min(1).optional() }).optional(),
};

const rotation = z.union([
  z.strictObject({ period: duration }),
  z.strictObject({ schedule: z.string().min(1), window: duration.optional() }),
]);

/** A user that exists, whose password Vault rotates. */
const staticRole = z.strictObject({
  name,
  username: name,
  rotation,
  rotationStatements: z.array(z.string()).min(1).optional(),
  rotatesAtOnce: z.literal(true, {
    error:
      "must be true: Vault changes the password as soon as the role is made, so have its users take it from Vault first",
  }),
});

/** Roles whose statements are of the database's language. */
function roles<T>(statements: z.ZodType<T>) {
  return {
    roles: z.array(z.strictObject({ name, statements, defaultTtl: duration, maxTtl: duration })).default([]),
    staticRoles: z.array(staticRole).default([]),
  };
}

/** Statement sets of one class. */
function statementsOf<T extends object>(type: { readonly name: string; readonly prototype: T }, presets: string) {
  return z.custom<T>((value) => Object.prototype.isPrototypeOf.call(type.prototype, value as object), {
    error: `is not a statement set for this engine: use ${type.name}.${presets} or another of its presets`,
  });
}

const postgresStatements = statementsOf(PostgresStatements, "memberOf, .readOnly, .migrator");
const mysqlStatements = statementsOf(MySqlStatements, "readOnly, .memberOf, .migrator");
const mariadbStatements = statementsOf(MariaDbStatements, "readOnly, .readWrite, .migrator");
const mongodbStatements = statementsOf(MongoDbStatements, "readOnly, .readWrite");
const customStatements = statementsOf(CustomStatements, "of");

/** Statements in any language; whether they fit a database is seen where they meet it. */
export const anyStatements = z.union(
  [postgresStatements, mysqlStatements, mariadbStatements, mongodbStatements, customStatements],
  { error: "is not a statement set: use a preset such as PostgresStatements.memberOf" },
);

const serverFile = z.strictObject({ serverFile: z.string().min(1) });
const pem = z.strictObject({ pem: z.string().min(1) });

/** Who signed a server's certificate: the certificates themselves, or a file of them on the Vault server. */
export const certificateAuthority = z.union([pem, serverFile]);

const postgres = z.strictObject({
  engine: z.literal("postgres"),
  ...connection,
  host: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  port: port.optional(),
  database: name,
  tls: z.enum(["disable", "require", "verify-ca", "verify-full"]).optional(),
  certificateAuthority: certificateAuthority.optional(),
  clientCertificate: z.strictObject({ certificateFile: z.string().min(1), keyFile: z.string().min(1) }).optional(),
  passwordAuthentication: z.enum(["scram-sha-256", "password"]).optional(),
  /** What `leasehold sql bootstrap` prepares in the database, besides what the roles' statements ask for. */
  bootstrap: z.strictObject({
    version: z.int().min(14).max(18),
    ownerRole: name,
    groups: z.record(
      name,
      z.union([z.enum(["read-only", "read-write"]), tableAccess], {
        error: ({ input }) =>
          `${show(input)} is no access: use "read-only", "read-write", or privileges as in { tables: { users: ["SELECT"] } }`,
      }),
    ),
    schemas: z.array(name).min(1),
    superuserAdmin: z.string().min(1).optional(),
  }),
  ...roles(postgresStatements),
});

/** MySQL and MariaDB: the server is what is connected to, and what a bootstrap prepares. */
const mysqlServer = {
  ...connection,
  host: z.string().min(1),
  port: port.optional(),
  tls: z.enum(["disable", "require", "verify-full"]).optional(),
  certificateAuthority: pem.optional(),
  clientCertificateKey: secret.optional(),
};

const mysql = z.strictObject({
  engine: z.literal("mysql"),
  ...mysqlServer,
  bootstrap: z.strictObject({
    version: z.enum(["8.0", "8.4"]),
    databases: z.array(name).min(1),
    groups: z.record(name, tableAccess).default({}),
  }),
  ...roles(mysqlStatements),
});

const mariadb = z.strictObject({
  engine: z.literal("mariadb"),
  ...mysqlServer,
  bootstrap: z.strictObject({
    version: z.enum(["10.11", "11.4", "11.8"]),
    databases: z.array(name).min(1),
  }),
  ...roles(mariadbStatements),
});

/** Its admin is made by hand: MongoDB has no statements that a bootstrap could print for every way of running it. */
const mongodb = z.strictObject({
  engine: z.literal("mongodb"),
  ...connection,
  hosts: z.array(z.string().min(1)).min(1),
  srv: z.boolean().optional(),
  replicaSet: name.optional(),
  tls: z.enum(["disable", "require", "verify-full"]).optional(),
  certificateAuthority: serverFile.optional(),
  clientCertificate: z.strictObject({ file: z.string().min(1) }).optional(),
  authenticationDatabase: name.optional(),
  ...roles(mongodbStatements),
});

/** Another plug-in of Vault. */
const custom = z.strictObject({
  engine: z.literal("custom"),
  ...connection,
  plugin: z.strictObject({
    engine: z.enum(customEngineNames),
    name: name.optional(),
    version: z.string().min(1).optional(),
  }),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  ...roles(customStatements),
});

export const engines = ["postgres", "mysql", "mariadb", "mongodb", "custom"] as const;

export const database = z.discriminatedUnion("engine", [postgres, mysql, mariadb, mongodb, custom], {
  error: ({ input }) =>
    `engine ${show((input as { engine?: unknown } | undefined)?.engine)} is unknown: use ${engines.join(", ")}`,
});

/** A database as its environment declares it, checked. */
export type DatabaseDefinition = z.output<typeof database>;

export type PostgresDefinition = Extract<DatabaseDefinition, { engine: "postgres" }>;

export type MySqlDefinition = Extract<DatabaseDefinition, { engine: "mysql" | "mariadb" }>;

export function isPostgres(database: DatabaseDefinition): database is PostgresDefinition {
  return database.engine === "postgres";
}

export function isMySql(database: DatabaseDefinition): database is MySqlDefinition {
  return database.engine === "mysql" || database.engine === "mariadb";
}
