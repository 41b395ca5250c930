import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { kubernetesPage } from "./kubernetes";

const argumentsWithToken = ["token_reviewer_jwt", "token_reviewer_jwt_wo"] as const;

export const kubernetesReviewer: Guardrail = {
  id: "LH-AUTH-006",
  title: "no reviewer token is pasted",
  why: "it lives until its account is deleted, and whoever finds it asks the cluster about tokens",
  remedy: "have Vault use its own account in the cluster, or each login's own token",
  severity: errorFromStaging,
  references: [
    `${kubernetesPage}#configure-method`,
    "https://developer.hashicorp.com/vault/docs/auth/kubernetes#how-to-work-with-short-lived-kubernetes-tokens",
  ],
  check: (declaration) =>
    resourcesOf(declaration, "vault_kubernetes_auth_backend_config").flatMap((resource) =>
      argumentsWithToken
        .filter((argument) => resource.arguments[argument] !== undefined)
        .map((argument) => ({ resource, problem: `${argument} gives Vault a token that lives long` })),
    ),
};
