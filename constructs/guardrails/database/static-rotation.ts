import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, staticRoleType } from "./connection";

export const staticRotation: Guardrail = {
  id: "LH-DB-013",
  title: "a static role rotates by a period or by a schedule",
  why: "Vault refuses both together, and a role with neither never rotates",
  remedy: "give rotation_period or rotation_schedule",
  severity: alwaysError,
  references: [`${connectionPage}#rotation_period`],
  check: (declaration) =>
    resourcesOf(declaration, staticRoleType).flatMap((resource) => {
      const { rotation_period: period, rotation_schedule: schedule } = resource.arguments;
      if ((period === undefined) !== (schedule === undefined)) return [];
      const given = period === undefined ? "neither" : "both";
      return [{ resource, problem: `has ${given} of rotation_period and rotation_schedule` }];
    }),
};
