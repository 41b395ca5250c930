import { UserpassAuth } from "../../../constructs/auth/userpass-auth";
import type { UserpassUserOptions } from "../../../constructs/auth/userpass-user";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { addresses, namedResource, onlyResource, stackWithVault, synth } from "../../helpers/synth";

function declare(name = "Alice", options?: UserpassUserOptions) {
  const stack = stackWithVault();
  const auth = new UserpassAuth(stack, "People");
  return { stack, auth, user: auth.addUser(name, options) };
}

describe("UserpassAuth", () => {
  it("mounts the method at userpass, and declares users as entities that it knows, without a password", () => {
    const { stack, user } = declare();
    const synthesised = synth(stack);
    expect(onlyResource(synthesised, "vault_auth_backend")).toEqual({
      type: "userpass",
      path: "userpass",
      description: "Logins of people by password",
    });
    expect(user.name).toBe("alice");
    expect(onlyResource(synthesised, "vault_identity_entity")).toMatchObject({ name: "alice", policies: [] });
    expect(onlyResource(synthesised, "vault_identity_entity_alias")).toMatchObject({
      name: "alice",
      mount_accessor: expect.stringMatching(/^\$\{vault_auth_backend\.People_\w+\.accessor\}$/) as unknown,
    });
    expect(addresses(synthesised)).toHaveLength(3);
    expect(synthesised.variable).toEqual({});
  });

  it("lets a user change the own password alone", () => {
    const { stack, auth, user } = declare();
    expect(auth.grantPasswordChange(user).subject).toBe(user);
    const policy = namedResource(synth(stack), "vault_policy", "entity-alice")["policy"] as string;
    expect(policy).toMatch(
      /path "auth\/userpass\/users\/\{\{identity\.entity\.aliases\.\$\{vault_auth_backend\.People_\w+\.accessor\}\.name\}\}\/password" \{\s+capabilities = \["update"\]/,
    );
    expect(policy).toMatch(/allowed_parameters = \{\s+"?password"? += \[\]/);
  });
});

describe("UserpassUser", () => {
  const rule = { path: "kv/data/app", capabilities: ["read"], reason: "For tests" } as const;

  it("has what it is granted at its entity, with what its own tokens need", () => {
    const { stack, user } = declare("alice", { entityName: "Alice of Sales" });
    user.grantPolicy.addRule(rule);
    const entity = onlyResource(synth(stack), "vault_identity_entity");
    expect(entity).toMatchObject({ name: "Alice of Sales", policies: ["entity-Alice-of-Sales".toLowerCase()] });
    const { policy } = onlyResource(synth(stack), "vault_policy") as { policy: string };
    expect(policy).toContain('path "kv/data/app"');
    expect(policy).toContain('path "auth/token/renew-self"');
  });

  it("takes policies, and leaves self-service out where asked", () => {
    const { stack, user, auth } = declare("alice", { selfService: false });
    user.grantPolicy.addRule(rule);
    expect(onlyResource(synth(stack), "vault_policy")["policy"]).not.toContain("renew-self");
    auth.addUser("bob", { policies: [new VaultPolicy(stack, "Other", { name: "other" })] });
    expect(namedResource(synth(stack), "vault_identity_entity", "bob")).toMatchObject({ policies: ["other"] });
  });

  it.each(["two words", "a/b", "alice.", "alice-"])("refuses the name %j", (name) => {
    expect(() => declare(name)).toThrow(/\] name ".*" (?:can't be used in a Vault path|ends in a sign)/);
  });

  it("refuses a name that another user has, whatever its case, and an entityName that is taken or can't be", () => {
    const { auth } = declare();
    expect(() => auth.addUser("ALICE", { entityName: "other" })).toThrow(
      /entity alias of auth\/userpass "alice" is declared/,
    );
    expect(() => auth.addUser("bob", { entityName: "Alice" })).toThrow(/entity "alice" is declared already/);
    expect(() => auth.addUser("carol", { entityName: "a/b" })).toThrow(/"a\/b" can't name an entity/);
  });
});
