import { alwaysError } from "../../core/rule";
import { listOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { appRolePage, appRoleType } from "./approle";

export const appRoleBinding: Guardrail = {
  id: "LH-AUTH-001",
  title: "an AppRole needs a SecretID, or is bound to networks",
  why: "the RoleID is no secret: whoever has read it once logs in from anywhere",
  remedy: "let the login need a SecretID, or name the networks that it comes from",
  severity: alwaysError,
  references: [appRolePage],
  check: (declaration) =>
    resourcesOf(declaration, appRoleType)
      .filter(({ arguments: given }) => given["bind_secret_id"] === false)
      .filter(({ arguments: given }) => {
        const networks = [...listOf(given, "secret_id_bound_cidrs"), ...listOf(given, "token_bound_cidrs")];
        return networks.length === 0 || networks.some((network) => network.endsWith("/0"));
      })
      .map((resource) => ({ resource, problem: "bind_secret_id is false, and the login is bound to no network" })),
};
