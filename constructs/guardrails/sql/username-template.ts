import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { templateFindings } from "./template-findings";

export const usernameTemplate: Guardrail = {
  id: "LH-SQL-004",
  title: "no login's name reaches a statement",
  why: "people choose the names that LDAP and OIDC give them, and with .DisplayName in a user's name they write SQL",
  remedy: "leave usernameTemplate out, or hash the display name",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/username-templating"],
  check: (declaration) => templateFindings(declaration, "unsafe"),
};
