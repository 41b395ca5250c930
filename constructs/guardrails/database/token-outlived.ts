import { formatDuration } from "../../core/duration";
import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { leaseHolders } from "./lease-holders";

export const tokenOutlived: Guardrail = {
  id: "LH-DB-011",
  title: "a token lives as long as the leases that it asks for",
  why: "a lease dies with the token that asked for it: the application loses its user long before the lease says so",
  remedy: "raise token_max_ttl, make the token periodic, or lower the role's default_ttl",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/lease#lease-revocation"],
  check: (declaration) =>
    leaseHolders(declaration).flatMap(({ resource, maxTtl, isPeriodic, role }) => {
      if (maxTtl === undefined || isPeriodic || maxTtl >= role.defaultTtl) return [];
      return [
        {
          resource,
          problem: `token_max_ttl ${formatDuration(maxTtl)} is under default_ttl ${formatDuration(role.defaultTtl)} of ${role.path}, which its policies open`,
        },
      ];
    }),
};
