import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { auditPage } from "./audit";
import { devicesWith } from "./audit-options";

export const auditRaw: Guardrail = {
  id: "LH-SYS-003",
  title: "audit entries hold no secrets",
  why: "with log_raw every password and token that Vault hands out stands in the log",
  remedy: "leave log_raw out; sys/audit-hash finds a value that is known",
  severity: alwaysError,
  references: [`${auditPage}#sensitive-information`],
  check: (declaration) =>
    devicesWith(declaration, "log_raw", ["true", "1", "t"]).map((resource) => ({
      resource,
      problem: "log_raw is true",
    })),
};
