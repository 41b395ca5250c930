import type { TerraformStack } from "cdktf";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { AuthMethod } from "../../../constructs/auth/auth-method";
import { TokenAuth } from "../../../constructs/auth/token-auth";
import { ExternalGroup } from "../../../constructs/identity/external-group";
import { IdentityEntity } from "../../../constructs/identity/identity-entity";
import { IdentityGroup } from "../../../constructs/identity/identity-group";
import { KvSecretsEngine } from "../../../constructs/secrets/kv-secrets-engine";

export interface People {
  /** Locks alice. */
  readonly disabled: boolean;
}

/** Two people who log in by userpass, groups of theirs, one that tokens of JWT name, and tokens that a program makes. */
export function declare(stack: TerraformStack, { disabled }: People): void {
  const kv = KvSecretsEngine.fromPath(stack, "Kv", "identity-kv");
  const users = AuthMethod.fromPath(stack, "Users", "identity-users");
  const jwt = AuthMethod.fromPath(stack, "Jwt", "identity-jwt");

  const alice = new IdentityEntity(stack, "Alice", { name: "alice@company.com", metadata: { team: "data" }, disabled });
  alice.addAlias(users, "alice", { customMetadata: { office: "Zurich" } });
  kv.grantRead(alice, "alice");
  kv.grantRead(alice, "{{identity.entity.metadata.team}}");
  const bob = new IdentityEntity(stack, "Bob", { name: "bob" });
  bob.addAlias(users, "bob");

  const dbas = new IdentityGroup(stack, "Dbas", { name: "identity dbas", memberEntities: [alice] });
  kv.grantRead(dbas, "dbas");
  const staff = new IdentityGroup(stack, "Staff", {
    name: "identity-staff",
    memberEntities: [bob],
    memberGroups: [dbas],
  });
  kv.grantRead(staff, "staff");
  const admins = new ExternalGroup(stack, "Admins", { name: "identity-admins" }).addAlias(
    jwt,
    "CN=DB Admins,DC=company",
  );
  kv.grantRead(admins, "admins");

  const logins = new AppRoleAuth(stack, "Logins", { path: "identity-approle" });
  const broker = logins.addRole("broker");
  kv.grantRead(broker, "broker");
  const tokens = new TokenAuth(stack, "Tokens");
  const job = tokens.addRole("identity-job", { tokenMaxTtl: "10m" });
  kv.grantRead(job, "job");
  job.grantCreate(broker);
  tokens.addRole("identity-periodic", {
    tokenPeriod: "1h",
    selfService: true,
    noDefaultPolicy: true,
    pathSuffix: "first",
  });
  tokens.addRole("identity-batch", {
    tokenType: "batch",
    allowedPoliciesGlob: ["identity-team-*"],
    allowedEntityAliases: ["Worker-*"],
  });
  const family = tokens.addRole("identity-family", { orphan: false });
  kv.grantRead(family, "family");
  family.grantCreate(alice);
  const own = tokens.addRole("identity-own");
  kv.grantRead(own, "family");
  own.grantCreate(alice);
}
