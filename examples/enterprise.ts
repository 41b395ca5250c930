import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../environments/schema";

/**
 * One Vault for people and programs: people log in by the company's directory, programs by Kubernetes, and whoever has a token of
 * the company's identity provider by that. docs/logins.md tells what was asked for and what it became.
 *
 * `npx leasehold prove examples/enterprise.ts`
 */
export const enterprise: EnvironmentDefinition = {
  name: "enterprise",
  vault: { address: "https://vault.company.com", provider: ">= 4.4" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "postgresql",
      mount: "database",
      host: "postgres.company.com",
      database: "myapp",
      admin: { username: "vault_admin", password: SecretInput.variable("postgresql_admin_password") },
      maxOpenConnections: 5,
      maxConnectionLifetime: "300s",
      rotateRoot: true,
      bootstrap: { version: 16, ownerRole: "app_owner", groups: {}, schemas: ["public"] },
      roles: [
        {
          name: "readonly",
          statements: PostgresStatements.readOnly({ group: "myapp_ro" }),
          defaultTtl: "1h",
          maxTtl: "24h",
        },
        {
          name: "readwrite",
          statements: PostgresStatements.readWrite({ group: "myapp_rw" }),
          defaultTtl: "30m",
          maxTtl: "2h",
        },
      ],
    },
  ],
  auth: [
    {
      method: "ldap",
      path: "ldap",
      url: "ldap://ldap.company.com", // encrypted by StartTLS
      userDn: "ou=Users,dc=company,dc=com",
      userAttr: "uid",
      groupDn: "ou=Groups,dc=company,dc=com",
      groupFilter: "(&(objectClass=groupOfNames)(member={{.UserDN}}))",
      groupAttr: "cn",
      bindDn: "cn=vault,ou=Users,dc=company,dc=com",
      bindPassword: SecretInput.variable("ldap_bind_password", "Password of cn=vault in the directory"),
      groups: [
        { name: "developers", policies: ["dev-policy"], credentials: ["database/readonly"] },
        { name: "admins", policies: ["admin-policy"], manageAllLeasesOf: ["database"] },
        { name: "readonly", policies: ["readonly-policy"] },
      ],
    },
    // Developers whom the directory does not have; they may change their own password.
    { method: "userpass", path: "userpass", users: [{ name: "contractor", policies: ["dev-policy"] }] },
    {
      method: "kubernetes",
      path: "kubernetes",
      host: "https://kubernetes.default.svc",
      roles: [
        {
          name: "myapp",
          audience: "vault",
          serviceAccounts: ["myapp"],
          namespaces: ["default"],
          tokenTtl: "1h",
          policies: ["app-policy"],
          credentials: ["database/readwrite"],
        },
      ],
    },
    {
      method: "jwt",
      path: "jwt",
      keys: { discoveryUrl: "https://auth.company.com" },
      defaultRole: "employee",
      roles: [
        {
          name: "employee",
          userClaim: "email",
          boundAudiences: ["vault"],
          boundClaims: { department: ["engineering"] },
          groupsClaim: "groups",
          tokenTtl: "1h",
          policies: ["employee-policy"],
        },
      ],
    },
  ],
  identity: {
    entities: [],
    groups: [
      // Whoever the identity provider says is on call may have users that write.
      { name: "on-call", alias: { method: "jwt", name: "on-call" }, credentials: ["database/readwrite"] },
    ],
  },
  policies: [
    { name: "dev-policy", library: "dev-policy" },
    { name: "admin-policy", library: "admin-policy" },
    { name: "readonly-policy", library: "readonly-policy" },
    { name: "app-policy", library: "app-policy" },
    { name: "employee-policy", library: "employee-policy" },
  ],
  waivers: [
    {
      rule: "LH-DB-001",
      construct: "mount-database/postgresql",
      reason:
        "Providers before 5.0 store the password; rotateRoot makes the stored one worthless at the first deployment",
    },
  ],
};
