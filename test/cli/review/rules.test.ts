import type { ResourceChange } from "../../../cli/review/plan";
import { reviewLabels, reviewRules } from "../../../cli/review/rules";
import { create, documented, remove, replace, said, update } from "./changes";
import { plan, staying } from "./plans";

const role = { backend: "db", name: "app", db_name: "main", revocation_statements: ["DROP ROLE x"], max_ttl: 3600 };
const connection = {
  backend: "db",
  name: "main",
  allowed_roles: ["app"],
  postgresql: [{ username: "vault", password_wo_version: 1 }],
};
const mysql = (username: string) => ({ backend: "db", name: "main", mysql: [{ username }] });
const passwords = (length: number, charset: string, least: number) => ({
  name: "strong",
  policy: `length = ${length}\nrule "charset" {\n  charset = "${charset}"\n  min-chars = ${least}\n}`,
});

const mount = "vault_mount.x";
const roleAt = "vault_database_secret_backend_role.x";
const staticAt = "vault_database_secret_backend_static_role.x";
const connectionAt = "vault_database_secret_backend_connection.x";
const loginAt = "vault_jwt_auth_backend_role.x";
const awsAt = "vault_aws_secret_backend.x";
const awsRoleAt = "vault_aws_secret_backend_role.x";
const awsRole = { backend: "aws", name: "app", policy_document: "{}", policy_arns: ["a"], max_sts_ttl: 3600 };
const approleAt = "vault_approle_auth_backend_role.x";

