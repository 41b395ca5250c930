import { parseEnvironment } from "../../environments/load";
import { VaultStack } from "../../stacks/vault-stack";
import { environmentWithLogins } from "../helpers/logins";
import { namedResource, onlyResource, resources, synth, testApp, validate } from "../helpers/synth";

const environment = parseEnvironment(environmentWithLogins());
const stack = () => new VaultStack(testApp(), environment.name, { environment, today: "2026-01-31" });
const pathsOf = (policy: string) => {
  const { policy: text } = namedResource(synth(stack()), "vault_policy", policy);
  return [...String(text).matchAll(/^path "(.*)" \{$/gm)].map((match) => match[1]);
};

describe("an environment with every auth method", () => {
  it("is complete", () => {
    expect(() => validate(stack())).not.toThrow();
  });

  it("mounts each once", () => {
    const result = synth(stack());
    const mounted = [
      "vault_auth_backend",
      "vault_github_auth_backend",
      "vault_jwt_auth_backend",
      "vault_ldap_auth_backend",
    ]
      .flatMap((type) => resources(result, type))
      .map(({ path }) => path);
    expect(mounted.sort()).toEqual(["approle", "aws", "github", "jwt", "kubernetes", "ldap", "oidc", "userpass"]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["vault_approle_auth_backend_role", { role_name: "app", token_policies: ["approle-app"] }],
    ["vault_github_team", { team: "developers" }],
    ["vault_github_user", { user: "octocat" }],
    ["vault_kubernetes_auth_backend_role", { role_name: "shop", audience: "vault" }],
    ["vault_ldap_auth_backend_group", { groupname: "developers", policies: ["developers"] }],
    ["vault_ldap_auth_backend_user", { username: "anna", groups: ["developers"] }],
    ["vault_token_auth_backend_role", { role_name: "batch", token_type: "batch" }],
  ])("declares the one %s", (type, fields) => {
    expect(onlyResource(synth(stack()), type)).toMatchObject(fields);
  });

  it.each([
    ["vault_aws_auth_backend_role", "role", ["fleet", "reports"]],
    ["vault_jwt_auth_backend_role", "role_name", ["employee", "people"]],
    ["vault_identity_entity", "name", ["bert", "billing", "orders"]],
    ["vault_identity_group", "name", ["developers", "everybody"]],
    ["vault_identity_group_alias", "name", ["developers"]],
  ])("declares each %s", (type, field, names) => {
    expect(
      resources(synth(stack()), type)
        .map((fields) => fields[field])
        .sort(),
    ).toEqual(names);
  });

  it("gives a login what it was granted, and nothing of its neighbour's", () => {
    expect(pathsOf("approle-app")).toContain("database/creds/orders-reader");
    expect(pathsOf("approle-app")).not.toContain("database/creds/orders-writer");
  });

  it("gives a group what it was granted, without what is for a token's holder", () => {
    expect(pathsOf("group-everybody")).toEqual(["database/creds/billing-reader"]);
  });

  it("puts entities and groups into the groups that have them", () => {
    const { member_entity_ids: entities, member_group_ids: groups } = namedResource(
      synth(stack()),
      "vault_identity_group",
      "everybody",
    );
    expect(entities).toHaveLength(1);
    expect(groups).toHaveLength(1);
  });

  it("gives subjects what they are granted of KV, Transit and PKI mounts, each mount referred to once", () => {
    const kv = [{ mount: "secret", path: "shop", may: ["read" as const] }];
    const transit = [{ mount: "transit", key: "orders", may: ["encrypt" as const] }];
    const pki = [{ mount: "pki", role: "servers", may: ["issue" as const] }];
    const policies = [
      { name: "developers", kv, transit, pki },
      { name: "dbas", kv },
    ];
    const changed = parseEnvironment({ ...environmentWithLogins(), policies });
    const result = synth(new VaultStack(testApp(), changed.name, { environment: changed, today: "2026-01-31" }));
    const text = String(namedResource(result, "vault_policy", "developers")["policy"]);
    expect([...text.matchAll(/^path "(.*)" \{$/gm)].map((match) => match[1])).toEqual([
      "pki/issue/servers",
      "secret/data/shop",
      "secret/data/shop/*",
      "secret/metadata/shop",
      "secret/metadata/shop/*",
      "transit/encrypt/orders",
    ]);
    expect(namedResource(result, "vault_policy", "dbas")["policy"]).not.toContain("transit");
  });
});
