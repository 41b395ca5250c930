import { alwaysError } from "../../core/rule";
import { listOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { jwtPage, jwtRoleType } from "./jwt";

export const jwtAudience: Guardrail = {
  id: "LH-AUTH-007",
  title: "a JWT login takes tokens that were made for Vault",
  why: "without an audience any token of the issuer logs in, also one that was given to another service",
  remedy: "set bound_audiences, and have the issuer put one of them into the token",
  severity: alwaysError,
  references: [jwtPage],
  check: (declaration) =>
    resourcesOf(declaration, jwtRoleType)
      // With OIDC the audience is the client, always. It is what Vault takes a role for that says nothing.
      .filter(({ arguments: given }) => given["role_type"] === "jwt")
      .filter(({ arguments: given }) => listOf(given, "bound_audiences").length === 0)
      .map((resource) => ({ resource, problem: "bound_audiences is empty" })),
};