describe("each rule fires", () => {
  it.each<[string, ResourceChange, string]>([
    ["mount-replaced", update(mount, { path: "a" }, { path: "b" }), "blocked: the secrets engine at a moves to b"],
    [
      "mount-replaced",
      replace("vault_aws_secret_backend.x", { path: "a" }, { path: "a" }, "type"),
      "blocked: the secrets engine at a is destroyed and made anew because type can't be changed in place",
    ],
    [
      "connection-replaced",
      replace(connectionAt, connection, connection, "backend"),
      "blocked: the connection db/main is destroyed and made anew because backend can't be changed in place",
    ],
    [
      "connection-replaced",
      update(connectionAt, connection, { ...connection, name: "other" }),
      "blocked: the connection db/main is made anew as db/other",
    ],
    [
      "role-database-changed",
      update(roleAt, role, { ...role, db_name: "other" }),
      "blocked: the role db/app goes from connection main to other",
    ],
    [
      "role-database-changed",
      update(staticAt, role, { ...role, db_name: "other" }),
      "dangerous: the role db/app goes from connection main to other",
    ],
    [
      "admin-user-changed",
      update(connectionAt, connection, { ...connection, postgresql: [{ username: "admin" }] }),
      "blocked: Vault's admin of db/main changes from vault to admin",
    ],
    [
      "admin-user-changed",
      update(connectionAt, mysql("vault"), mysql("admin")),
      "dangerous: Vault's admin of db/main changes from vault to admin",
    ],
    [
      "revocation-removed",
      update(roleAt, role, { ...role, revocation_statements: [] }),
      "blocked: the role db/app loses its revocation statements",
    ],
    [
      "revocation-removed",
      update(roleAt, role, { ...role, revocation_statements: [" "] }),
      "blocked: the role db/app loses its revocation statements",
    ],
    [
      "password-sent-again",
      replace(connectionAt, connection, connection),
      "dangerous: making db/main sends an admin password that was sent before (password_wo_version is still 1)",
    ],
    [
      "role-replaced",
      replace(roleAt, role, { ...role, name: "b" }, "name"),
      "dangerous: the role db/app is destroyed and made anew because name can't be changed in place",
    ],
    [
      "static-role-replaced",
      replace(staticAt, { ...role, username: "u" }, { ...role, username: "v" }, "username"),
      "dangerous: the static role db/app is destroyed and made anew because username can't be changed in place",
    ],
    [
      "audit-removed",
      remove("vault_audit.x", { path: "file/", type: "file" }),
      "dangerous: the audit device file is removed; no other one is declared",
    ],
    [
      "namespace-removed",
      remove("vault_namespace.x", { path: "team-a" }),
      "dangerous: the namespace team-a is destroyed",
    ],
    [
      "namespace-removed",
      replace("vault_namespace.x", { path: "team-a" }, { path: "team-b" }, "path"),
      "blocked: the namespace team-a is destroyed and made anew because path can't be changed in place",
    ],
    [
      "auth-method-removed",
      remove("vault_jwt_auth_backend.x", { path: "oidc", type: "oidc" }),
      "dangerous: the login method auth/oidc (oidc) is removed",
    ],
    [
      "auth-method-removed",
      update("vault_auth_backend.x", { path: "a", type: "approle" }, { path: "b", type: "approle" }),
      "dangerous: the login method auth/a (approle) moves to auth/b",
    ],
    ["destroyed", remove(mount, { path: "kv" }), "dangerous: the secrets engine at kv is destroyed"],
    ["destroyed", remove(connectionAt, connection), "dangerous: the connection db/main is destroyed"],
    ["destroyed", remove(roleAt, role), "dangerous: the role db/app is destroyed"],
    ["destroyed", remove(staticAt, role), "dangerous: the static role db/app is destroyed"],
    ["destroyed", remove(approleAt, { role_name: "ci" }), "dangerous: the login role ci is destroyed"],
    ["destroyed", remove("vault_password_policy.x", { name: "p" }), "dangerous: the password policy p is destroyed"],
    ["destroyed", remove("vault_identity_group.x", { name: "ops" }), "dangerous: the group ops is destroyed"],
    ["destroyed", remove("vault_quota_rate_limit.x", { name: "q" }), "careful: vault_quota_rate_limit q is destroyed"],
    [
      "replaced",
      replace(approleAt, { role_name: "ci" }, { role_name: "cd" }, "role_name"),
      "dangerous: the login role ci is destroyed and made anew because role_name can't be changed in place",
    ],
    [
      "allowed-roles-any",
      update(connectionAt, connection, { ...connection, allowed_roles: ["*"] }),
      'dangerous: the connection db/main lets every role of its mount use it (allowed_roles "*")',
    ],
    [
      "allowed-roles-any",
      create(connectionAt, { ...connection, allowed_roles: ["*"] }),
      'dangerous: the connection db/main lets every role of its mount use it (allowed_roles "*")',
    ],
    [
      "protection-lowered",
      create("vault_transit_secret_backend_key.x", { exportable: true, deletion_allowed: true }),
      "dangerous: deletion_allowed is true, exportable is true",
    ],
    [
      "protection-lowered",
      update("vault_audit.x", { options: { log_raw: "false" } }, { options: { log_raw: "true" } }),
      "dangerous: log_raw is true",
    ],
    [
      "password-policy-weakened",
      update("vault_password_policy.x", passwords(20, "abc", 2), passwords(12, "ab", 1)),
      "dangerous: the password policy strong weakens: passwords of 20 characters become 12 long; 3 different characters become 2; 2 characters of given kinds were demanded, 1 are now",
    ],
    [
      "login-bounds-widened",
      update(
        loginAt,
        { bound_claims: { repo: "a", branch: "main" }, bound_audiences: ["vault"], token_num_uses: 5 },
        { bound_claims: { repo: "a,b" }, bound_audiences: [], token_num_uses: 9 },
      ),
      "dangerous: bound_audiences no longer bounds it (was vault); the claim repo may also be b; the claim branch no longer bounds it; token_num_uses 5 -> 9",
    ],
    [
      "login-bounds-widened",
      update(loginAt, { token_bound_cidrs: ["10.0.0.0/8"] }, { token_bound_cidrs: ["10.0.0.0/8", "0.0.0.0/0"] }),
      "dangerous: token_bound_cidrs gains 0.0.0.0/0",
    ],
    [
      "login-bounds-widened",
      update(loginAt, { bound_subject: "x" }, { bound_subject: "" }),
      "dangerous: bound_subject no longer bounds it",
    ],
    ["known-later", update(mount, { path: "a" }, {}, ["path"]), "dangerous: path is known after the apply only"],
    [
      "group-widened",
      update(
        "vault_identity_group.x",
        { name: "ops", member_entity_ids: ["a"] },
        { name: "ops", member_entity_ids: ["a", "b"] },
      ),
      "careful: 1 member joins the group ops",
    ],
    [
      "aws-endpoint-changed",
      update(awsAt, { path: "aws", sts_endpoint: "https://sts.a" }, { path: "aws", iam_endpoint: "https://iam.b" }),
      "dangerous: the engine at aws is sent elsewhere: iam_endpoint AWS's own -> https://iam.b; sts_endpoint https://sts.a -> AWS's own",
    ],
    [
      "aws-role-widened",
      update(awsRoleAt, { ...awsRole, permissions_boundary_arn: "b" }, awsRole),
      "dangerous: users are no longer bounded by b",
    ],
    [
      "aws-role-widened",
      update(awsRoleAt, { permissions_boundary_arn: "b" }, { permissions_boundary_arn: "c", iam_groups: ["ops"] }),
      "careful: users are bounded by c (was b); iam_groups gains ops",
    ],
    [
      "aws-role-widened",
      replace(awsRoleAt, { ...awsRole, role_arns: ["r"] }, { ...awsRole, role_arns: ["r", "s"] }, "role_arns"),
      "careful: role_arns gains s",
    ],
    [
      "aws-role-widened",
      update(awsRoleAt, awsRole, { backend: "aws", name: "app" }),
      "dangerous: no policy narrows its sessions any more",
    ],
    [
      "aws-role-widened",
      update(awsRoleAt, awsRole, { ...awsRole, policy_document: '{"a":1}' }),
      "careful: policy_document allows other things",
    ],
    ["ttl-widened", update(awsRoleAt, awsRole, { ...awsRole, max_sts_ttl: 7200 }), "careful: max_sts_ttl 1h -> 2h"],
    ["ttl-widened", update(roleAt, role, { ...role, max_ttl: 28800 }), "careful: max_ttl 1h -> 8h"],
    [
      "ttl-widened",
      update(mount, { default_lease_ttl_seconds: 60, max_lease_ttl_seconds: 3600 }, { max_lease_ttl_seconds: 0 }),
      "careful: default_lease_ttl_seconds 1m -> the default, max_lease_ttl_seconds 1h -> the default",
    ],
    [
      "ttl-widened",
      update("vault_auth_backend.x", { tune: [{ max_lease_ttl: "30m" }] }, { tune: [{ max_lease_ttl: "1h30m" }] }),
      "careful: tune.max_lease_ttl 30m -> 90m",
    ],
    [
      "ttl-widened",
      update(approleAt, { secret_id_ttl: 600, token_period: 0 }, { secret_id_ttl: 0, token_period: 86400 }),
      "careful: token_period none -> 1d, secret_id_ttl 10m -> without limit",
    ],
    [
      "statements-changed",
      update(roleAt, role, { ...role, revocation_statements: ["DROP ROLE y"] }),
      "careful: revocation_statements change",
    ],
    [
      "secret-sent",
      { ...update("vault_ldap_auth_backend.x", {}, {}), sensitive: [{ name: "bindpass", changes: true }] },
      "careful: a secret is sent again: bindpass",
    ],
    [
      "secret-sent",
      update(connectionAt, connection, { ...connection, postgresql: [{ username: "vault", password_wo_version: 2 }] }),
      "careful: a secret is sent again: password_wo (version 1 -> 2)",
    ],
    [
      "forgotten",
      { ...remove(roleAt, role), action: "forget" },
      "careful: vault_database_secret_backend_role db/app stays on the server, and Terraform forgets it",
    ],
  ])("%s", (id, given, expected) => {
    expect(said(id, given)).toEqual([expected]);
  });

  it("changed-beside", () => {
    const rule = reviewRules.find(({ id }) => id === "changed-beside");
    const drift = [
      remove(roleAt, role),
      update(mount, { path: "a", description: "" }, { path: "a", description: "x" }),
    ];
    expect(rule?.check({ ...plan([]), drift }).map(({ what }) => what)).toEqual([
      "it was removed beside Terraform",
      "description changed beside Terraform",
    ]);
  });

  it("password-sent-again for what was removed beside Terraform", () => {
    const rule = reviewRules.find(({ id }) => id === "password-sent-again");
    const drift = [remove(connectionAt, connection)];
    const again = (version: number) => ({ ...connection, postgresql: [{ password_wo_version: version }] });
    expect(rule?.check({ ...plan([create(connectionAt, again(1))]), drift })).toHaveLength(1);
    expect(rule?.check({ ...plan([create(connectionAt, again(2))]), drift })).toEqual([]);
    expect(rule?.check(plan([create(connectionAt, again(1))]))).toEqual([]);
  });
});

