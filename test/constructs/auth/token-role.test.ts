import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { TokenAuth } from "../../../constructs/auth/token-auth";
import type { TokenRoleOptions } from "../../../constructs/auth/token-role";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { addresses, onlyResource, stackWithVault, synth, validate } from "../../helpers/synth";

const rule = { path: "secret/data/app", capabilities: ["read"], reason: "For tests" } as const;

function declare(options?: TokenRoleOptions) {
  const stack = stackWithVault();
  const auth = new TokenAuth(stack, "Tokens");
  const role = auth.addRole("job", options);
  return { stack, auth, role, fields: () => onlyResource(synth(stack), "vault_token_auth_backend_role") };
}

describe("TokenRole", () => {
  it("makes renewable orphans that end within a day, with its own policy and never root", () => {
    const { stack, role, fields } = declare();
    role.grantPolicy.addRule(rule);
    expect(fields()).toEqual({
      role_name: "job",
      allowed_policies: ["token-job"],
      disallowed_policies: ["root"],
      orphan: true,
      renewable: true,
      token_type: "service",
      token_explicit_max_ttl: 86_400,
    });
    expect(addresses(synth(stack)).map((address) => address.split(".")[0])).toEqual([
      "vault_policy",
      "vault_token_auth_backend_role",
    ]);
    expect(onlyResource(synth(stack), "vault_policy")["policy"]).toContain("auth/token/renew-self");
  });

  it("takes every option", () => {
    const { fields } = declare({
      policies: [VaultPolicy.fromName("readers")],
      allowedPoliciesGlob: ["Team-a-*"],
      disallowedPolicies: [VaultPolicy.fromName("team-a-admins")],
      orphan: false,
      renewable: false,
      pathSuffix: "second",
      allowedEntityAliases: ["Worker-*", "system:serviceaccount:a/b"],
      tokenPeriod: "1h",
      tokenCidrs: ["10.0.0.0/8"],
      tokenUses: 5,
      noDefaultPolicy: true,
    });
    expect(fields()).toEqual({
      role_name: "job",
      allowed_policies: ["readers", "token-job"],
      allowed_policies_glob: ["team-a-*"],
      disallowed_policies: ["root", "team-a-admins"],
      orphan: false,
      renewable: false,
      path_suffix: "second",
      allowed_entity_aliases: ["worker-*", "system:serviceaccount:a/b"],
      token_type: "service",
      token_period: 3600,
      token_bound_cidrs: ["10.0.0.0/8"],
      token_num_uses: 5,
      token_no_default_policy: true,
    });
  });

  it("makes batch tokens, which have no maximum and can't be renewed", () => {
    const fields = declare({ tokenType: "batch", policies: [VaultPolicy.fromName("readers")] }).fields();
    expect(fields).toMatchObject({ token_type: "batch", renewable: false });
    expect(fields).not.toHaveProperty("token_explicit_max_ttl");
  });

  it.each([
    [{ tokenMaxTtl: "1h" }, "tokenMaxTtl"],
    [{ renewable: true }, "renewable"],
    [{ orphan: false }, "orphan: false"],
    [{ tokenUses: 1 }, "tokenUses"],
    [{ tokenPeriod: "1h" }, "tokenPeriod"],
  ] as const)("refuses batch tokens with %j", (options, field) => {
    expect(() => declare({ ...options, tokenType: "batch" })).toThrow(
      `[dev/Tokens/job] tokenType batch excludes ${field}`,
    );
  });

  it.each(["*", "**", "", "a*b", "a b"])("refuses the pattern %j", (pattern) => {
    for (const field of ["allowedPoliciesGlob", "allowedEntityAliases"]) {
      expect(() => declare({ [field]: [pattern] })).toThrow(
        `[dev/Tokens/job] ${field} ${JSON.stringify(pattern)} can't be used: give a name`,
      );
    }
  });

  it.each([
    [{ tokenMaxTtl: "0m" }, 'tokenMaxTtl "0m" is not a duration'],
    [{ pathSuffix: "v1" }, 'pathSuffix "v1" is one that Vault refuses'],
    [{ pathSuffix: "a/b" }, 'pathSuffix "a/b" can\'t be used in a Vault path'],
  ])("refuses %j", (options, message) => {
    expect(() => declare(options as TokenRoleOptions)).toThrow(`[dev/Tokens/job] ${message}`);
  });

  it("refuses a policy that it both allows and disallows", () => {
    const readers = VaultPolicy.fromName("readers");
    expect(() => declare({ policies: [readers], disallowedPolicies: [readers] })).toThrow(
      "[dev/Tokens/job] policy readers is in policies and in disallowedPolicies",
    );
  });

  it("fails the synthesis where it allows nothing: tokens would have what their maker has", () => {
    const { stack, role } = declare();
    expect(() => validate(stack)).toThrow("token role job allows no policy");
    role.grantPolicy.addRule(rule);
    expect(() => validate(stack)).not.toThrow();
    expect(() => validate(declare({ allowedPoliciesGlob: ["team-*"] }).stack)).not.toThrow();
  });

  it("lets a subject make its tokens, and those of no other role", () => {
    const { stack, role } = declare({ policies: [VaultPolicy.fromName("readers")] });
    const broker = new AppRoleAuth(stack, "Logins").addRole("broker", { selfService: false });
    expect(role.grantCreate(broker).rules).toEqual([
      { path: "auth/token/create/job", capabilities: ["update"], reason: "Makes tokens of role job" },
    ]);
    expect(broker.grantPolicy.toHcl().match(/^path .*/gm)).toEqual(['path "auth/token/create/job" {']);
  });

  it("is there once in a stack, each of its names once", () => {
    const { stack, auth } = declare();
    expect(() => new TokenAuth(stack, "Again")).toThrow('auth method "token" is declared already');
    expect(() => auth.addRole("job")).toThrow();
    expect(auth.path).toBe("token");
  });
});
