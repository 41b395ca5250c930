import { TerraformStack } from "cdktf";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { AuthMethod } from "../../../constructs/auth/auth-method";
import { TokenAuth } from "../../../constructs/auth/token-auth";
import { UserpassAuth } from "../../../constructs/auth/userpass-auth";
import { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { ExternalGroup } from "../../../constructs/identity/external-group";
import { IdentityEntity } from "../../../constructs/identity/identity-entity";
import { IdentityGroup } from "../../../constructs/identity/identity-group";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { VaultEndpoint } from "../../../constructs/provider/vault-endpoint";
import type { INamespace } from "../../../constructs/provider/placement";
import { KvSecretsEngine } from "../../../constructs/secrets/kv-secrets-engine";
import { AuditedHeader } from "../../../constructs/system/audited-header";
import { FileAuditDevice } from "../../../constructs/system/file-audit-device";
import { Cors } from "../../../constructs/system/cors";
import { Namespace } from "../../../constructs/system/namespace";
import { RateLimitQuota } from "../../../constructs/system/rate-limit-quota";
import { UiHeader } from "../../../constructs/system/ui-header";
import { refusalOf } from "../../helpers/environments";
import { type Fields, onlyResource, resources, stackWithVault, synth, testApp } from "../../helpers/synth";

const server = { product: "vault", edition: "enterprise", version: "1.21" } as const;
const stackWithNamespaces = () => stackWithVault({ server });

function twoNamespaces(): { stack: TerraformStack; a: Namespace; b: Namespace } {
  const stack = stackWithNamespaces();
  return { stack, a: new Namespace(stack, "A", { path: "team-a" }), b: new Namespace(stack, "B", { path: "team-b" }) };
}

/** A database with a dynamic and a static role, in a namespace or in the stack's own. */
function databaseIn(stack: TerraformStack, id: string, namespace?: INamespace) {
  const mount = new DatabaseSecretsEngine(stack, id, { ...(namespace === undefined ? {} : { namespace }) });
  const postgres = mount.addPostgres("postgres", {
    host: `${id.toLowerCase()}.example.com`,
    database: "app",
    admin: { username: "vault_admin", password: SecretInput.variable(`${id.toLowerCase()}_password`) },
  });
  const reader = postgres.addRole("reader", {
    statements: PostgresStatements.memberOf("app_ro"),
    defaultTtl: "1h",
    maxTtl: "8h",
  });
  const keeper = postgres.addStaticRole("keeper", {
    username: "keeper",
    rotation: { period: "24h" },
    rotatesAtOnce: true,
  });
  return { mount, reader, keeper };
}

const placeOf = ({ namespace, depends_on }: Fields) => [namespace, depends_on];

describe("Namespace", () => {
  it("is made with its name and metadata, in the stack's own namespace", () => {
    const stack = stackWithNamespaces();
    const props = { path: "team-a", customMetadata: { owner: "a" }, preventDestroy: true };
    expect(new Namespace(stack, "A", props).path).toBe("team-a");
    expect(onlyResource(synth(stack), "vault_namespace")).toEqual({
      path: "team-a",
      custom_metadata: { owner: "a" },
      lifecycle: { prevent_destroy: true },
    });
  });

  it.each(["as its parent", "below it in the tree"])("nests in another one, given %s", (how) => {
    const stack = stackWithNamespaces();
    const parent = new Namespace(stack, "A", { path: "team-a" });
    const nested =
      how === "as its parent"
        ? new Namespace(stack, "Nested", { path: "payments", parent })
        : new Namespace(parent, "Nested", { path: "payments" });
    new VaultPolicy(nested, "Policy", { name: "readers", rules: [{ path: "a", capabilities: ["read"], reason: "A" }] });
    expect(nested.path).toBe("team-a/payments");
    const synthesised = synth(stack);
    const [, made] = resources(synthesised, "vault_namespace");
    expect(made).toMatchObject({ path: "payments", namespace: "team-a" });
    expect(made?.["depends_on"]).toEqual([expect.stringMatching(/^vault_namespace\.A_\w+$/)]);
    expect(placeOf(onlyResource(synthesised, "vault_policy"))).toEqual([
      "team-a/payments",
      [expect.stringMatching(/^vault_namespace\.(?:A_)?Nested_\w+$/)],
    ]);
  });

  it("holds all of what is declared for it, and nothing else is placed", () => {
    const { stack, a, b } = twoNamespaces();
    for (const [id, namespace] of [
      ["A", a],
      ["B", b],
      ["Root", undefined],
    ] as const) {
      const { reader } = databaseIn(stack, `Database${id}`, namespace);
      const place = namespace === undefined ? {} : { namespace };
      const approle = new AppRoleAuth(stack, `AppRole${id}`, place);
      reader.grantCredentials(approle.addRole("app"));
      const userpass = new UserpassAuth(stack, `Userpass${id}`, place);
      userpass.grantPasswordChange(userpass.addUser("bert"));
      reader.grantCredentials(new TokenAuth(stack, `Token${id}`, place).addRole("batch"));
      const policy = new VaultPolicy(stack, `Policy${id}`, { name: "readers", ...place });
      reader.grantCredentials(policy);
      const entity = new IdentityEntity(stack, `Entity${id}`, { name: "anna", policies: [policy], ...place });
      new IdentityGroup(stack, `Group${id}`, { name: "all", memberEntities: [entity], ...place });
      new ExternalGroup(stack, `External${id}`, { name: "outer", ...place }).addAlias(approle, "outer");
    }
    const { resource } = synth(stack);
    const found = Object.entries(resource)
      .filter(([type]) => type !== "vault_namespace")
      .map(([type, byId]) => [type, Object.values(byId).map(placeOf)]);
    const dependsOn = (id: string) => [expect.stringMatching(new RegExp(`^vault_namespace\\.${id}_\\w+$`)) as string];
    const many = ["vault_policy", "vault_auth_backend", "vault_identity_entity", "vault_identity_group"];
    for (const [type, places] of found as [string, unknown[]][]) {
      const each = many.includes(type) ? places.length / 3 : 1;
      const expected = [
        ...Array.from({ length: each }, () => ["team-a", dependsOn("A")]),
        ...Array.from({ length: each }, () => ["team-b", dependsOn("B")]),
        ...Array.from({ length: each }, () => [undefined, undefined]),
      ];
      expect([type, places]).toEqual([type, expect.arrayContaining(expected)]);
      expect(places).toHaveLength(expected.length);
    }
    expect(found.map(([type]) => type)).toHaveLength(12);
  });

  it("refuses a second holder of a name in one namespace, and names it", () => {
    const { stack, a } = twoNamespaces();
    new DatabaseSecretsEngine(stack, "First", { namespace: a });
    expect(refusalOf(() => new DatabaseSecretsEngine(a, "Second"))).toBe(
      '[dev/A/Second] mount "database" in namespace team-a is declared already, by dev/First: give one of the two another name',
    );
  });

  it("refuses one admin for connections of two namespaces: it is one user of one database", () => {
    const { stack, a, b } = twoNamespaces();
    const connect = (namespace: INamespace) =>
      new DatabaseSecretsEngine(stack, `Database-${namespace.path}`, { namespace }).addPostgres("postgres", {
        host: "db.example.com",
        database: "app",
        admin: { username: "vault_admin", password: SecretInput.variable("password") },
      });
    connect(a);
    expect(refusalOf(() => connect(b))).toMatch(/admin login "vault_admin at .*" is declared already/);
  });

  it("asks the methods of its own namespace for accessors", () => {
    const { stack, a } = twoNamespaces();
    const userpass = new UserpassAuth(stack, "Userpass", { namespace: a });
    userpass.grantPasswordChange(userpass.addUser("bert"));
    new UserpassAuth(stack, "RootUserpass");
    expect(onlyResource(synth(stack), "vault_policy")["policy"]).toMatch(
      /auth\/userpass\/users\/\{\{identity\.entity\.aliases\.\$\{vault_auth_backend\.Userpass_\w+\.accessor\}\.name\}\}\/password/,
    );
    const rule = { path: "a/{{identity.entity.aliases.@userpass.name}}", capabilities: ["read"], reason: "A" } as const;
    const other = twoNamespaces();
    new UserpassAuth(other.stack, "Userpass", { namespace: other.a });
    new VaultPolicy(other.stack, "Policy", { name: "p", rules: [rule], namespace: other.b });
    expect(() => synth(other.stack)).toThrow(
      "[dev/Policy] a policy names the auth method @userpass, and namespace team-b has none at auth/userpass: use one of those that you declare, or AuthMethod.fromPath",
    );
  });

  it("places what the plan looks up", () => {
    const { stack, a } = twoNamespaces();
    const method = AuthMethod.fromPath(a, "Ldap", "ldap");
    new ExternalGroup(a, "People", { name: "people" }).addAlias(method, "people");
    const entity = IdentityEntity.fromName(a, "Entity", "anna");
    new IdentityGroup(a, "Group", { name: "all", memberEntities: [entity] });
    const { data } = synth(stack) as unknown as { data: Record<string, Record<string, Fields>> };
    const found = Object.values(data).flatMap((byId) => Object.values(byId));
    expect(found).toHaveLength(2);
    for (const each of found) expect(each["namespace"]).toMatch(/^\$\{vault_namespace\.A_\w+\.path_fq\}$/);
  });

  it("waits for nothing where it is managed elsewhere", () => {
    const stack = stackWithNamespaces();
    const namespace = Namespace.fromPath(stack, "A", "team-a/payments");
    new DatabaseSecretsEngine(namespace, "Database");
    const synthesised = synth(stack);
    expect(resources(synthesised, "vault_namespace")).toEqual([]);
    expect(placeOf(onlyResource(synthesised, "vault_mount"))).toEqual(["team-a/payments", undefined]);
  });

  it("leaves a namespace alone that a resource names itself", () => {
    const { stack, a } = twoNamespaces();
    const { mount } = databaseIn(stack, "Database", a);
    (mount.node.defaultChild as { namespace?: string }).namespace = "elsewhere";
    expect(onlyResource(synth(stack), "vault_mount")["namespace"]).toBe("elsewhere");
  });
});

describe("grants across namespaces", () => {
  const reaching = (grant: (stack: TerraformStack, a: Namespace, policy: VaultPolicy) => unknown, nested = false) => {
    const stack = stackWithNamespaces();
    const a = new Namespace(stack, "A", { path: "team-a" });
    const at = nested ? new Namespace(a, "Nested", { path: "payments" }) : a;
    const policy = new VaultPolicy(stack, "Policy", { name: "operators", ...(nested ? { namespace: a } : {}) });
    grant(stack, at, policy);
    return policy.toDocument().rules.map(({ path }) => path);
  };

  it("name the namespace before the path, in a policy of one around it", () => {
    expect(reaching((stack, a, policy) => databaseIn(stack, "D", a).reader.grantCredentials(policy))).toEqual([
      "team-a/database/creds/reader",
    ]);
    expect(reaching((stack, a, policy) => databaseIn(stack, "D", a).keeper.grantStaticCredentials(policy))).toEqual([
      "team-a/database/static-creds/keeper",
    ]);
    expect(reaching((stack, a, policy) => databaseIn(stack, "D", a).reader.grantCredentials(policy), true)).toEqual([
      "payments/database/creds/reader",
    ]);
    const leases = reaching((stack, a, policy) => databaseIn(stack, "D", a).mount.grantManageLeases(policy));
    expect(leases).toContain("team-a/sys/leases/lookup/database/creds/reader/");
    expect(leases.every((path) => path.startsWith("team-a/sys/leases/"))).toBe(true);
    expect(reaching((_, a, policy) => KvSecretsEngine.fromPath(a, "Kv", "secret").grantList(policy, "app"))).toEqual([
      "team-a/secret/metadata/app",
      "team-a/secret/metadata/app/*",
    ]);
  });

  it("are refused everywhere else", () => {
    const { stack, a, b } = twoNamespaces();
    const { reader, mount } = databaseIn(stack, "D", a);
    const policy = new VaultPolicy(stack, "Policy", { name: "operators", namespace: b });
    const message =
      "policy operators of namespace team-b is granted something in namespace team-a, which it can't reach: grant it to a policy or a login of that namespace, or of one around it";
    expect(refusalOf(() => reader.grantCredentials(policy))).toBe(`[dev/D/postgres/reader] ${message}`);
    expect(refusalOf(() => mount.grantManageLeases(policy))).toBe(`[dev/D] ${message}`);
    const ofRoot = databaseIn(stack, "R");
    expect(refusalOf(() => ofRoot.reader.grantCredentials(policy))).toMatch(/something in the stack's own namespace/);
    expect(policy.toHcl()).toBe("");
  });

  it("do not take a name for a namespace that begins alike", () => {
    const stack = stackWithNamespaces();
    const [team, teams] = ["team", "team-a"].map((path) => new Namespace(stack, path, { path }));
    const { reader } = databaseIn(stack, "D", teams);
    const policy = new VaultPolicy(stack, "Policy", { name: "p", ...(team === undefined ? {} : { namespace: team }) });
    expect(refusalOf(() => reader.grantCredentials(policy))).toMatch(/which it can't reach/);
  });

  it("are refused where they are about logins of the namespace", () => {
    const { stack, a } = twoNamespaces();
    const userpass = new UserpassAuth(stack, "Userpass", { namespace: a });
    const policy = new VaultPolicy(stack, "Policy", { name: "operators" });
    expect(refusalOf(() => userpass.grantPasswordChange(policy))).toMatch(
      /is granted auth\/userpass\/users\/\{\{identity\.entity\.aliases\.@userpass\.name\}\}\/password, which is about logins of namespace team-a, and lies outside of it/,
    );
  });
});

describe("what must lie in one namespace", () => {
  it("is a login and its policies", () => {
    const { stack, a, b } = twoNamespaces();
    const policies = [new VaultPolicy(stack, "Policy", { name: "readers", namespace: b })];
    const auth = new AppRoleAuth(stack, "AppRole", { namespace: a });
    expect(refusalOf(() => auth.addRole("app", { policies }))).toBe(
      "[dev/AppRole/app] it lies in namespace team-a, and policy readers in namespace team-b: declare both in one namespace: Vault looks for it in its own alone",
    );
  });

  it("is an entity or a group and the method of its alias", () => {
    const { stack, a, b } = twoNamespaces();
    const method = new AppRoleAuth(stack, "AppRole", { namespace: a });
    const entity = new IdentityEntity(stack, "Entity", { name: "anna", namespace: b });
    expect(refusalOf(() => entity.addAlias(method, "anna"))).toMatch(
      /it lies in namespace team-b, and auth method auth\/approle in namespace team-a/,
    );
    const group = new ExternalGroup(stack, "Group", { name: "all" });
    expect(refusalOf(() => group.addAlias(method, "all"))).toMatch(
      /it lies in the stack's own namespace, and auth method auth\/approle in namespace team-a/,
    );
  });
});

describe("what is refused", () => {
  it.each([
    ["a/b", /path "a\/b" can't be used in a Vault path/],
    ["", /path "" can't be used/],
    ["sys", /path "sys" is one that Vault keeps for itself: choose another name/],
    ["Root", /path "Root" is one that Vault keeps/],
  ])("is the name %p", (path, message) => {
    expect(refusalOf(() => new Namespace(stackWithNamespaces(), "A", { path }))).toMatch(message);
  });

  it("is a path with a name that Vault keeps, of one that is managed elsewhere", () => {
    expect(refusalOf(() => Namespace.fromPath(stackWithNamespaces(), "A", "team-a/auth"))).toMatch(
      /path "auth" is one/,
    );
    expect(refusalOf(() => Namespace.fromPath(stackWithNamespaces(), "A", "/team-a"))).toMatch(/path "\/team-a" can't/);
  });

  it("is a second namespace of one name, metadata that can't be kept, and a preventDestroy that is no answer", () => {
    const { stack } = twoNamespaces();
    expect(refusalOf(() => new Namespace(stack, "C", { path: "team-a" }))).toMatch(/namespace "team-a" is declared/);
    expect(refusalOf(() => new Namespace(stack, "D", { path: "d", customMetadata: { "": "x" } }))).toMatch(
      /customMetadata has the key ""/,
    );
    const preventDestroy = "yes" as unknown as boolean;
    expect(refusalOf(() => new Namespace(stack, "E", { path: "e", preventDestroy }))).toMatch(/preventDestroy "yes"/);
  });

  it("is a server without namespaces", () => {
    for (const given of [undefined, { product: "openbao", version: "2.2" } as const]) {
      const stack = () => stackWithVault(given === undefined ? {} : { server: given });
      expect(refusalOf(() => new Namespace(stack(), "A", { path: "team-a" }))).toMatch(
        /^\[dev\/A\] namespace team-a is given, and (?:Vault Community 1\.21|OpenBao 2\.2) lacks namespaces \(first in Vault Enterprise 0\.11, OpenBao 2\.3\): /,
      );
      expect(refusalOf(() => Namespace.fromPath(stack(), "A", "team-a"))).toMatch(/lacks namespaces/);
    }
  });

  it("is a namespace of another stack", () => {
    const { a } = twoNamespaces();
    const other = new TerraformStack(testApp(), "other");
    new VaultEndpoint(other, "Vault", { address: "https://vault.company.com", server });
    expect(refusalOf(() => new DatabaseSecretsEngine(other, "Database", { namespace: a }))).toBe(
      "[other/Database] namespace team-a is one of another stack: name it in this stack by Namespace.fromPath",
    );
  });

  it("is what Vault has for the server as a whole", () => {
    const { a } = twoNamespaces();
    expect(refusalOf(() => new FileAuditDevice(a, "Audit", { filePath: "/var/log/vault/audit.log" }))).toBe(
      "[dev/A/Audit] audit device file would lie in namespace team-a, and Vault has it for the server as a whole: declare it in a stack of the root namespace, outside of every Namespace",
    );
    expect(refusalOf(() => new AuditedHeader(a, "Header", { name: "X-Forwarded-For" }))).toMatch(
      /audited header X-Forwarded-For would lie in namespace team-a/,
    );
    expect(refusalOf(() => new Cors(a, "Cors", { allowedOrigins: ["https://vault.company.com"] }))).toMatch(
      /the CORS configuration would lie in namespace team-a/,
    );
    expect(refusalOf(() => new UiHeader(a, "UiHeader", { name: "X-Frame-Options", value: "DENY" }))).toMatch(
      /UI header X-Frame-Options would lie in namespace team-a/,
    );
    expect(refusalOf(() => new RateLimitQuota(a, "Quota", { name: "all", rate: 10 }))).toMatch(
      /quota all would lie in namespace team-a/,
    );
    const stack = stackWithVault({ server, namespace: "prod" });
    expect(refusalOf(() => new AuditedHeader(stack, "Header", { name: "X-Forwarded-For" }))).toMatch(
      /would lie in namespace prod/,
    );
  });
});
