import { SecretInput } from "../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { VaultPolicy } from "../constructs/policy/vault-policy";
import { VaultEndpoint } from "../constructs/provider/vault-endpoint";
import type { Declare } from "./workload";

/** The workload with Leasehold's constructs. */
export const declareWithLeasehold: Declare = (stack, { databases }) => {
  new VaultEndpoint(stack, "Vault", { address: "https://vault.company.com" });
  const engine = new DatabaseSecretsEngine(stack, "Database", { maxLeaseTtl: "24h" });
  const policy = new VaultPolicy(stack, "Policy", { name: "applications" });
  for (const { name, roles } of databases) {
    const connection = engine.addPostgres(name, {
      host: `${name}.company.com`,
      database: "app",
      admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
    });
    for (const role of roles) {
      const statements = PostgresStatements.memberOf(role.group);
      connection.addRole(role.name, { statements, defaultTtl: "1h", maxTtl: "24h" }).grantCredentials(policy);
    }
  }
};
