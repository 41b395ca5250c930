import type { PlannedResource } from "../review/plan";

/** Things of one kind in a mount: where they are listed, and which resources declare them. */
interface Listing {
  readonly noun: string;
  /** Below the mount's path. */
  readonly path: string;
  /** Terraform's types, with the arguments that hold the mount's path and the name. */
  readonly declaredBy: readonly { readonly type: string; readonly mount: string; readonly name: string }[];
}

/** A mount that is declared, with the listings of what can be in it. */
export interface DeclaredMount {
  readonly path: string;
  readonly kind: "secrets" | "auth";
  /** `database`, `approle` and so on. */
  readonly type: string;
}

const byBackend = (type: string, name: string, mount = "backend") => ({ type, mount, name });

/** @see https://developer.hashicorp.com/vault/api-docs/secret/databases */
const databaseListings: readonly Listing[] = [
  { noun: "connection", path: "config", declaredBy: [byBackend("vault_database_secret_backend_connection", "name")] },
  { noun: "role", path: "roles", declaredBy: [byBackend("vault_database_secret_backend_role", "name")] },
  {
    noun: "static role",
    path: "static-roles",
    declaredBy: [byBackend("vault_database_secret_backend_static_role", "name")],
  },
];

/** @see https://developer.hashicorp.com/vault/api-docs/secret/transit#list-keys */
const transitListings: readonly Listing[] = [
  { noun: "key", path: "keys", declaredBy: [byBackend("vault_transit_secret_backend_key", "name")] },
];

/** @see https://developer.hashicorp.com/vault/api-docs/secret/pki */
const pkiListings: readonly Listing[] = [
  { noun: "role", path: "roles", declaredBy: [byBackend("vault_pki_secret_backend_role", "name")] },
  // An issuer is listed by its id, which Vault chose.
  { noun: "issuer", path: "issuers", declaredBy: [byBackend("vault_pki_secret_backend_issuer", "issuer_id")] },
];

const secretListings: Readonly<Record<string, readonly Listing[]>> = {
  database: databaseListings,
  transit: transitListings,
  aws: [{ noun: "role", path: "roles", declaredBy: [byBackend("vault_aws_secret_backend_role", "name")] }],
  pki: pkiListings,
};

const jwt: readonly Listing[] = [
  { noun: "role", path: "role", declaredBy: [byBackend("vault_jwt_auth_backend_role", "role_name")] },
];

/** @see https://developer.hashicorp.com/vault/api-docs/auth */
const authListings: Readonly<Record<string, readonly Listing[]>> = {
  approle: [{ noun: "role", path: "role", declaredBy: [byBackend("vault_approle_auth_backend_role", "role_name")] }],
  jwt,
  oidc: jwt,
  kubernetes: [
    { noun: "role", path: "role", declaredBy: [byBackend("vault_kubernetes_auth_backend_role", "role_name")] },
  ],
  aws: [{ noun: "role", path: "roles", declaredBy: [byBackend("vault_aws_auth_backend_role", "role")] }],
  ldap: [
    { noun: "group", path: "groups", declaredBy: [byBackend("vault_ldap_auth_backend_group", "groupname")] },
    { noun: "user", path: "users", declaredBy: [byBackend("vault_ldap_auth_backend_user", "username")] },
  ],
  github: [
    { noun: "team", path: "map/teams", declaredBy: [byBackend("vault_github_team", "team")] },
    { noun: "user", path: "map/users", declaredBy: [byBackend("vault_github_user", "user")] },
  ],
  // Users are declared in the environment, and made without Terraform.
  userpass: [{ noun: "user", path: "users", declaredBy: [] }],
  token: [
    {
      noun: "role",
      path: "roles",
      declaredBy: [{ type: "vault_token_auth_backend_role", mount: "", name: "role_name" }],
    },
  ],
};

const authTypes: Readonly<Record<string, string>> = {
  vault_jwt_auth_backend: "jwt",
  vault_ldap_auth_backend: "ldap",
  vault_github_auth_backend: "github",
};

/** What a plan's resources declare, by the paths that they have in Vault. */
export class DeclaredNames {
  readonly mounts: readonly DeclaredMount[];
  readonly policies: ReadonlySet<string>;
  private readonly paths: ReadonlySet<string>;

  /** @param others Paths of what is declared and made without Terraform. */
  constructor(resources: readonly PlannedResource[], others: readonly string[] = []) {
    this.mounts = resources.flatMap(mountOf);
    this.policies = new Set(
      resources.flatMap(({ type, attributes }) => (type === "vault_policy" ? textsOf(attributes["name"]) : [])),
    );
    const endpoints = resources.flatMap(({ type, attributes }) =>
      type === "vault_generic_endpoint" ? textsOf(attributes["path"]) : [],
    );
    const named = resources.flatMap(({ type, attributes }) =>
      allListings.flatMap(({ kind, listing, method }) =>
        listing.declaredBy.flatMap((by) => {
          if (by.type !== type) return [];
          const mounts = by.mount === "" ? [method] : textsOf(attributes[by.mount]);
          const names = textsOf(attributes[by.name]);
          return mounts.flatMap((mount) => names.map((name) => pathOf(kind, mount, listing.path, name)));
        }),
      ),
    );
    this.paths = new Set([...named, ...[...endpoints, ...others].map(normal)]);
  }

  /** Where things are listed under the declared mounts; of tokens' roles, only where some are declared. */
  listings(): { readonly mount: DeclaredMount; readonly noun: string; readonly path: string }[] {
    const token: DeclaredMount = { path: "token", kind: "auth", type: "token" };
    const declaresTokens = [...this.paths].some((path) => path.startsWith("auth/token/roles/"));
    return [...this.mounts, ...(declaresTokens ? [token] : [])].flatMap((mount) => {
      const listings = mount.kind === "auth" ? authListings[mount.type] : secretListings[mount.type];
      return (listings ?? []).map(({ noun, path }) => ({ mount, noun, path: pathOf(mount.kind, mount.path, path) }));
    });
  }

  has(path: string): boolean {
    return this.paths.has(normal(path));
  }
}

const allListings = [
  ...Object.entries(secretListings).flatMap(([method, listings]) =>
    listings.map((listing) => ({ kind: "secrets" as const, method, listing })),
  ),
  ...Object.entries(authListings).flatMap(([method, listings]) =>
    listings.map((listing) => ({ kind: "auth" as const, method, listing })),
  ),
];

function mountOf({ type, attributes }: PlannedResource): DeclaredMount[] {
  const [path] = textsOf(attributes["path"]);
  if (path === undefined) return [];
  const own = textsOf(attributes["type"])[0];
  if (type === "vault_mount") return [{ path: normal(path), kind: "secrets", type: own ?? "" }];
  if (type === "vault_aws_secret_backend") return [{ path: normal(path), kind: "secrets", type: "aws" }];
  if (type === "vault_auth_backend") return [{ path: normal(path), kind: "auth", type: own ?? "" }];
  const auth = authTypes[type];
  return auth === undefined ? [] : [{ path: normal(path), kind: "auth", type: own ?? auth }];
}

function pathOf(kind: DeclaredMount["kind"], mount: string, ...rest: readonly string[]): string {
  return normal([...(kind === "auth" ? ["auth"] : []), mount, ...rest].join("/"));
}

/** Vault takes a path with and without a slash at either end. */
function normal(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

function textsOf(value: unknown): string[] {
  return typeof value === "string" ? [value] : [];
}
