import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Audit } from "@cdktf/provider-vault/lib/audit";
import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { DatabaseSecretBackendConnection } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { PasswordPolicy } from "@cdktf/provider-vault/lib/password-policy";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { TransitSecretBackendKey } from "@cdktf/provider-vault/lib/transit-secret-backend-key";
import type { TerraformStack } from "cdktf";
import { AuditOrder } from "../../../constructs/system/audit-order";

/** What a test changes of a stack that has one of each thing that the review judges. */
export interface Reviewed {
  readonly port: number;
  readonly password: string;
  readonly databasePath: string;
  readonly kvPath: string;
  readonly connection: string;
  readonly other: string;
  readonly admin: string;
  readonly allowedRoles: readonly string[];
  readonly reader: { readonly maxTtl: number; readonly creation: string };
  readonly moverConnection: "main" | "other";
  readonly cleanerRevokes: boolean;
  readonly renamed: string;
  readonly hasGone: boolean;
  readonly hasAudit: boolean;
  readonly auditFile: string;
  readonly hasUnusedLogins: boolean;
  readonly secretIdUses: number;
  readonly keyCanBeDeleted: boolean;
  readonly passwordLength: number;
  readonly policyPath: string;
  /** Roles that nobody has declared before. */
  readonly more: readonly string[];
  /** Whether Terraform is told to forget `gone` and to leave it on the server. */
  readonly forgets: boolean;
}

const revocation = ['DROP ROLE IF EXISTS "{{name}}"'];

/** The generated bindings alone: a review judges whatever somebody has planned. */
export function declareReviewed(stack: TerraformStack, given: Reviewed): void {
  const mount = new Mount(stack, "database", { type: "database", path: given.databasePath });
  new Mount(stack, "kv", { type: "kv", path: given.kvPath });
  const connect = (id: string, name: string, username: string) =>
    new DatabaseSecretBackendConnection(stack, id, {
      backend: mount.path,
      name,
      allowedRoles: [...given.allowedRoles],
      postgresql: {
        connectionUrl: `postgresql://{{username}}:{{password}}@127.0.0.1:${given.port}/postgres?sslmode=disable`,
        username,
        password: given.password,
      },
    });
  const main = connect("main", given.connection, given.admin);
  const other = connect("other", given.other, "postgres");
  const role = (id: string, extra: Partial<ConstructorParameters<typeof DatabaseSecretBackendRole>[2]> = {}) =>
    new DatabaseSecretBackendRole(stack, id, {
      backend: mount.path,
      name: id,
      dbName: main.name,
      creationStatements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`],
      revocationStatements: revocation,
      defaultTtl: 3600,
      maxTtl: 3600,
      ...extra,
    });
  role("reader", { maxTtl: given.reader.maxTtl, creationStatements: [given.reader.creation] });
  role("mover", { dbName: given.moverConnection === "main" ? main.name : other.name });
  role("cleaner", { revocationStatements: given.cleanerRevokes ? revocation : [] });
  role("renamed", { name: given.renamed });
  if (given.hasGone) role("gone");
  if (given.forgets) {
    const removed = { from: "vault_database_secret_backend_role.gone", lifecycle: { destroy: false } };
    stack.addOverride("removed", [removed]);
  }
  for (const name of given.more) role(name);
  if (given.hasAudit) {
    const audit = { type: "file", path: "reviewed", options: { file_path: given.auditFile } };
    AuditOrder.of(stack).add(new Audit(stack, "audit", audit));
  }
  const logins = new AuthBackend(stack, "logins", { type: "approle", path: "reviewed" });
  if (given.hasUnusedLogins) new AuthBackend(stack, "unused", { type: "approle", path: "reviewed-unused" });
  new ApproleAuthBackendRole(stack, "app", {
    backend: logins.path,
    roleName: "app",
    secretIdNumUses: given.secretIdUses,
    tokenPolicies: ["reviewed"],
  });
  new TransitSecretBackendKey(stack, "key", {
    backend: new Mount(stack, "transit", { type: "transit", path: "reviewed-transit" }).path,
    name: "key",
    deletionAllowed: given.keyCanBeDeleted,
  });
  new PasswordPolicy(stack, "passwords", {
    name: "reviewed",
    policy: `length = ${given.passwordLength}\nrule "charset" {\n  charset = "abcdefghijklmnopqrstuvwxyz0123456789"\n}\n`,
  });
  new Policy(stack, "policy", { name: "reviewed", policy: `path "${given.policyPath}" { capabilities = ["read"] }` });
}
