import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../environments/schema";

/**
 * A platform that its people reach by passwords of Vault's own, by the directory or by GitHub, and its programs by Kubernetes or AWS.
 * Nobody's password is in a file: `npx leasehold userpass set-password` gives it.
 *
 * `npx leasehold prove examples/platform.ts`
 */
export const platform: EnvironmentDefinition = {
  name: "platform",
  vault: { address: "https://vault.example.com", provider: ">= 4.4" },
  state: { backend: "local" },
  audit: [{ type: "file", filePath: "/var/log/vault/audit.log" }, { type: "syslog" }],
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "postgresql",
      mount: "database",
      host: "postgres.example.com",
      database: "myapp",
      admin: { username: "vault_admin", password: SecretInput.variable("postgresql_admin_password") },
      rotateRoot: true,
      bootstrap: { version: 15, ownerRole: "app_owner", groups: {}, schemas: ["public"] },
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
          defaultTtl: "1h",
          maxTtl: "24h",
        },
      ],
    },
  ],
  auth: [
    {
      method: "userpass",
      path: "userpass",
      users: [
        { name: "admin", tokenTtl: "30m", tokenMaxTtl: "8h", policies: ["admin-policy"] },
        { name: "developer", policies: ["developer-policy"], credentials: ["database/readonly"] },
      ],
    },
    {
      method: "ldap",
      path: "ldap",
      url: "ldaps://ldap.example.com",
      userDn: "ou=Users,dc=example,dc=com",
      userAttr: "uid",
      groupDn: "ou=Groups,dc=example,dc=com",
      groupFilter: "(&(objectClass=group)(member={{.UserDN}}))",
      groupAttr: "cn",
      bindDn: "cn=vault,ou=Users,dc=example,dc=com",
      bindPassword: SecretInput.variable("ldap_bind_password", "Password of cn=vault in the directory"),
      groups: [{ name: "developers", policies: ["developer-policy"], credentials: ["database/readonly"] }],
    },
    {
      method: "kubernetes",
      path: "kubernetes",
      host: "https://kubernetes.default.svc:443",
      roles: [
        {
          name: "vault-app",
          audience: "vault",
          serviceAccounts: ["vault-app"],
          namespaces: ["default"],
          credentials: ["database/readonly"],
        },
      ],
    },
    {
      method: "aws",
      path: "aws",
      serverIdHeader: "vault.example.com",
      iamRoles: [
        {
          name: "reports",
          principals: ["arn:aws:iam::123456789012:role/reports"],
          // Vault would ask AWS for the role's id; whoever has no AWS at hand leaves it out.
          resolveUniqueIds: false,
          credentials: ["database/readonly"],
        },
      ],
    },
    {
      method: "github",
      path: "github",
      organization: "example",
      organizationId: 1_234_567,
      teams: [{ name: "developers", policies: ["developer-policy"] }],
    },
  ],
  policies: [
    { name: "admin-policy", library: "admin-policy" },
    { name: "developer-policy", library: "developer-policy" },
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
