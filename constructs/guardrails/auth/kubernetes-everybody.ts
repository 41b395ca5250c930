import { alwaysError } from "../../core/rule";
import { listOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { kubernetesPage, kubernetesRoleType } from "./kubernetes";

const isAnything = (name: string) => /^\*+$/.test(name);

export const kubernetesEverybody: Guardrail = {
  id: "LH-AUTH-004",
  title: "a Kubernetes login is not for every account of every namespace",
  why: "every program of the cluster, and whoever may start one, could log in",
  remedy: "name the service accounts, or the namespaces",
  severity: alwaysError,
  references: [`${kubernetesPage}#create-update-role`],
  check: (declaration) =>
    resourcesOf(declaration, kubernetesRoleType)
      .filter(({ arguments: given }) =>
        ["bound_service_account_names", "bound_service_account_namespaces"].every((list) =>
          listOf(given, list).some(isAnything),
        ),
      )
      .map((resource) => ({
        resource,
        problem: "bound_service_account_names and bound_service_account_namespaces are both *",
      })),
};
