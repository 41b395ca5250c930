import { SecretInput } from "../../constructs/core/secret-input";
import { clusterAuthority } from "./cluster-authority";
import type { EnvironmentDefinition } from "../schema";

type Method<Name extends EnvironmentDefinition["auth"][number]["method"]> = Extract<
  EnvironmentDefinition["auth"][number],
  { method: Name }
>;

/** Programs in the cluster: each has what it works with, by its service account. Their tokens are renewed while they run. */
export function programs({
  cluster,
  environment,
}: {
  /** URL of its API server. */ readonly cluster: string;
  readonly environment: string;
}): Method<"kubernetes"> {
  const program = { audience: "vault", tokenPeriod: "1h" } as const;
  return {
    method: "kubernetes",
    path: "kubernetes",
    host: cluster,
    certificateAuthority: clusterAuthority,
    // Vault runs outside the cluster, and keeps no token of it: each login is checked with its own.
    reviewer: "client",
    roles: [
      {
        name: "app",
        ...program,
        serviceAccounts: ["app"],
        namespaces: ["app"],
        credentials: ["database/app-writer"],
        kv: [{ mount: "secret", path: { environment, application: "app" }, may: ["read"] }],
        transit: [
          { mount: "transit", key: "app-data", may: ["encrypt", "decrypt"] },
          { mount: "transit", key: "app-tokens", may: ["sign", "verify"] },
        ],
        pki: [{ mount: "pki", role: "services", may: ["issue"] }],
      },
      {
        name: "etl",
        ...program,
        serviceAccounts: ["etl"],
        namespaces: ["data-platform"],
        credentials: ["analytics/etl-writer"],
      },
    ],
  };
}

/** People whom the company's directory knows, by their groups in it. */
export const people: Method<"ldap"> = {
  method: "ldap",
  path: "ldap",
  url: "ldaps://ldap.company.com",
  userDn: "ou=people,dc=company,dc=com",
  userAttr: "uid",
  groupDn: "ou=groups,dc=company,dc=com",
  bindDn: "cn=vault,ou=services,dc=company,dc=com",
  bindPassword: SecretInput.variable("ldap_bind_password", "Password of cn=vault in the directory"),
  groups: [
    { name: "developers", policies: ["developers"] },
    { name: "dbas", policies: ["dbas"] },
    { name: "analysts", policies: ["analysts"] },
    { name: "data-platform", policies: ["data-platform"] },
  ],
};

/**
 * Workflows of GitHub Actions, without a secret to keep: only those of the protected branch, in the environment of that name.
 * They test with what an application may read.
 */
export function workflows(environment: string): Method<"jwt"> {
  return {
    method: "jwt",
    path: "github-actions",
    keys: { discoveryUrl: "https://token.actions.githubusercontent.com" },
    boundIssuer: "https://token.actions.githubusercontent.com",
    gitHubActionsRoles: [
      {
        name: "app-tests",
        audience: "https://vault.company.com",
        repository: "company/app",
        ref: "refs/heads/main",
        environment,
        tokenTtl: "20m",
        tokenMaxTtl: "1h",
        credentials: ["database/app-readonly"],
      },
    ],
  };
}

/** Whoever the directory says is on call may end leases, and has no credential by it. */
export const onCall: NonNullable<NonNullable<EnvironmentDefinition["identity"]>["groups"]>[number] = {
  name: "on-call",
  alias: { method: "ldap", name: "on-call" },
  manageAllLeasesOf: ["database", "analytics"],
};
