import { ApproleAuthBackendLogin } from "@cdktf/provider-vault/lib/approle-auth-backend-login";
import {
  ApproleAuthBackendRole,
  type ApproleAuthBackendRoleConfig,
} from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { ApproleAuthBackendRoleSecretId } from "@cdktf/provider-vault/lib/approle-auth-backend-role-secret-id";
import { Token } from "@cdktf/provider-vault/lib/token";
import type { TerraformStack } from "cdktf";
import type { AppRoleOptions } from "../../../../constructs/auth/approle";
import { AppRoleAuth } from "../../../../constructs/auth/approle-auth";
import { appRoleBinding } from "../../../../constructs/guardrails/auth/approle-binding";
import { secretIdLimits } from "../../../../constructs/guardrails/auth/secret-id-limits";
import { secretsInState } from "../../../../constructs/guardrails/auth/secrets-in-state";
import { findingsOf } from "../../../helpers/guardrails";

/** A role as somebody declared it by the binding. */
function raw(config: Partial<ApproleAuthBackendRoleConfig>) {
  return (stack: TerraformStack) =>
    new ApproleAuthBackendRole(stack, "Ci", { backend: "approle", roleName: "ci", ...config });
}

function declared(options: AppRoleOptions = {}) {
  return (stack: TerraformStack) => new AppRoleAuth(stack, "AppRole").addRole("ci", options);
}

describe("LH-AUTH-001", () => {
  const problem = "Ci: bind_secret_id is false, and the login is bound to no network";

  it.each([{}, { secretIdBoundCidrs: [] }, { tokenBoundCidrs: ["10.0.0.0/8", "0.0.0.0/0"] }])(
    "refuses a login by the RoleID alone, with %j",
    (config) => {
      expect(findingsOf(appRoleBinding, raw({ bindSecretId: false, ...config }))).toEqual([problem]);
    },
  );

  it("has nothing against a SecretID or networks", () => {
    expect(findingsOf(appRoleBinding, raw({}))).toEqual([]);
    expect(findingsOf(appRoleBinding, raw({ bindSecretId: false, secretIdBoundCidrs: ["10.0.0.0/8"] }))).toEqual([]);
    expect(findingsOf(appRoleBinding, declared())).toEqual([]);
    expect(findingsOf(appRoleBinding, declared({ bindSecretId: false, tokenCidrs: ["10.0.0.0/8"] }))).toEqual([]);
  });
});

describe("LH-AUTH-002", () => {
  const uses = "Ci: secret_id_num_uses is not set: a SecretID is good for any number of logins";
  const ttl = "Ci: secret_id_ttl is not set: a SecretID never expires";

  it("wants both limits", () => {
    expect(findingsOf(secretIdLimits, raw({}))).toEqual([uses, ttl]);
    expect(findingsOf(secretIdLimits, raw({ secretIdNumUses: 0, secretIdTtl: 3600 }))).toEqual([uses]);
    expect(findingsOf(secretIdLimits, raw({ secretIdNumUses: 1, secretIdTtl: 0 }))).toEqual([ttl]);
  });

  it("has nothing against both, or where there is no SecretID", () => {
    expect(findingsOf(secretIdLimits, raw({ secretIdNumUses: 1, secretIdTtl: 3600 }))).toEqual([]);
    expect(findingsOf(secretIdLimits, raw({ bindSecretId: false, tokenBoundCidrs: ["10.0.0.0/8"] }))).toEqual([]);
    expect(findingsOf(secretIdLimits, declared())).toEqual([]);
  });
});

describe("LH-AUTH-003", () => {
  it("refuses what leaves a SecretID or a token in the state", () => {
    const declare = (stack: TerraformStack) => {
      new ApproleAuthBackendRoleSecretId(stack, "SecretId", { backend: "approle", roleName: "ci" });
      new ApproleAuthBackendLogin(stack, "Login", { roleId: "x", secretId: "y" });
      new Token(stack, "Token", { policies: ["readers"] });
    };
    expect(findingsOf(secretsInState, declare)).toEqual([
      "SecretId: vault_approle_auth_backend_role_secret_id leaves a SecretID in the state",
      "Login: vault_approle_auth_backend_login leaves a SecretID and a token in the state",
      "Token: vault_token leaves a token in the state",
    ]);
  });

  it("refuses a SecretID of one's own, also where the answer is wrapped", () => {
    const declare = (stack: TerraformStack) =>
      new ApproleAuthBackendRoleSecretId(stack, "SecretId", {
        roleName: "ci",
        secretId: "written here",
        wrappingTtl: "60s",
      });
    expect(findingsOf(secretsInState, declare)).toHaveLength(1);
  });

  it("has nothing against a wrapped one, or a login whose SecretIDs are issued elsewhere", () => {
    const wrapped = (stack: TerraformStack) =>
      new ApproleAuthBackendRoleSecretId(stack, "SecretId", { roleName: "ci", wrappingTtl: "60s" });
    expect(findingsOf(secretsInState, wrapped)).toEqual([]);
    expect(findingsOf(secretsInState, declared())).toEqual([]);
  });
});
