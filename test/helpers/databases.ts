import { SecretInput } from "../../constructs/core/secret-input";
import { CustomStatements } from "../../constructs/database/statements/custom-statements";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import { MariaDbStatements, MySqlStatements } from "../../constructs/database/statements/mysql-statements";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { parseEnvironment } from "../../environments/load";
import type { Environment, EnvironmentDefinition } from "../../environments/schema";
import { refusalOf } from "./environments";

type Definition = EnvironmentDefinition["databases"][number];

const ttls = { defaultTtl: "1h", maxTtl: "8h" } as const;
const shared = (name: string) => ({
  name,
  mount: "database",
  admin: { username: "vault_admin", password: SecretInput.variable(`${name}_password`), passwordVersion: 2 },
  maxOpenConnections: 8,
  connectTimeout: "3s" as const,
  verifyConnection: false,
  rotateRoot: true,
  staticRoles: [
    { name: `${name}-legacy`, username: "legacy", rotation: { period: "1d" as const }, rotatesAtOnce: true as const },
  ],
});
const pool = { maxIdleConnections: 2, maxConnectionLifetime: "1h" as const };
const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/** One database of each engine, with every option that the engine has. */
export const everyEngine = {
  postgres: {
    engine: "postgres",
    ...shared("pg"),
    ...pool,
    host: ["pg-a.example.com", "pg-b.example.com"],
    port: 5433,
    database: "orders",
    tls: "verify-full",
    certificateAuthority: { serverFile: "/etc/vault/ca.pem" },
    clientCertificate: { certificateFile: "/etc/vault/client.crt", keyFile: "/etc/vault/client.key" },
    passwordAuthentication: "scram-sha-256",
    rootRotationStatements: [`ALTER ROLE "{{name}}" PASSWORD '{{password}}'`],
    usernameTemplate: '{{ printf "v-%s-%s" (.RoleName | truncate 20) (random 20) | truncate 60 }}',
    plugin: { name: "postgresql-acme", version: "v1.2.3" },
    bootstrap: {
      version: 17,
      ownerRole: "app_owner",
      groups: { app_ro: "read-only", billing_ro: { tables: { invoices: ["SELECT"] } } },
      schemas: ["public"],
    },
    roles: [{ name: "pg-reader", statements: PostgresStatements.memberOf("app_ro"), ...ttls }],
  },
  mysql: {
    engine: "mysql",
    ...shared("my"),
    ...pool,
    host: "mysql.example.com",
    port: 3307,
    tls: "verify-full",
    certificateAuthority: { pem },
    clientCertificateKey: SecretInput.variable("my_client_certificate"),
    bootstrap: { version: "8.4", databases: ["shop"], groups: { shop_ro: { schemas: { shop: ["SELECT"] } } } },
    roles: [
      { name: "my-reader", statements: MySqlStatements.memberOf("shop_ro"), ...ttls },
      { name: "my-writer", statements: MySqlStatements.readWrite({ databases: ["shop"] }), ...ttls },
    ],
  },
  mariadb: {
    engine: "mariadb",
    ...shared("maria"),
    ...pool,
    host: "mariadb.example.com",
    tls: "require",
    bootstrap: { version: "10.11", databases: ["shop"] },
    roles: [{ name: "maria-reader", statements: MariaDbStatements.readOnly({ databases: ["shop"] }), ...ttls }],
  },
  mongodb: {
    engine: "mongodb",
    ...shared("mongo"),
    hosts: ["mongo-a.example.com:27018", "mongo-b.example.com"],
    replicaSet: "rs0",
    tls: "verify-full",
    certificateAuthority: { serverFile: "/etc/vault/ca.pem" },
    clientCertificate: { file: "/etc/vault/client.pem" },
    authenticationDatabase: "admin",
    roles: [{ name: "mongo-reader", statements: MongoDbStatements.readOnly({ databases: ["logs"] }), ...ttls }],
  },
  custom: {
    engine: "custom",
    ...shared("other"),
    plugin: { engine: "redshift" },
    settings: {
      connectionUrl: "postgresql://{{username}}:{{password}}@redshift.example.com:5439/dev?sslmode=verify-full",
    },
    connectTimeout: undefined,
    roles: [
      {
        name: "other-reader",
        statements: CustomStatements.of({ creation: [`CREATE USER "{{name}}"`], revocation: [`DROP USER "{{name}}"`] }),
        ...ttls,
      },
    ],
  },
} as const satisfies Record<string, Definition | object>;

/** An environment of these databases, checked. */
export function environmentOf(...databases: readonly object[]): Environment {
  return parseEnvironment(definitionOf(...databases));
}

export function definitionOf(...databases: readonly object[]): object {
  return {
    name: "test",
    vault: { address: "https://vault.example.com" },
    state: { backend: "local" },
    mounts: [{ path: "database", type: "database" }],
    databases,
    auth: [],
    policies: [],
  };
}

/** Why an environment of these databases is refused, without where it is. */
export function misfitOf(...databases: readonly object[]): string {
  return refusalOf(() => environmentOf(...databases)).replace("[environments/test] ", "");
}
