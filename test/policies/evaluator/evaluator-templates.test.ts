import { Evaluator } from "../../../policies/evaluator/evaluator";
import type { Identity } from "../../../policies/evaluator/identity";
import type { PolicyServer } from "../../../policies/evaluator/policy-server";

const jane: Identity = {
  entity: {
    id: "e-1",
    name: "jane",
    metadata: { team: "orders", empty: "", wild: "a*", deep: "a/b" },
    aliases: {
      "corp.ldap": { id: "a-1", name: "jdoe", metadata: { uid: "7" }, customMetadata: { desk: "12" } },
      auth_userpass_1: { name: "jane-local" },
    },
  },
  groups: [
    { id: "g-1", name: "dbas", metadata: { env: "prod" } },
    { id: "g-2", name: "developers" },
  ],
};

interface Asked {
  readonly identity?: Identity;
  readonly product?: PolicyServer;
}

const decide = (template: string, path: string, { identity = jane, product = "vault" }: Asked = {}) => {
  const rules = [
    { path: template, capabilities: ["read" as const], reason: "a test" },
    { path: "always", capabilities: ["read" as const], reason: "a test" },
  ];
  return new Evaluator([{ name: "policy", rules }], { product, identity }).decide({ path, capability: "read" });
};

describe("a template in a rule's path", () => {
  it.each([
    ["{{identity.entity.id}}", "e-1"],
    ["{{ identity.entity.name }}", "jane"],
    ["{{identity.entity.metadata.team}}", "orders"],
    ["x{{identity.entity.metadata.empty}}", "x"],
    ["{{identity.entity.aliases.@corp.ldap.id}}", "a-1"],
    ["{{identity.entity.aliases.@corp.ldap.name}}", "jdoe"],
    ["{{identity.entity.aliases.@corp.ldap.metadata.uid}}", "7"],
    ["{{identity.entity.aliases.@corp.ldap.custom_metadata.desk}}", "12"],
    ["{{identity.entity.aliases.auth_userpass_1.name}}", "jane-local"],
    ["{{identity.groups.names.dbas.id}}", "g-1"],
    ["{{identity.groups.ids.g-2.name}}", "developers"],
    ["{{identity.groups.names.dbas.metadata.env}}", "prod"],
    ["{{identity.entity.name}}-{{identity.groups.names.dbas.metadata.env}}", "jane-prod"],
  ])("%s stands for %s", (template, text) => {
    const decision = decide(`kv/${template}/a`, `kv/${text}/a`);
    expect(decision).toMatchObject({ allowed: true, pattern: `kv/${text}/a` });
    expect(decision.rules[0]?.rule.path).toBe(`kv/${template}/a`);
    expect(decide(`kv/${template}/a`, "kv/other/a").cause).toBe("no-rule");
  });

  it.each([
    "{{identity.entity.metadata.none}}",
    "{{identity.entity.metadata}}",
    "{{identity.entity.none}}",
    "{{identity.entity.groups.names}}",
    "{{identity.entity.aliases.@none.name}}",
    "{{identity.entity.aliases.@corp.ldap.none}}",
    "{{identity.entity.aliases.@corp.ldap.custom_metadata.none}}",
    "{{identity.entity.aliases.auth_userpass_1.id}}",
    "{{identity.groups.names.none.name}}",
    "{{identity.groups.names.developers.metadata.env}}",
    "{{identity.groups.dbas.name}}",
    "{{time.now}}",
    "{{none}}",
    "{{}}",
    "{{identity.entity.metadata.constructor}}",
  ])("%s, which stands for nothing, takes its rule away and no other", (template) => {
    expect(decide(`${template}*`, "kv/a").cause).toBe("no-rule");
    expect(decide(`${template}*`, "always").allowed).toBe(true);
  });

  it("stands for nothing where nobody is known", () => {
    for (const template of ["{{identity.entity.name}}", "{{identity.groups.names.dbas.name}}"]) {
      expect(decide(`${template}*`, "jane", { identity: {} }).cause).toBe("no-rule");
    }
  });

  it.each(["a{{b", "a}}b", "{{a}}}}", "{{a{{b}}"])("%s, with braces without a pair, is refused", (template) => {
    expect(decide(template, "always").reason).toContain(`path ${JSON.stringify(template)} has braces without a pair`);
  });

  it("may be filled with what a path's syntax holds in Vault, and with nothing such in OpenBao", () => {
    expect(decide("kv/{{identity.entity.metadata.wild}}", "kv/abc").allowed).toBe(true);
    expect(decide("kv/{{identity.entity.metadata.deep}}", "kv/a/b").allowed).toBe(true);
    for (const key of ["wild", "deep"]) {
      const decision = decide(`kv/{{identity.entity.metadata.${key}}}`, "always", { product: "openbao" });
      expect(decision).toMatchObject({ allowed: false, cause: "unreadable" });
      expect(decision.reason).toContain(
        `has {{identity.entity.metadata.${key}}}, which stands for a text with /, + or * in it`,
      );
      const missing = decide(`{{none}}/{{identity.entity.metadata.${key}}}`, "always", { product: "openbao" });
      expect(missing.allowed).toBe(true);
    }
  });
});
