import { DatabaseSecretBackendConnection } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { TerraformVariable } from "cdktf";
import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { postgresUsernameTemplate } from "../constructs/database/statements/username-template";
import type { Declare } from "./workload";

/** The text that a person would have pasted; every role has the same. */
const revocation = PostgresStatements.memberOf("any").revocation;

/** The workload with the generated bindings alone: the same resources with the same fields, and nothing checked. */
export const declareWithBindings: Declare = (stack, { databases }) => {
  new VaultProvider(stack, "Provider", { address: "https://vault.company.com" });
  stack.addOverride("terraform.required_providers.vault.version", "~> 5.6");
  const password = new TerraformVariable(stack, "admin_password", {
    type: "string",
    description: "Secret admin_password",
    sensitive: true,
    nullable: false,
  });
  password.addOverride("ephemeral", true);
  const mount = new Mount(stack, "Mount", {
    type: "database",
    path: "database",
    description: "Short-lived database users",
    maxLeaseTtlSeconds: 86_400,
  });
  const rules: { readonly path: string; readonly reason: string }[] = [];
  for (const { name, roles } of databases) {
    const connection = new DatabaseSecretBackendConnection(stack, name, {
      backend: mount.path,
      name,
      pluginName: "postgresql-database-plugin",
      allowedRoles: roles.map((role) => role.name).sort(),
      verifyConnection: true,
      postgresql: {
        connectionUrl: `postgresql://{{username}}:{{password}}@${name}.company.com:5432/app?sslmode=verify-full&connect_timeout=5`,
        username: "vault_admin",
        usernameTemplate: postgresUsernameTemplate,
        maxOpenConnections: 4,
        passwordAuthentication: "scram-sha-256",
        passwordWo: password.stringValue,
        passwordWoVersion: 1,
      },
    });
    for (const role of roles) {
      // `connection.name` where it is needed, as bindings are used. Each use makes a token with a stack trace: taken once a
      // connection, as Leasehold does, the raw side gains about a fifth.
      new DatabaseSecretBackendRole(stack, role.name, {
        backend: "database",
        dbName: connection.name,
        name: role.name,
        creationStatements: [
          `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' INHERIT CONNECTION LIMIT 20 IN ROLE "${role.group}"`,
        ],
        revocationStatements: [...revocation],
        defaultTtl: 3_600,
        maxTtl: 86_400,
      });
      rules.push({ path: `database/creds/${role.name}`, reason: `Users of role ${role.name} in database ${name}` });
    }
  }
  new Policy(stack, "Policy", {
    name: "applications",
    policy: rules
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, reason }) => `# ${reason}\npath "${path}" {\n  capabilities = ["read"]\n}\n`)
      .join("\n"),
  });
};
