import { formatDuration } from "../../core/duration";
import { alwaysError } from "../../core/rule";
import { numberOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, roleType } from "./connection";

export const roleTtls: Guardrail = {
  id: "LH-DB-009",
  title: "a role's default TTL is within its max TTL",
  why: "Vault cuts the lease to the max TTL in silence, so credentials end before whoever uses them expects it",
  remedy: "lower default_ttl or raise max_ttl",
  severity: alwaysError,
  references: [`${connectionPage}#create-role`],
  check: (declaration) =>
    resourcesOf(declaration, roleType).flatMap((resource) => {
      const [ttl, max] = [numberOf(resource.arguments, "default_ttl"), numberOf(resource.arguments, "max_ttl")];
      if (ttl === undefined || max === undefined || max === 0 || ttl <= max) return [];
      return [{ resource, problem: `default_ttl ${formatDuration(ttl)} exceeds max_ttl ${formatDuration(max)}` }];
    }),
};
