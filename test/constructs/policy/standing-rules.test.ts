import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { withWhatStands } from "../../../constructs/policy/standing-rules";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import type { Capability } from "../../../policies/language/capability";
import { PolicyDocument } from "../../../policies/language/policy-document";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";

const rule = (path: string, ...capabilities: Capability[]): PolicyRule => ({ path, capabilities, reason: path });
const shown = (granted: readonly PolicyRule[], standing: readonly PolicyRule[] = []) =>
  new PolicyDocument(withWhatStands(granted, standing)).rules.map(
    (each) => `${each.path}: ${each.capabilities.join(" ")}`,
  );

describe("withWhatStands", () => {
  it("repeats what the next wider grant allows, whatever their order, through several levels", () => {
    const grants = [rule("a/b/c", "list"), rule("a/*", "read"), rule("a/b/*", "update")];
    const expected = ["a/*: read", "a/b/*: read update", "a/b/c: read update list"];
    expect(shown(grants)).toEqual(expected);
    expect(shown(grants.toReversed())).toEqual(expected);
  });

  it("repeats what a written rule allows, without changing that rule", () => {
    expect(shown([rule("a/b", "list")], [rule("a/*", "read")])).toEqual(["a/b: read list"]);
  });

  it("repeats nothing of a neighbour, of a narrower rule, and where a rule on the very path stands", () => {
    expect(shown([rule("a/b", "list")], [rule("b/*", "read"), rule("a/b/*", "read")])).toEqual(["a/b: list"]);
    expect(shown([rule("a/b", "list")], [rule("a/*", "read"), rule("a/b", "update")])).toEqual(["a/b: list"]);
  });

  it("repeats neither a denial nor a rule with conditions, which would mean something else there", () => {
    expect(shown([rule("a/b", "list")], [rule("a/*", "deny")])).toEqual(["a/b: list"]);
    const wrapped = { ...rule("a/*", "read"), minWrappingTtl: "1m" } as const;
    expect(shown([rule("a/b", "list")], [wrapped])).toEqual(["a/b: list"]);
  });

  it("counts the policies that a login has besides its own", () => {
    const stack = stackWithVault();
    const readers = { name: "readers", ownRules: [rule("secret/data/app/*", "read")] };
    const login = new AppRoleAuth(stack, "Logins").addRole("app", { policies: [readers], selfService: false });
    login.grantPolicy.addRule(rule("secret/data/app/state", "update"));
    expect(login.grantPolicy.toHcl()).toContain('capabilities = ["read", "update"]');
  });
});

describe("policies of subjects", () => {
  it("are made at once, with self-service, for a login without Vault's policy default", () => {
    const stack = stackWithVault();
    new AppRoleAuth(stack, "Logins").addRole("app", { noDefaultPolicy: true });
    expect(onlyResource(synth(stack), "vault_policy")).toMatchObject({ name: "approle-app" });
    expect(onlyResource(synth(stack), "vault_approle_auth_backend_role")).toMatchObject({
      token_policies: ["approle-app"],
    });
  });

  it("are written from rules too, on top of which grants come", () => {
    const policy = new VaultPolicy(stackWithVault(), "P", { name: "p", rules: [rule("a/*", "read")] });
    policy.addRule(rule("a/b", "list"));
    expect(policy.toDocument().rules.map(({ path, capabilities }) => [path, ...capabilities])).toEqual([
      ["a/*", "read"],
      ["a/b", "read", "list"],
    ]);
  });

  it("can be named where they exist elsewhere, also default, never root", () => {
    expect([VaultPolicy.fromName("Default"), VaultPolicy.fromName("team/app")]).toEqual([
      { name: "default" },
      { name: "team/app" },
    ]);
    expect(() => VaultPolicy.fromName("root")).toThrow(
      "[VaultPolicy.fromName] name root is the policy that may do everything",
    );
    expect(() => VaultPolicy.fromName("a b")).toThrow('[VaultPolicy.fromName] name "a b" can\'t name a policy');
  });
});
