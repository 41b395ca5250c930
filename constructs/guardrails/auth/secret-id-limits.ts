import { alwaysError } from "../../core/rule";
import { numberOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { appRolePage, appRoleType } from "./approle";

const limits = [
  ["secret_id_num_uses", "a SecretID is good for any number of logins"],
  ["secret_id_ttl", "a SecretID never expires"],
] as const;

export const secretIdLimits: Guardrail = {
  id: "LH-AUTH-002",
  title: "a SecretID ends, by time and by uses",
  why: "a SecretID that leaked logs in until somebody notices",
  remedy: "set secret_id_ttl and secret_id_num_uses, as low as the program's way of being started allows",
  severity: alwaysError,
  references: [appRolePage],
  check: (declaration) =>
    resourcesOf(declaration, appRoleType)
      .filter(({ arguments: given }) => given["bind_secret_id"] !== false)
      .flatMap((resource) =>
        limits
          // What is only known when it is deployed is given.
          .filter(([limit]) => (numberOf(resource.arguments, limit) ?? resource.arguments[limit] ?? 0) === 0)
          .map(([limit, meaning]) => ({ resource, problem: `${limit} is not set: ${meaning}` })),
      ),
};
