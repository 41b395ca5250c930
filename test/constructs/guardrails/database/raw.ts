import {
  DatabaseSecretBackendConnection,
  type DatabaseSecretBackendConnectionPostgresql,
} from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import {
  DatabaseSecretBackendStaticRole,
  type DatabaseSecretBackendStaticRoleConfig,
} from "@cdktf/provider-vault/lib/database-secret-backend-static-role";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import type { TerraformStack } from "cdktf";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { stackWithVault } from "../../../helpers/synth";
import { postgresOptions, roleOptions } from "../../database/declarations";

/** A stack of bindings alone: a mount `db` for an hour at most. */
export function rawStack(): { readonly stack: TerraformStack; readonly mount: Mount } {
  const stack = stackWithVault();
  return { stack, mount: new Mount(stack, "Mount", { path: "db", type: "database", maxLeaseTtlSeconds: 3600 }) };
}

export function rawPostgres(
  stack: TerraformStack,
  mount: Mount,
  settings: DatabaseSecretBackendConnectionPostgresql = {},
  name = "app",
): DatabaseSecretBackendConnection {
  return new DatabaseSecretBackendConnection(stack, `connection-${name}`, {
    backend: mount.path,
    name,
    allowedRoles: ["reader"],
    postgresql: {
      connectionUrl: "postgresql://{{username}}:{{password}}@db.company.com:5432/app?sslmode=verify-full",
      username: "vault_admin",
      ...settings,
    },
  });
}

export function rawRole(
  stack: TerraformStack,
  connection: DatabaseSecretBackendConnection,
  change: Partial<ConstructorParameters<typeof DatabaseSecretBackendRole>[2]> = {},
): DatabaseSecretBackendRole {
  return new DatabaseSecretBackendRole(stack, "role", {
    backend: connection.backend,
    dbName: connection.name,
    name: "reader",
    creationStatements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`],
    revocationStatements: [`DROP ROLE IF EXISTS "{{name}}"`],
    ...change,
  });
}

export function rawStaticRole(
  stack: TerraformStack,
  connection: DatabaseSecretBackendConnection,
  change: Partial<DatabaseSecretBackendStaticRoleConfig> = {},
  id = "static",
): DatabaseSecretBackendStaticRole {
  return new DatabaseSecretBackendStaticRole(stack, id, {
    backend: connection.backend,
    dbName: connection.name,
    name: id,
    username: "legacy",
    rotationPeriod: 86_400,
    ...change,
  });
}

/** A stack of constructs: an engine with a connection that has a role and a static role. */
export function soundStack(): TerraformStack {
  const stack = stackWithVault();
  const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database", maxLeaseTtl: "24h" });
  const connection = engine.addPostgres("app", postgresOptions);
  connection.addRole("reader", roleOptions);
  connection.addStaticRole("legacy", { username: "legacy", rotation: { period: "1d" }, rotatesAtOnce: true });
  return stack;
}
