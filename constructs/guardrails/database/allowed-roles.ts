import { alwaysError } from "../../core/rule";
import { listOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, connectionsOf } from "./connection";

export const allowedRoles: Guardrail = {
  id: "LH-DB-007",
  title: "a connection names the roles that may use it",
  why: "with * whoever may write roles of the mount gets users in every database of it",
  remedy: "name the roles one by one",
  severity: alwaysError,
  references: [`${connectionPage}#allowed_roles`],
  check: (declaration) =>
    connectionsOf(declaration)
      .filter(({ common }) => listOf(common, "allowed_roles").some((each) => each.includes("*")))
      .map(({ resource }) => ({
        resource,
        problem: 'allowed_roles holds "*", which lets any role of the mount use it',
      })),
};
