import { PolicyDocument } from "../../policies/language/policy-document";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { engineDeployerRules } from "../engines/schema";
import { allContents, inNamespace, type PlacedContents } from "../namespaces/contents";
import type { Environment } from "../schema";
import { passwordPolicyRules } from "../system/password-policies";
import { serverSettingsRules } from "../system/system";

type AuthMethod = Environment["auth"][number];

/**
 * What the login needs that deploys an environment or destroys it, and no more: it can't read a credential, a SecretID or another mount. It
 * writes policies, so whoever holds it can widen access.
 */
export function deployerPolicy(environment: Environment): PolicyDocument {
  return new PolicyDocument([
    {
      path: "auth/token/create",
      capabilities: ["create", "update"],
      reason: `Deploys ${environment.name}: the provider works with a child token that ends with the run`,
    },
    ...allContents(environment).flatMap(contentsRules),
    ...auditRules(environment),
    ...serverSettingsRules(environment),
  ]);
}

/** What it needs for what lies in one namespace, with the namespace before each path. */
function contentsRules({ namespace, contents }: PlacedContents): PolicyRule[] {
  const { mounts, databases, engines, auth, identity, namespaces = [] } = contents;
  const hasIdentity =
    identity.entities.length + identity.groups.length > 0 || auth.some(({ method }) => method === "userpass");
  const rules: PolicyRule[] = [
    { path: "sys/mounts", capabilities: ["read"], reason: "Sees which engines are mounted" },
    ...[...mounts, ...engines].flatMap(({ path }) => [
      managed(`sys/mounts/${path}`, `Mounts the engine ${path}`),
      {
        path: `sys/mounts/${path}/tune`,
        capabilities: ["read", "update"] as const,
        reason: `Tunes the engine ${path}`,
      },
      ...leaseRules(path),
    ]),
    ...[...new Set(databases.map(({ mount }) => mount))].flatMap(databaseRules),
    ...engines.flatMap(engineDeployerRules),
    // Not each by its name: what is declared no more has to be removed too.
    managed("sys/policies/acl/+", "Policies"),
    { path: "sys/auth", capabilities: ["read"], reason: "Sees which auth methods are mounted" },
    ...auth.flatMap(methodRules),
    ...passwordPolicyRules(contents),
    ...(hasIdentity ? identityRules : []),
    ...namespaces.map(({ path }): PolicyRule => ({
      path: `sys/namespaces/${path}`,
      // Its metadata are patched.
      capabilities: ["create", "read", "update", "patch", "delete"],
      reason: `Makes namespace ${path}`,
    })),
  ];
  return rules.map((rule) => ({ ...rule, path: inNamespace(namespace, rule.path) }));
}

/** Whatever Terraform does with a thing that it has made. */
function managed(path: string, reason: string): PolicyRule {
  return { path, capabilities: ["create", "read", "update", "delete"], reason };
}

/**
 * Leases are counted and revoked before what they need is destroyed. Not to forget one whose user lives, which is for an operator.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/leases
 */
function leaseRules(mount: string): PolicyRule[] {
  return [
    {
      path: `sys/leases/lookup/${mount}/*`,
      capabilities: ["list", "sudo"],
      reason: `Counts the leases of ${mount} before a change that ends them`,
    },
    ...[`sys/leases/revoke-prefix/${mount}`, `sys/leases/revoke-prefix/${mount}/*`].map((path): PolicyRule => ({
      path,
      capabilities: ["create", "update", "sudo"],
      reason: `Revokes the leases of ${mount} before a change that ends them`,
    })),
  ];
}

/** Connections and roles; not the credentials. */
function databaseRules(mount: string): PolicyRule[] {
  return [
    managed(`${mount}/config/+`, `Connections of ${mount}`),
    managed(`${mount}/roles/+`, `Roles of ${mount}`),
    managed(`${mount}/static-roles/+`, `Static roles of ${mount}`),
    {
      path: `${mount}/rotate-root/+`,
      capabilities: ["update"],
      reason: `Has Vault change its own passwords in the databases of ${mount}`,
    },
  ];
}

/** What each method is made of below its path, besides the mount. */
const parts: Readonly<Record<AuthMethod["method"], readonly string[]>> = {
  approle: ["role/+"],
  aws: ["config/client", "role/+"],
  github: ["config", "map/teams/+", "map/users/+"],
  jwt: ["config", "role/+"],
  kubernetes: ["config", "role/+"],
  ldap: ["config", "groups/+", "users/+"],
  oidc: ["config", "role/+"],
  token: ["roles/+"],
  userpass: [],
};

function methodRules(declared: AuthMethod): PolicyRule[] {
  const path = declared.method === "token" ? "token" : declared.path;
  const own = parts[declared.method].map((part) => managed(`auth/${path}/${part}`, `Logins of auth/${path}`));
  if (declared.method === "token") return own; // it is always there
  return [
    // Vault keeps these for sudo, unlike the same for engines.
    {
      path: `sys/auth/${path}`,
      capabilities: ["create", "read", "update", "delete", "sudo"],
      reason: `Mounts the auth method ${path}`,
    },
    {
      path: `sys/auth/${path}/tune`,
      capabilities: ["read", "update", "sudo"],
      reason: `Tunes the auth method ${path}`,
    },
    { path: `sys/mounts/auth/${path}`, capabilities: ["read"], reason: `Sees the auth method ${path}` },
    {
      path: `sys/mounts/auth/${path}/tune`,
      capabilities: ["read", "update"],
      reason: `Tunes the auth method ${path}`,
    },
    ...own,
    ...(declared.method === "approle"
      ? [
          {
            path: `auth/${path}/role/+/role-id`,
            capabilities: ["read", "update"] as const,
            reason: `RoleIDs of auth/${path}; not its SecretIDs`,
          },
        ]
      : []),
  ];
}

const identityRules: readonly PolicyRule[] = ["entity", "entity-alias", "group", "group-alias"].flatMap((kind) => [
  {
    path: `identity/${kind}`,
    capabilities: ["create", "update"] as const,
    reason: "Entities, groups and their aliases",
  },
  managed(`identity/${kind}/id/+`, "Entities, groups and their aliases"),
  // Where an answer of the server was lost, the provider finds the group that it made by its name.
  ...(kind === "group"
    ? [
        {
          path: "identity/group/name/+",
          capabilities: ["read"] as const,
          reason: "Finds a group that is there already",
        },
      ]
    : []),
]);

/** Vault keeps all of this for sudo. */
function auditRules({ audit, auditedHeaders }: Environment): PolicyRule[] {
  const devices = audit.filter(({ type }) => type !== "server-configuration");
  return [
    ...(devices.length > 0
      ? [{ path: "sys/audit", capabilities: ["read", "sudo"] as const, reason: "Sees which audit devices there are" }]
      : []),
    ...devices.map(({ type, path = type }) => ({
      path: `sys/audit/${path}`,
      capabilities: ["create", "update", "delete", "sudo"] as const,
      reason: `Makes the audit device ${path}`,
    })),
    ...auditedHeaders.map(({ name }) => ({
      path: `sys/config/auditing/request-headers/${name}`,
      capabilities: ["create", "read", "update", "delete", "sudo"] as const,
      reason: `Has audit entries hold the header ${name}`,
    })),
  ];
}
