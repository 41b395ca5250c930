import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { templateFindings } from "./template-findings";

export const usernameLength: Guardrail = {
  id: "LH-SQL-014",
  title: "users' names fit the server",
  why: "PostgreSQL cuts a name at 63 characters, so that its revocation names nobody, and MySQL refuses one over 32",
  remedy: "end the template with | truncate 63, or 32 for MySQL and MariaDB",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/username-templating"],
  check: (declaration) => templateFindings(declaration, "long"),
};
