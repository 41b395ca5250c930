import { hardened } from "../constructs/core/hardened";
import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { PostgresDefinition } from "./databases/schema";
import type { Environment, EnvironmentDefinition } from "./schema";

/** What `leasehold sql bootstrap` prepares in each application database. */
export const standardBootstrap = {
  ownerRole: "app_owner",
  groups: { app_ro: "read-only", app_rw: "read-write" },
  schemas: ["public"],
} satisfies Partial<PostgresDefinition["bootstrap"]>;

/** The roles that every application database has. */
export const standardRoles: PostgresDefinition["roles"] = [
  { name: "app-readonly", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "24h" },
  { name: "app-writer", statements: PostgresStatements.memberOf("app_rw"), defaultTtl: "2h", maxTtl: "8h" },
  // Acts as the owner of the schema: enough for migrations and repairs, without a superuser.
  { name: "admin", statements: PostgresStatements.migrator(), defaultTtl: "30m", maxTtl: "2h" },
];

/** Two devices that do not fail together: a full disk does not stop the machine's syslog. */
export const standardAudit: EnvironmentDefinition["audit"] = [
  { type: "file", filePath: "/var/log/vault/audit.log" },
  { type: "syslog" },
];

/**
 * What every server is hardened with, and what a declaration can say of it: docs/hardening.md goes through the rest. It is a part of
 * the environment like any other, so that a comparison, a review and an override see it, and what is added beside it stands beside it.
 */
export const standardHardening = {
  auditedHeaders: [...hardened.auditedHeaders],
  passwordPolicies: [{ ...hardened.passwordPolicy, charsets: [...hardened.passwordPolicy.charsets] }],
  rateLimits: [
    { name: "requests", ...hardened.requests },
    { name: "logins-ldap", path: "auth/ldap", ...hardened.logins },
  ],
  uiHeaders: [...hardened.uiHeaders],
} satisfies Partial<EnvironmentDefinition>;

/** What every connection to a database is given by it. */
export const standardConnection = { ...hardened.connection, passwordPolicy: hardened.passwordPolicy.name } as const;

/** The AppRole method of an environment, with the login of CI, which tests with what an application may read. */
export const standardLogins = {
  method: "approle",
  path: "approle",
  roles: [
    {
      name: "ci",
      tokenTtl: "20m",
      tokenMaxTtl: "1h",
      secretIdTtl: "24h",
      secretIdUses: 10,
      credentials: ["database/app-readonly"],
    },
  ],
} satisfies EnvironmentDefinition["auth"][number];

/**
 * How Terraform logs in where CI deploys. The method is mounted by hand, apart from the environment's own auth/approle, which
 * does not exist before the first deployment.
 */
export const deployerLogin: NonNullable<Environment["vault"]["login"]> = {
  method: "approle",
  path: "deployer",
  roleId: SecretInput.variable("vault_role_id", "RoleID that Terraform logs in with"),
  secretId: SecretInput.variable("vault_secret_id", "SecretID that Terraform logs in with"),
};
