import type { Construct } from "constructs";
import { Cors } from "../constructs/system/cors";
import { LeaseCountQuota } from "../constructs/system/lease-count-quota";
import { type IPasswordPolicy, PasswordPolicy } from "../constructs/system/password-policy";
import { RateLimitQuota } from "../constructs/system/rate-limit-quota";
import { UiHeader } from "../constructs/system/ui-header";
import type { DatabaseDefinition } from "../environments/databases/schema";
import type { Environment } from "../environments/schema";
import { found } from "./found";

/** Declares what an environment says of the server as a whole, besides audit. */
export function declareSystem(scope: Construct, environment: Environment): void {
  for (const quota of environment.rateLimits) new RateLimitQuota(scope, `rate-limit-${quota.name}`, quota);
  for (const quota of environment.leaseCountQuotas) new LeaseCountQuota(scope, `lease-count-${quota.name}`, quota);
  if (environment.cors !== undefined) new Cors(scope, "cors", environment.cors);
  for (const header of environment.uiHeaders) new UiHeader(scope, `ui-header-${header.name}`, header);
}

/** A database with its password policy itself in place of its name. */
export type DatabaseWithPolicy = DatabaseDefinition extends infer Definition
  ? Definition extends DatabaseDefinition
    ? Omit<Definition, "passwordPolicy"> & { readonly passwordPolicy: IPasswordPolicy | undefined }
    : never
  : never;

/** The password policies of an environment or a namespace. */
export class PasswordPolicies {
  private readonly byName: ReadonlyMap<string, PasswordPolicy>;

  constructor(scope: Construct, declared: Environment["passwordPolicies"]) {
    this.byName = new Map(
      declared.map((policy) => [policy.name, new PasswordPolicy(scope, `password-policy-${policy.name}`, policy)]),
    );
  }

  of(database: DatabaseDefinition): DatabaseWithPolicy {
    const { passwordPolicy: name } = database;
    return { ...database, passwordPolicy: name === undefined ? undefined : found(this.byName, name) };
  }
}
