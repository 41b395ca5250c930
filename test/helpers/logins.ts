import { SecretInput } from "../../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../../environments/schema";
import { soundEnvironment } from "./environments";

/** An environment with every auth method that there is, each with one of every kind of login, and with identity. */
export function environmentWithLogins(): EnvironmentDefinition {
  return {
    ...soundEnvironment(),
    auth: [
      { method: "approle", path: "approle", roles: [{ name: "app", credentials: ["database/orders-reader"] }] },
      {
        method: "aws",
        path: "aws",
        iamRoles: [{ name: "reports", principals: ["arn:aws:iam::123456789012:role/reports"] }],
        ec2Roles: [{ name: "fleet", accountIds: ["123456789012"] }],
      },
      {
        method: "github",
        path: "github",
        organization: "example",
        organizationId: 1,
        teams: [{ name: "developers" }],
        users: [{ name: "octocat" }],
      },
      {
        method: "jwt",
        path: "jwt",
        keys: { discoveryUrl: "https://auth.example.com" },
        roles: [
          { name: "employee", userClaim: "email", boundAudiences: ["vault"], boundClaims: { department: ["it"] } },
        ],
      },
      {
        method: "kubernetes",
        path: "kubernetes",
        host: "https://kubernetes.default.svc",
        roles: [{ name: "shop", audience: "vault", serviceAccounts: ["shop"], namespaces: ["shop"] }],
      },
      {
        method: "ldap",
        path: "ldap",
        url: "ldaps://ldap.example.com",
        userDn: "ou=people,dc=example,dc=com",
        groupDn: "ou=groups,dc=example,dc=com",
        bindDn: "cn=vault,dc=example,dc=com",
        bindPassword: SecretInput.variable("ldap_bind_password"),
        groups: [{ name: "developers", policies: ["developers"] }],
        users: [{ name: "anna", groups: ["developers"] }],
      },
      {
        method: "oidc",
        path: "oidc",
        discoveryUrl: "https://auth.example.com",
        clientId: "vault",
        clientSecret: SecretInput.variable("oidc_client_secret"),
        roles: [
          {
            name: "people",
            boundClaims: { department: "it" },
            allowedRedirectUris: ["https://vault.example.com/ui/vault/auth/oidc/oidc/callback"],
          },
        ],
      },
      { method: "token", roles: [{ name: "batch", tokenType: "batch", policies: ["developers"] }] },
      { method: "userpass", path: "userpass", users: [{ name: "bert", credentials: ["database/orders-reader"] }] },
    ],
    identity: {
      entities: [
        { name: "orders", aliases: [{ method: "approle", name: "role-id-of-orders" }], policies: ["developers"] },
        { name: "billing", metadata: { team: "billing" } },
      ],
      groups: [
        { name: "everybody", entities: ["orders"], groups: ["developers"], credentials: ["database/billing-reader"] },
        { name: "developers", alias: { method: "ldap", name: "developers" } },
      ],
    },
  };
}
