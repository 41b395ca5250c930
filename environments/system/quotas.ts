import { z } from "zod";
import { show } from "../../constructs/core/errors";
import { isPathInMount } from "../../constructs/core/names";
import { duration, mountPath, name } from "../fields";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { duplicates, type Misfit } from "../misfit";

/** What every quota can be told. */
const quota = {
  name,
  /** The mount that it limits, with `auth/` in front where that is an auth method's. @default the whole server */
  path: mountPath.optional(),
  /** What it limits below the mount, with `*` at its end all that begins so. @default all of it */
  below: z
    .string()
    .refine(isPathInMount, {
      error: ({ input }) => `${show(input)} is no path in a mount: write it as in "creds/app-readonly" or "login*"`,
    })
    .optional(),
  /** Limits logins by this role of an auth method alone. @default all */
  role: name.optional(),
  inheritable: z.boolean().optional(),
};

/**
 * How many requests a client may send, by its address.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/rate-limit-quotas
 */
export const rateLimit = z.strictObject({
  ...quota,
  rate: z.number().positive(),
  /** @default "1s" */
  interval: duration.optional(),
  /** How long a client that asked too often is refused everything. @default not at all */
  blockInterval: duration.optional(),
});

/**
 * How many leases may live, which Vault Enterprise alone limits.
 *
 * @see https://developer.hashicorp.com/vault/docs/enterprise/lease-count-quotas
 */
export const leaseCountQuota = z.strictObject({ ...quota, maxLeases: z.int().min(1) });

export type DeclaredRateLimit = z.output<typeof rateLimit>;
export type DeclaredLeaseCountQuota = z.output<typeof leaseCountQuota>;

export interface WithQuotas {
  readonly rateLimits: readonly DeclaredRateLimit[];
  readonly leaseCountQuotas: readonly DeclaredLeaseCountQuota[];
}

const kinds = ["rateLimits", "leaseCountQuotas"] as const;

/** Quotas that share a name, those that Vault would refuse for what they limit, and those of two that limit the same. */
export function checkQuotas(environment: WithQuotas): Misfit[] {
  return kinds.flatMap((kind) => {
    const quotas = environment[kind];
    return [
      ...duplicates(
        "quota",
        quotas.map((each, at) => ({ name: each.name, path: [kind, at, "name"] })),
      ),
      ...quotas.flatMap((each, at) => misplaced(each, [kind, at])),
    ];
  });
}

function misplaced(
  { path, below, role }: Pick<DeclaredRateLimit, "path" | "below" | "role">,
  place: (string | number)[],
): Misfit[] {
  if (below !== undefined && path === undefined) {
    return [{ path: [...place, "below"], message: `${show(below)} is given without path: name the mount in path` }];
  }
  if (role === undefined || (path?.startsWith("auth/") === true && below === undefined)) return [];
  return [
    {
      path: [...place, "role"],
      message: `${show(role)} limits logins: name their auth method alone, as in path "auth/approle"`,
    },
  ];
}

/** What whoever deploys them needs. */
export function quotaRules({ rateLimits, leaseCountQuotas }: WithQuotas): PolicyRule[] {
  const rule = (kind: "rate-limit" | "lease-count", what: string): PolicyRule => ({
    path: `sys/quotas/${kind}/+`,
    capabilities: ["create", "read", "update", "delete"],
    reason: what,
  });
  return [
    ...(rateLimits.length > 0 ? [rule("rate-limit", "Limits of requests")] : []),
    ...(leaseCountQuotas.length > 0 ? [rule("lease-count", "Limits of leases")] : []),
  ];
}
