import type { PolicyRule } from "../../policies/language/policy-rule";

/**
 * Leases are named in the URL here, never in the body. A rule on `sys/leases/renew` with `allowed_parameters` would bind the
 * unconditional one of Vault's policy `default` as well, for Vault adds up what policies say of one path. And where the URL names
 * one lease and the body another, the body's is taken: it must not name any.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/leases
 */
const urlAlone = { deniedParameters: { lease_id: [] } };

/** Lets leases of the credentials at a path live on. */
export function leaseRenewalRules(credentialsPath: string): PolicyRule[] {
  return [
    {
      path: `sys/leases/renew/${credentialsPath}/*`,
      capabilities: ["update"],
      reason: `Renews leases of ${credentialsPath}, named in the URL`,
      ...urlAlone,
    },
  ];
}

/** Lets leases of the credentials at a path be listed, renewed and ended, one by one and all at once. */
export function leaseManagementRules(credentialsPath: string): PolicyRule[] {
  return [
    ...leaseRenewalRules(credentialsPath),
    {
      path: `sys/leases/lookup/${credentialsPath}/`,
      capabilities: ["list", "sudo"],
      reason: `Lists the leases of ${credentialsPath}`,
    },
    {
      path: `sys/leases/revoke/${credentialsPath}/*`,
      capabilities: ["update"],
      reason: `Ends leases of ${credentialsPath}, named in the URL`,
      ...urlAlone,
    },
    {
      path: `sys/leases/revoke-prefix/${credentialsPath}`,
      capabilities: ["update", "sudo"],
      reason: `Ends all leases of ${credentialsPath}`,
    },
  ];
}
