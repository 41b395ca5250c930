import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { ExternalGroup } from "../../../constructs/identity/external-group";
import { IdentityEntity, type IdentityEntityProps } from "../../../constructs/identity/identity-entity";
import { IdentityGroup } from "../../../constructs/identity/identity-group";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { addresses, onlyResource, resources, stackWithVault, synth, validate } from "../../helpers/synth";

const rule = { path: "secret/data/app", capabilities: ["read"], reason: "For tests" } as const;

function declare(props: Partial<IdentityEntityProps> = {}) {
  const stack = stackWithVault();
  const entity = new IdentityEntity(stack, "Alice", { name: "alice@company.com", ...props });
  const method = new AppRoleAuth(stack, "Logins");
  return { stack, entity, method, fields: () => onlyResource(synth(stack), "vault_identity_entity") };
}

const reference = (type: string, id: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.${id}_\\w+\\.id\\}$`)) as unknown;

describe("IdentityEntity", () => {
  it("is declared with its name, and its policy with the first grant, without self-service", () => {
    const { stack, entity, fields } = declare();
    expect(fields()).toEqual({ name: "alice@company.com", policies: [] });
    entity.grantPolicy.addRule(rule);
    expect(fields()).toMatchObject({ policies: ["entity-alice-company.com"] });
    expect(onlyResource(synth(stack), "vault_policy")["policy"]).not.toContain("auth/token");
  });

  it("takes policies, metadata and a lock", () => {
    const policies = [VaultPolicy.fromName("Developers")];
    expect(declare({ policies, metadata: { team: "data" }, disabled: true }).fields()).toEqual({
      name: "alice@company.com",
      policies: ["developers"],
      metadata: { team: "data" },
      disabled: true,
    });
  });

  it("is known by a login", () => {
    const { stack, entity, method } = declare();
    entity.addAlias(method, "role-id", { customMetadata: { office: "Zurich" } });
    expect(onlyResource(synth(stack), "vault_identity_entity_alias")).toEqual({
      name: "role-id",
      mount_accessor: expect.stringMatching(/^\$\{vault_auth_backend\.Logins_\w+\.accessor\}$/) as unknown,
      canonical_id: reference("vault_identity_entity", "Alice"),
      custom_metadata: { office: "Zurich" },
    });
  });

  it("refuses a second alias of one method, and one that another entity has", () => {
    const { stack, entity, method } = declare();
    entity.addAlias(method, "one");
    expect(() => entity.addAlias(method, "two")).toThrow(
      "[dev/Alice] it has an alias of auth/approle already, and Vault keeps one of each auth method",
    );
    const bob = new IdentityEntity(stack, "Bob", { name: "bob" });
    expect(() => bob.addAlias(method, "ONE")).toThrow(
      'entity alias of auth/approle "one" is declared already, by dev/Alice/',
    );
  });

  it.each(["", "a/b", "*", "+", " a", "${x}", "a".repeat(129)])("refuses the name %j", (name) => {
    expect(() => declare({ name })).toThrow(`[dev/Alice] name ${JSON.stringify(name)} can't name an entity or a group`);
  });

  it("refuses a name that another entity has in whatever case", () => {
    const { stack } = declare();
    expect(() => new IdentityEntity(stack, "Second", { name: "Alice@company.com" })).toThrow(
      '[dev/Second] entity "alice@company.com" is declared already, by dev/Alice',
    );
  });

  it("refuses metadata that Vault does not keep, and names of aliases that can't be", () => {
    expect(() => declare({ metadata: { "a b": "x" } })).toThrow('[dev/Alice] metadata has the key "a b"');
    expect(() => declare({ metadata: { a: "x".repeat(513) } })).toThrow("[dev/Alice] metadata.a is");
    expect(() => declare({ metadata: { a: "${x}" } })).toThrow('[dev/Alice] metadata.a is "${x}"');
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, "v"]));
    expect(() => declare({ metadata: many })).toThrow("[dev/Alice] metadata has 65 pairs: give 64 at most");
    const { entity, method } = declare();
    expect(() => entity.addAlias(method, " x")).toThrow('[dev/Alice/Alias-approle] name " x" can\'t be an alias');
    const second = declare();
    expect(() => second.entity.addAlias(second.method, "x", { customMetadata: { "": "x" } })).toThrow(
      'customMetadata has the key ""',
    );
  });
});

