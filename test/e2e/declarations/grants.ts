import type { TerraformStack } from "cdktf";
import type { AppRole } from "../../../constructs/auth/approle";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { KvSecretsEngine } from "../../../constructs/secrets/kv-secrets-engine";
import { PkiSecretsEngine } from "../../../constructs/secrets/pki-secrets-engine";
import { TransitSecretsEngine } from "../../../constructs/secrets/transit-secrets-engine";

export interface GrantedTo {
  readonly port: number;
}

const ttls = { defaultTtl: "1h", maxTtl: "4h" } as const;
const statements = PostgresStatements.memberOf("app_ro");

/** A database with neighbours beside each other, mounts of other engines, and a login for each grant. */
export function declare(stack: TerraformStack, { port }: GrantedTo): void {
  const auth = new AppRoleAuth(stack, "Logins", { path: "grants" });
  // Without Vault's policy `default` and the rules of self-service: what they can do, the grant allows.
  const bare = (name: string): AppRole => auth.addRole(name, { noDefaultPolicy: true, selfService: false });
  const plain = (name: string): AppRole => auth.addRole(name);

  const engine = new DatabaseSecretsEngine(stack, "Database", { path: "grants" });
  const postgres = engine.addPostgres("postgres", {
    host: "127.0.0.1",
    port,
    database: "grants",
    tls: "disable",
    admin: { username: "admin_of_grants", password: SecretInput.variable("admin_password") },
  });
  const app = postgres.addRole("app", { statements, ...ttls });
  postgres.addRole("app-other", { statements, ...ttls });
  const legacy = postgres.addStaticRole("legacy", {
    username: "legacy",
    rotation: { period: "1d" },
    rotatesAtOnce: true,
  });

  app.grantCredentials(bare("credentials"));
  app.grantLeaseRenewal(bare("renewal"));
  app.grantManageLeases(bare("manager"));
  legacy.grantStaticCredentials(bare("static"));
  const program = plain("program");
  app.grantCredentials(program);
  app.grantLeaseRenewal(program);
  const dba = bare("dba");
  engine.grantCredentials(dba);
  engine.grantStaticCredentials(dba);
  engine.grantManageLeases(dba);
  engine.grantLeaseRenewal(bare("mount-renewal"));

  const kv = KvSecretsEngine.fromPath(stack, "Kv", "grants-kv");
  kv.grantRead(bare("kv-read"), "app");
  kv.grantWrite(bare("kv-write"), "app");
  kv.grantList(bare("kv-list"), "app");
  kv.grantDelete(bare("kv-delete"), "app");
  kv.grantUndelete(bare("kv-undelete"), "app");
  kv.grantDestroy(bare("kv-destroy"), "app");
  const keeper = bare("kv-keeper");
  kv.grantRead(keeper, "app");
  kv.grantWrite(keeper, "app/state");

  const transit = TransitSecretsEngine.fromPath(stack, "Transit", "grants-transit");
  transit.key("app").grantEncrypt(bare("encrypt"));
  transit.key("absent").grantEncrypt(bare("encrypt-absent"));
  transit.key("app").grantDecrypt(bare("decrypt"));
  transit.key("app").grantRewrap(bare("rewrap"));
  transit.key("signer").grantSign(bare("sign"));
  transit.key("signer").grantVerify(bare("verify"));

  const pki = PkiSecretsEngine.fromPath(stack, "Pki", "grants-pki");
  pki.role("app").grantIssue(bare("pki-issue"));
  pki.role("app").grantSign(bare("pki-sign"));
  pki.grantRevokeWithKey(bare("pki-revoke"));
}
