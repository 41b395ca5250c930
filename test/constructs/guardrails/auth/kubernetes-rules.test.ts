import { KubernetesAuthBackendConfig } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-config";
import {
  KubernetesAuthBackendRole,
  type KubernetesAuthBackendRoleConfig,
} from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import type { TerraformStack } from "cdktf";
import { KubernetesAuth } from "../../../../constructs/auth/kubernetes-auth";
import { KubernetesReviewer } from "../../../../constructs/auth/kubernetes-reviewer";
import { SecretInput } from "../../../../constructs/core/secret-input";
import { kubernetesAudience } from "../../../../constructs/guardrails/auth/kubernetes-audience";
import { kubernetesEverybody } from "../../../../constructs/guardrails/auth/kubernetes-everybody";
import { kubernetesReviewer } from "../../../../constructs/guardrails/auth/kubernetes-reviewer";
import { findingsOf } from "../../../helpers/guardrails";

const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const host = "https://kubernetes.default.svc";

function raw(config: Partial<KubernetesAuthBackendRoleConfig>) {
  return (stack: TerraformStack) =>
    new KubernetesAuthBackendRole(stack, "Shop", {
      backend: "kubernetes",
      roleName: "shop",
      boundServiceAccountNames: ["shop"],
      boundServiceAccountNamespaces: ["shop"],
      ...config,
    });
}

function declared(stack: TerraformStack): void {
  const auth = new KubernetesAuth(stack, "Kubernetes", { host });
  auth.addRole("shop", { audience: "vault", serviceAccounts: ["shop"], namespaces: ["shop"] });
}

describe("LH-AUTH-004", () => {
  const anything = { boundServiceAccountNames: ["*"], boundServiceAccountNamespaces: ["shop", "*"] };

  it("refuses every account of every namespace", () => {
    expect(findingsOf(kubernetesEverybody, raw(anything))).toEqual([
      "Shop: bound_service_account_names and bound_service_account_namespaces are both *",
    ]);
  });

  it("has nothing against * for one of the two", () => {
    expect(findingsOf(kubernetesEverybody, raw({ ...anything, boundServiceAccountNames: ["shop"] }))).toEqual([]);
    expect(findingsOf(kubernetesEverybody, raw({ ...anything, boundServiceAccountNamespaces: ["shop"] }))).toEqual([]);
    expect(findingsOf(kubernetesEverybody, declared)).toEqual([]);
  });
});

describe("LH-AUTH-005", () => {
  it.each([{}, { audience: "" }])("wants an audience: %j", (config) => {
    expect(findingsOf(kubernetesAudience, raw(config))).toEqual(["Shop: audience is not set"]);
  });

  it("has nothing against a role with one", () => {
    expect(findingsOf(kubernetesAudience, raw({ audience: "vault" }))).toEqual([]);
    expect(findingsOf(kubernetesAudience, declared)).toEqual([]);
  });
});

describe("LH-AUTH-006", () => {
  it("refuses a reviewer's token", () => {
    const declare = (stack: TerraformStack) =>
      new KubernetesAuthBackendConfig(stack, "Config", { kubernetesHost: host, tokenReviewerJwt: "pasted" });
    expect(findingsOf(kubernetesReviewer, declare)).toEqual([
      "Config: token_reviewer_jwt gives Vault a token that lives long",
    ]);
  });

  it("takes the construct's reason for one", () => {
    const declare = (stack: TerraformStack) => {
      const reviewer = KubernetesReviewer.token(SecretInput.variable("reviewer"), { reason: "Vault is outside" });
      new KubernetesAuth(stack, "Kubernetes", { host, reviewer, certificateAuthority: certificate });
    };
    expect(findingsOf(kubernetesReviewer, declare)).toEqual([
      "Kubernetes/Config: token_reviewer_jwt gives Vault a token that lives long [Vault is outside]",
    ]);
  });

  it("has nothing against Vault's own account, or the login's", () => {
    expect(findingsOf(kubernetesReviewer, declared)).toEqual([]);
    const client = (stack: TerraformStack) =>
      new KubernetesAuth(stack, "Kubernetes", {
        host,
        reviewer: KubernetesReviewer.client(),
        certificateAuthority: certificate,
      });
    expect(findingsOf(kubernetesReviewer, client)).toEqual([]);
  });
});