describe("each rule stays silent", () => {
  it.each<[string, ResourceChange]>([
    ["mount-replaced", update(mount, { path: "a/" }, { path: "a", description: "x" })],
    ["mount-replaced", update("vault_policy.x", { path: "a" }, { path: "b" })],
    ["connection-replaced", update(connectionAt, connection, { ...connection, allowed_roles: [] })],
    ["role-database-changed", update(roleAt, role, { ...role, max_ttl: 60 })],
    ["role-database-changed", create(roleAt, role)],
    ["admin-user-changed", update(connectionAt, connection, { ...connection, allowed_roles: [] })],
    ["admin-user-changed", create(connectionAt, connection)],
    ["revocation-removed", update(roleAt, role, { ...role, revocation_statements: ["DROP USER x"] })],
    ["revocation-removed", update(staticAt, role, { ...role, revocation_statements: [] })],
    [
      "password-sent-again",
      replace(connectionAt, connection, { ...connection, postgresql: [{ username: "vault", password_wo_version: 2 }] }),
    ],
    ["role-replaced", update(roleAt, role, { ...role, max_ttl: 60 })],
    ["static-role-replaced", create(staticAt, role)],
    ["audit-removed", create("vault_audit.x", { path: "file" })],
    ["auth-method-removed", update("vault_auth_backend.x", { path: "a" }, { path: "a", description: "x" })],
    ["destroyed", update(mount, { path: "a" }, { path: "a" })],
    ["destroyed", remove("vault_policy.x", { name: "p" })],
    ["replaced", replace(mount, { path: "a" }, { path: "a" })],
    ["allowed-roles-any", update(connectionAt, connection, { ...connection, allowed_roles: ["a", "b"] })],
    ["protection-lowered", update("vault_transit_secret_backend_key.x", { exportable: true }, { exportable: false })],
    ["password-policy-weakened", update("vault_password_policy.x", passwords(12, "ab", 1), passwords(20, "abc", 2))],
    [
      "login-bounds-widened",
      update(
        loginAt,
        { token_bound_cidrs: ["10.0.0.0/8"] },
        { token_bound_cidrs: ["10.1.0.0/16", "10.0.0.0/8"].slice(1) },
      ),
    ],
    ["login-bounds-widened", update(loginAt, { bound_audiences: [] }, { bound_audiences: ["vault"] })],
    ["login-bounds-widened", update(approleAt, { secret_id_num_uses: 0 }, { secret_id_num_uses: 5 })],
    ["known-later", update(mount, { path: "a" }, { path: "a" }, ["accessor"])],
    ["group-widened", update("vault_identity_group.x", { member_entity_ids: ["a"] }, { member_entity_ids: [] })],
    ["aws-endpoint-changed", update(awsAt, { path: "aws", region: "a" }, { path: "aws", region: "b" })],
    ["aws-endpoint-changed", remove(awsAt, { path: "aws", iam_endpoint: "https://iam.a" })],
    ["aws-role-widened", update(awsRoleAt, awsRole, { ...awsRole, policy_arns: [], max_sts_ttl: 900 })],
    ["aws-role-widened", remove(awsRoleAt, awsRole)],
    ["ttl-widened", update(roleAt, role, { ...role, max_ttl: 600 })],
    ["ttl-widened", update(approleAt, { token_explicit_max_ttl: 0 }, { token_explicit_max_ttl: 60 })],
    ["ttl-widened", update(mount, { max_lease_ttl_seconds: 0 }, { max_lease_ttl_seconds: 3600 })],
    ["statements-changed", update(roleAt, role, { ...role, renew_statements: [] })],
    ["secret-sent", { ...update(mount, {}, {}), sensitive: [{ name: "bindpass", changes: false }] }],
    ["forgotten", remove(roleAt, role)],
  ])("%s", (id, given) => {
    expect(said(id, given)).toEqual([]);
  });

  it("changed-beside, where a provider says in another way that nothing is there", () => {
    const rule = reviewRules.find(({ id }) => id === "changed-beside");
    const drift = [update(mount, { options: null, list: [], text: "" }, { options: {}, list: null, text: null })];
    expect(rule?.check({ ...plan([]), drift })).toEqual([]);
  });

  it("changed-beside, where somebody logged in who is in an external group, and not where its policies changed", () => {
    const rule = reviewRules.find(({ id }) => id === "changed-beside");
    const group = (type: string, changed: object) =>
      update("vault_identity_group.x", { type, member_entity_ids: [], policies: [] }, { type, ...changed });
    const given = (type: string, changed: object) =>
      rule?.check({ ...plan([]), drift: [group(type, changed)] }).map(({ what }) => what);
    const loggedIn = { member_entity_ids: ["e"], policies: [] };
    expect(given("external", loggedIn)).toEqual([]);
    expect(given("internal", loggedIn)).toEqual(["member_entity_ids changed beside Terraform"]);
    expect(given("external", { member_entity_ids: ["e"], policies: ["p"] })).toEqual([
      "policies changed beside Terraform",
    ]);
  });
});

describe("the rules", () => {
  it("have ids of their own, which are labels", () => {
    const ids = reviewRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(reviewLabels).size).toBe(reviewLabels.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("stand in docs/review.md in their order, as do the labels of what policies allow", () => {
    expect([...documented.keys()]).toEqual(reviewLabels);
  });

  it("count the audit devices that stay", () => {
    const rule = reviewRules.find(({ id }) => id === "audit-removed");
    const one = staying("vault_audit.other", { path: "syslog" });
    expect(rule?.check(plan([remove("vault_audit.x", { path: "file" })], [one]))[0]?.what).toBe(
      "the audit device file is removed; 1 other stays",
    );
  });
});
