import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, staticRoleType } from "./connection";

/** Constructs acknowledge it by this id, where their `rotatesAtOnce` says so. */
export const staticRotatesAtOnceId = "LH-DB-016";

export const staticRotatesAtOnce: Guardrail = {
  id: staticRotatesAtOnceId,
  title: "whoever makes a static role knows that it rotates at once",
  why: "Vault changes the password the moment the role is made: what programs hold opens nothing from then on",
  remedy:
    "set rotatesAtOnce of StaticRole, set skip_import_rotation, or waive this once its users take the password from Vault",
  severity: alwaysError,
  references: [`${connectionPage}#create-static-role`],
  check: (declaration) =>
    resourcesOf(declaration, staticRoleType)
      .filter(({ arguments: given }) => given["skip_import_rotation"] !== true)
      .map((resource) => ({
        resource,
        problem: `nothing says that the users of ${textOf(resource.arguments, "username") ?? "the static role"} are prepared for its new password`,
      })),
};
