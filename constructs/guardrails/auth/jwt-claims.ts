import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { jwtPage, jwtRoleType } from "./jwt";

export const jwtClaims: Guardrail = {
  id: "LH-AUTH-008",
  title: "a JWT or OIDC login asks for more than an account at the issuer",
  why: "whoever has an account at the issuer, or a repository there, logs in",
  remedy: "bind claims that only those have who are meant, in bound_claims or bound_subject",
  severity: alwaysError,
  references: [jwtPage],
  check: (declaration) =>
    resourcesOf(declaration, jwtRoleType)
      .filter(({ arguments: given }) => {
        const claims = given["bound_claims"];
        const bound = typeof claims === "string" ? [claims] : Object.keys(claims ?? {});
        return bound.length === 0 && (textOf(given, "bound_subject") ?? "") === "";
      })
      .map((resource) => ({ resource, problem: "neither bound_claims nor bound_subject is set" })),
};
