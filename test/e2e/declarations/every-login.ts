import { SecretInput } from "../../../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

/** What the test knows of its servers. */
export interface EveryLogin {
  /** OpenBao has no LDAP, AWS or GitHub login. */
  readonly product: "vault" | "openbao";
  /** In PEM, of whoever signs tokens. */
  readonly publicKey: string;
  /** In PEM, of a cluster's API server. */
  readonly authority: string;
}

export const kvMount = "every-login-kv";

const read = (path: string) => [{ mount: kvMount, path, may: ["read" as const] }];

/** An environment without a database, that people and programs reach in every way that the server has. */
export function declare({ product, publicKey, authority, ...server }: EveryLogin & TrialServer): EnvironmentDefinition {
  return {
    name: "every-login",
    ...server,
    mounts: [],
    databases: [],
    auth: [
      {
        method: "approle",
        path: "every-login/approle",
        tuning: { maxLeaseTtl: "24h" },
        roles: [{ name: "app", secretIdUses: 1, kv: read("app") }],
      },
      {
        method: "jwt",
        path: "every-login/jwt",
        keys: { publicKeys: [publicKey] },
        roles: [
          {
            name: "employee",
            boundAudiences: ["vault"],
            boundClaims: { department: "engineering" },
            userClaim: "email",
            groupsClaim: "groups",
            policies: ["every-login-employees"],
          },
        ],
        gitHubActionsRoles: [
          { name: "ci", audience: "vault", repository: "example/shop", ref: "refs/heads/main", kv: read("ci") },
        ],
      },
      {
        method: "kubernetes",
        path: "every-login/kubernetes",
        host: "https://127.0.0.1:6443",
        certificateAuthority: authority,
        reviewer: "client",
        roles: [{ name: "shop", audience: "vault", serviceAccounts: ["shop"], namespaces: ["shop"], kv: read("shop") }],
      },
      { method: "token", roles: [{ name: "every-login", tokenPeriod: "1h", kv: read("token") }] },
      {
        method: "userpass",
        path: "every-login/userpass",
        users: [
          {
            name: "contractor",
            entityName: "every-login-contractor",
            tokenTtl: "10m",
            policies: ["every-login-developers"],
          },
        ],
      },
      ...(product === "vault" ? notInOpenBao : []),
    ],
    identity: {
      entities: [
        {
          name: "every-login-anna",
          metadata: { team: "shop" },
          aliases: [{ method: "every-login/jwt", name: "anna@example.com" }],
          kv: read("anna"),
        },
      ],
      groups: [
        { name: "every-login-staff", entities: ["every-login-anna"], kv: read("staff") },
        { name: "every-login-on-call", alias: { method: "every-login/jwt", name: "on-call" }, kv: read("on-call") },
      ],
    },
    policies: [
      { name: "every-login-employees", kv: read("employees") },
      {
        name: "every-login-developers",
        rules: [
          {
            path: `${kvMount}/data/people/{{identity.entity.aliases.@every-login/userpass.name}}`,
            capabilities: ["create", "read", "update"],
            reason: "Everybody's own",
          },
        ],
      },
    ],
  };
}

const notInOpenBao: EnvironmentDefinition["auth"] = [
  {
    method: "aws",
    path: "every-login/aws",
    iamRoles: [
      {
        name: "reports",
        principals: ["arn:aws:iam::123456789012:role/reports"],
        resolveUniqueIds: false, // no AWS can be asked
        kv: read("reports"),
      },
    ],
  },
  {
    method: "github",
    path: "every-login/github",
    organization: "example",
    organizationId: 1,
    teams: [{ name: "developers", policies: ["every-login-developers"] }],
  },
  {
    method: "ldap",
    path: "every-login/ldap",
    url: "ldaps://ldap.example.com",
    userDn: "ou=people,dc=example,dc=com",
    groupDn: "ou=groups,dc=example,dc=com",
    bindDn: "cn=vault,dc=example,dc=com",
    bindPassword: SecretInput.variable("ldap_bind_password"),
    groups: [{ name: "developers", policies: ["every-login-developers"] }],
    users: [{ name: "anna", groups: ["developers"] }],
  },
];
