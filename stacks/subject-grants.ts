import type { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import { DynamicRole } from "../constructs/database/dynamic-role";
import type { StaticRole } from "../constructs/database/static-role";
import type { IPolicySubject } from "../constructs/policy/policy-subject";
import type { DeclaredGrants } from "../environments/subjects/grants";
import { found } from "./found";
import type { SecretsEngines } from "./secrets-engines";

const kvGrants = {
  read: "grantRead",
  write: "grantWrite",
  list: "grantList",
  describe: "grantDescribe",
  delete: "grantDelete",
  undelete: "grantUndelete",
  destroy: "grantDestroy",
} as const;
const transitGrants = {
  encrypt: "grantEncrypt",
  decrypt: "grantDecrypt",
  sign: "grantSign",
  verify: "grantVerify",
  rewrap: "grantRewrap",
  hmac: "grantHmac",
  datakey: "grantDataKey",
  "wrapped-datakey": "grantWrappedDataKey",
  "read-key": "grantReadKey",
  rotate: "grantRotate",
} as const;
const pkiGrants = { issue: "grantIssue", sign: "grantSign", acmeAccounts: "grantAcmeAccounts" } as const;
const revocationGrants = { withKey: "grantRevokeWithKey", any: "grantRevokeAny" } as const;
const awsGrants = {
  credentials: "grantCredentials",
  renewLeases: "grantLeaseRenewal",
  manageLeases: "grantManageLeases",
} as const;

/** Gives subjects what an environment declares for them. */
export class SubjectGrants {
  constructor(
    /** Mounts of databases. */
    private readonly databases: ReadonlyMap<string, DatabaseSecretsEngine>,
    private readonly engines: SecretsEngines,
    /** Dynamic and static roles, as `<mount>/<role>`. */
    private readonly roles: ReadonlyMap<string, DynamicRole | StaticRole>,
  ) {}

  give(subject: IPolicySubject, declared: DeclaredGrants): void {
    this.giveDatabases(subject, declared);
    for (const { mount, path, may } of declared.kv ?? []) {
      const kv = this.engines.kv(mount);
      for (const capability of may) kv[kvGrants[capability]](subject, path);
    }
    for (const { mount, key, may } of declared.transit ?? []) {
      const transit = this.engines.transit(mount).key(key);
      for (const capability of may) transit[transitGrants[capability]](subject);
    }
    for (const { mount, role, may } of declared.pki ?? []) {
      const pki = this.engines.pki(mount).role(role);
      for (const capability of may) pki[pkiGrants[capability]](subject);
    }
    for (const { mount, may } of declared.revokeCertificates ?? []) {
      for (const capability of may) this.engines.pki(mount)[revocationGrants[capability]](subject);
    }
    for (const { mount, role, credentialType, may } of declared.aws ?? []) {
      const aws = this.engines.awsRole(mount, role, credentialType);
      for (const capability of may) aws[awsGrants[capability]](subject);
    }
  }

  private giveDatabases(subject: IPolicySubject, declared: DeclaredGrants): void {
    for (const reference of declared.credentials ?? []) {
      const role = found(this.roles, reference);
      if (role instanceof DynamicRole) role.grantCredentials(subject);
      else role.grantStaticCredentials(subject);
    }
    for (const path of declared.allCredentialsOf ?? []) {
      found(this.databases, path).grantCredentials(subject);
      found(this.databases, path).grantStaticCredentials(subject);
    }
    for (const reference of declared.renewLeases ?? []) this.leased(reference).grantLeaseRenewal(subject);
    for (const reference of declared.manageLeases ?? []) this.leased(reference).grantManageLeases(subject);
    for (const path of declared.manageAllLeasesOf ?? []) found(this.databases, path).grantManageLeases(subject);
  }

  private leased(reference: string): DynamicRole {
    const role = found(this.roles, reference);
    if (role instanceof DynamicRole) return role;
    throw new Error(`${reference} passed the environment's schema without having leases`);
  }
}