describe("IdentityGroup", () => {
  it("has members, also those that are added later and those that are managed elsewhere", () => {
    const { stack, entity } = declare();
    const inner = new IdentityGroup(stack, "Inner", { name: "inner", memberEntities: [{ entityId: "id-1" }] });
    const outer = new IdentityGroup(stack, "Outer", { name: "outer", metadata: { team: "data" } });
    outer.addGroups(inner, IdentityGroup.fromName(stack, "Elsewhere", "elsewhere"));
    outer.addEntities(entity, IdentityEntity.fromName(stack, "Carol", "carol"));
    outer.grantPolicy.addRule(rule);
    const groups = resources(synth(stack), "vault_identity_group");
    expect(groups).toEqual([
      { name: "inner", type: "internal", policies: [], member_entity_ids: ["id-1"], member_group_ids: [] },
      {
        name: "outer",
        type: "internal",
        policies: ["group-outer"],
        metadata: { team: "data" },
        member_entity_ids: [reference("vault_identity_entity", "Alice"), "${data.vault_identity_entity.Carol.id}"],
        member_group_ids: [reference("vault_identity_group", "Inner"), "${data.vault_identity_group.Elsewhere.id}"],
      },
    ]);
  });

  it("refuses to contain itself, directly or not", () => {
    const { stack } = declare();
    const a = new IdentityGroup(stack, "A", { name: "a" });
    const b = new IdentityGroup(stack, "B", { name: "b", memberGroups: [a] });
    expect(() => a.addGroups(a)).toThrow("[dev/A] group a would contain itself");
    expect(() => a.addGroups(b)).toThrow("[dev/A] group a would contain itself");
  });

  it("refuses a name that can't be one, or is taken by a group of either type", () => {
    const { stack } = declare();
    new ExternalGroup(stack, "A", { name: "a" });
    expect(() => new IdentityGroup(stack, "B", { name: "A" })).toThrow(
      '[dev/B] group "a" is declared already, by dev/A',
    );
    expect(() => new IdentityGroup(stack, "C", { name: "*" })).toThrow('[dev/C] name "*" can\'t name');
    expect(() => IdentityGroup.fromName(stack, "D", "a/b")).toThrow('[dev/D] name "a/b" can\'t name');
    expect(() => IdentityEntity.fromName(stack, "E", "")).toThrow('[dev/E] name "" can\'t name');
  });
});

describe("ExternalGroup", () => {
  it("has one alias, named as the method names it", () => {
    const { stack, method } = declare();
    const group = new ExternalGroup(stack, "Admins", { name: "admins" }).addAlias(method, "CN=DB Admins,DC=company");
    const result = synth(stack);
    expect(onlyResource(result, "vault_identity_group")).toEqual({ name: "admins", type: "external", policies: [] });
    expect(onlyResource(result, "vault_identity_group_alias")).toEqual({
      name: "CN=DB Admins,DC=company",
      mount_accessor: expect.stringMatching(/accessor/) as unknown,
      canonical_id: reference("vault_identity_group", "Admins"),
    });
    expect(() => group.addAlias(method, "second")).toThrow(
      "[dev/Admins] external group admins has an alias already, and Vault keeps one",
    );
  });

  it("refuses an alias that can't be one, or is another group's", () => {
    const { stack, method } = declare();
    new ExternalGroup(stack, "A", { name: "a" }).addAlias(method, "dbas");
    const group = new ExternalGroup(stack, "B", { name: "b" });
    expect(() => group.addAlias(method, "")).toThrow('[dev/B] alias "" can\'t be an alias');
    expect(() => group.addAlias(method, "DBAs")).toThrow(
      '[dev/B] group alias of auth/approle "dbas" is declared already',
    );
  });

  it("fails the synthesis without an alias", () => {
    const { stack, method } = declare();
    const group = new ExternalGroup(stack, "Admins", { name: "admins" });
    expect(() => validate(stack)).toThrow("external group admins has no alias, so that nobody is in it: call addAlias");
    group.addAlias(method, "dbas");
    expect(() => validate(stack)).not.toThrow();
    expect(addresses(synth(stack)).filter((address) => address.includes("Admins"))).toHaveLength(2);
  });
});
