import { statementGuardrail } from "./statement-findings";

export const placeholders = statementGuardrail({
  id: "LH-SQL-016",
  title: "statements hold the placeholders that Vault fills in, and no others",
  why: "Vault leaves an unknown placeholder in the statement, and a user without its name or password can be neither made nor found",
  remedy: "use {{name}}, {{password}} and {{expiration}}",
  references: ["https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role"],
  kinds: ["placeholder"],
});
