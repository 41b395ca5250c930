import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, staticRoleType } from "./connection";

export const staticWindow: Guardrail = {
  id: "LH-DB-014",
  title: "a rotation window goes with a schedule",
  why: "Vault refuses a window with a period: the apply fails halfway",
  remedy: "give rotation_schedule, or leave rotation_window out",
  severity: alwaysError,
  references: [`${connectionPage}#rotation_window`],
  check: (declaration) =>
    resourcesOf(declaration, staticRoleType)
      .filter(
        ({ arguments: given }) => given["rotation_window"] !== undefined && given["rotation_schedule"] === undefined,
      )
      .map((resource) => ({ resource, problem: "rotation_window is given without rotation_schedule" })),
};
