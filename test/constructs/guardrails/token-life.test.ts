import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import { GithubAuthBackend } from "@cdktf/provider-vault/lib/github-auth-backend";
import { GithubTeam } from "@cdktf/provider-vault/lib/github-team";
import { LdapAuthBackend } from "@cdktf/provider-vault/lib/ldap-auth-backend";
import { LdapAuthBackendGroup } from "@cdktf/provider-vault/lib/ldap-auth-backend-group";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { TokenAuthBackendRole } from "@cdktf/provider-vault/lib/token-auth-backend-role";
import type { TerraformStack } from "cdktf";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { TokenAuth } from "../../../constructs/auth/token-auth";
import type { TokenOptions } from "../../../constructs/core/token-options";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { tokenUses } from "../../../constructs/guardrails/database/token-uses";
import { tokenOutlived } from "../../../constructs/guardrails/database/token-outlived";
import { postgresOptions, roleOptions } from "../database/declarations";
import { findingsOf } from "../../helpers/guardrails";

type Tokens = Partial<
  Record<"tokenTtl" | "tokenMaxTtl" | "tokenExplicitMaxTtl" | "tokenPeriod" | "tokenNumUses", number>
> & {
  readonly tokenType?: string;
};

/** A login by the bindings with a policy on `path`, and a role whose leases live for an hour. */
function raw(tokens: Tokens, path = "database/creds/reader", capability = "read") {
  return (stack: TerraformStack) => {
    new DatabaseSecretBackendRole(stack, "Reader", {
      backend: "database",
      name: "reader",
      dbName: "orders",
      creationStatements: ["..."],
      defaultTtl: 3600,
    });
    new Policy(stack, "Readers", {
      name: "readers",
      policy: `path "${path}" {\n  capabilities = ["${capability}"]\n}`,
    });
    new ApproleAuthBackendRole(stack, "Ci", { roleName: "ci", tokenPolicies: ["readers"], ...tokens });
  };
}

describe("LH-DB-011", () => {
  const problem = (life: string) =>
    `Ci: token_max_ttl ${life} is under default_ttl 1h of database/creds/reader, which its policies open`;

  it.each([
    [{ tokenMaxTtl: 1800 }, "30m"],
    [{ tokenMaxTtl: 7200, tokenExplicitMaxTtl: 1800 }, "30m"],
    [{ tokenType: "batch", tokenTtl: 600 }, "10m"],
  ])("refuses tokens with %j", (tokens, life) => {
    expect(findingsOf(tokenOutlived, raw(tokens))).toEqual([problem(life)]);
  });

  it.each(["database/creds/*", "database/creds/+", "+/creds/reader", "database/*"])("sees what %s allows", (path) => {
    expect(findingsOf(tokenOutlived, raw({ tokenMaxTtl: 1800 }, path))).toEqual([problem("30m")]);
  });

  it.each([[{ tokenMaxTtl: 3600 }], [{ tokenMaxTtl: 1800, tokenPeriod: 600 }], [{ tokenTtl: 600 }], [{}]])(
    "has nothing against tokens with %j",
    (tokens) => {
      expect(findingsOf(tokenOutlived, raw(tokens))).toEqual([]);
    },
  );

  it.each([
    ["database/creds/readers", "read"],
    ["database/creds/reade+", "read"],
    ["database/creds/reader", "deny"],
    ["database/roles/reader", "read"],
  ])("has nothing against a login that may not have the lease, with %s (%s)", (path, capability) => {
    expect(findingsOf(tokenOutlived, raw({ tokenMaxTtl: 1800 }, path, capability))).toEqual([]);
  });

  it("judges groups and teams by their method's tokens", () => {
    const declare = (stack: TerraformStack) => {
      raw({})(stack);
      const ldap = new LdapAuthBackend(stack, "Ldap", { url: "ldaps://ldap", path: "people", tokenMaxTtl: 60 });
      new LdapAuthBackendGroup(stack, "Group", { backend: ldap.path, groupname: "dev", policies: ["readers"] });
      new GithubAuthBackend(stack, "GitHub", { organization: "example", tokenMaxTtl: 60 });
      new GithubTeam(stack, "Team", { team: "dev", policies: ["readers"] });
      new GithubTeam(stack, "Elsewhere", { backend: "other", team: "dev", policies: ["readers"] });
    };
    expect(findingsOf(tokenOutlived, declare)).toEqual([
      "Group: token_max_ttl 1m is under default_ttl 1h of database/creds/reader, which its policies open",
      "Team: token_max_ttl 1m is under default_ttl 1h of database/creds/reader, which its policies open",
    ]);
  });

  it("judges token roles by their explicit maximum and what they allow", () => {
    const declare = (stack: TerraformStack) => {
      raw({})(stack);
      new TokenAuthBackendRole(stack, "Job", {
        roleName: "job",
        allowedPolicies: ["readers"],
        tokenExplicitMaxTtl: 120,
      });
    };
    expect(findingsOf(tokenOutlived, declare)).toEqual([
      "Job: token_max_ttl 2m is under default_ttl 1h of database/creds/reader, which its policies open",
    ]);
  });
});

/** The constructs' own login, granted a role whose leases live for an hour. */
function declared(options: TokenOptions) {
  return (stack: TerraformStack) => {
    const role = new DatabaseSecretsEngine(stack, "Database")
      .addPostgres("orders", postgresOptions)
      .addRole("reader", roleOptions);
    role.grantCredentials(new AppRoleAuth(stack, "AppRole").addRole("ci", options));
    role.grantCredentials(new TokenAuth(stack, "Tokens").addRole("job"));
  };
}

describe("the tokens that the constructs give logins", () => {
  it("outlive the leases that they are granted, unless they are told not to", () => {
    expect(findingsOf(tokenOutlived, declared({}))).toEqual([]);
    expect(findingsOf(tokenOutlived, declared({ tokenPeriod: "10m" }))).toEqual([]);
    expect(findingsOf(tokenOutlived, declared({ tokenMaxTtl: "30m" }))).toEqual([
      "AppRole/ci: token_max_ttl 30m is under default_ttl 1h of database/creds/reader, which its policies open",
    ]);
  });

  it("are good for any number of uses, unless they are told not to", () => {
    expect(findingsOf(tokenUses, declared({}))).toEqual([]);
    expect(findingsOf(tokenUses, declared({ tokenUses: 5 }))).toEqual([
      "AppRole/ci: token_num_uses is 5, and its policies open database/creds/reader, whose leases end with the token",
    ]);
  });
});

describe("LH-DB-012", () => {
  it("refuses a limit of uses where there are leases to hold, and not elsewhere", () => {
    expect(findingsOf(tokenUses, raw({ tokenNumUses: 1 }))).toEqual([
      "Ci: token_num_uses is 1, and its policies open database/creds/reader, whose leases end with the token",
    ]);
    expect(findingsOf(tokenUses, raw({ tokenNumUses: 1 }, "secret/data/app"))).toEqual([]);
    expect(findingsOf(tokenUses, raw({ tokenNumUses: 0 }))).toEqual([]);
  });
});
