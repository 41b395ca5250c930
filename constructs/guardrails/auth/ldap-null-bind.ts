import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { ldapPage, ldapType } from "./ldap";

export const ldapNullBind: Guardrail = {
  id: "LH-AUTH-010",
  title: "an empty password is no password",
  why: "many directories take a login with an empty password for an anonymous one and say yes",
  remedy: "leave deny_null_bind as it is, which is true",
  severity: alwaysError,
  references: [ldapPage, "https://www.rfc-editor.org/rfc/rfc4513#section-5.1.2"],
  check: (declaration) =>
    resourcesOf(declaration, ldapType)
      .filter(({ arguments: given }) => given["deny_null_bind"] === false)
      .map((resource) => ({ resource, problem: "deny_null_bind is false" })),
};
