import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { auditPage } from "./audit";
import { devicesWith } from "./audit-options";

export const auditAccessors: Guardrail = {
  id: "LH-SYS-005",
  title: "audit entries hold accessors as HMACs",
  why: "an accessor in the log lets its reader look the token up and revoke it",
  remedy: "leave hmac_accessor as it is, which is true",
  severity: alwaysError,
  references: [`${auditPage}#sensitive-information`],
  check: (declaration) =>
    devicesWith(declaration, "hmac_accessor", ["false", "0", "f"]).map((resource) => ({
      resource,
      problem: "hmac_accessor is false",
    })),
};
