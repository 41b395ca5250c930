import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { kubernetesPage, kubernetesRoleType } from "./kubernetes";

export const kubernetesAudience: Guardrail = {
  id: "LH-AUTH-005",
  title: "a Kubernetes login takes tokens that were made for Vault",
  why: "without an audience any token of the account logs in, also one that was given to another service",
  remedy: "set audience, and have the pod's token made for it",
  severity: alwaysError,
  references: [`${kubernetesPage}#create-update-role`],
  check: (declaration) =>
    resourcesOf(declaration, kubernetesRoleType)
      .filter(({ arguments: given }) => (textOf(given, "audience") ?? "") === "")
      .map((resource) => ({ resource, problem: "audience is not set" })),
};
