import { requireChoice } from "./choices";
import { type Duration, parseDuration, parseTtlPair } from "./duration";
import { LeaseholdError } from "./errors";
import { requireCidrs } from "./networks";
import { requireWhole } from "./numbers";

/**
 * What the tokens of a login are like; every auth method's roles have these.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/tokens
 */
export interface TokenOptions {
  /** How long a token lives before it must be renewed. @default "20m" */
  readonly tokenTtl?: Duration;
  /**
   * How long a token lives at most. Every lease dies with the token that asked for it.
   * @default "24h", or none with tokenPeriod
   */
  readonly tokenMaxTtl?: Duration;
  /** Makes the token periodic: it lives as long as it is renewed within this time. @default not periodic */
  readonly tokenPeriod?: Duration;
  /** Networks that the token may be used from, in CIDR form. @default any */
  readonly tokenCidrs?: readonly string[];
  /** How many requests a token is good for, 1 to 1000000. Such a token can't hold leases. @default any number */
  readonly tokenUses?: number;
  /**
   * `service` tokens can be renewed and revoked, and hold leases; `batch` tokens are light and end on their own.
   * @default what the method is tuned to, else service
   */
  readonly tokenType?: "service" | "batch";
  /** Leave out Vault's own policy `default`. @default false */
  readonly noDefaultPolicy?: boolean;
}

/** The attributes that every login resource of the provider has for its tokens, by the names that they all use. */
export interface TokenAttributes {
  readonly tokenTtl: number;
  readonly tokenMaxTtl?: number;
  readonly tokenPeriod?: number;
  readonly tokenBoundCidrs?: string[];
  readonly tokenNumUses?: number;
  readonly tokenType?: string;
  readonly tokenNoDefaultPolicy?: boolean;
}

/**
 * The token options as the provider takes them.
 *
 * @throws LeaseholdError when a TTL is malformed or inverted, options exclude each other, or a limit or network can't be used.
 */
export function tokenAttributes(where: string, options: TokenOptions): TokenAttributes {
  const { tokenCidrs, tokenUses, tokenType, noDefaultPolicy = false } = options;
  if (tokenType === "batch" && (options.tokenPeriod !== undefined || tokenUses !== undefined)) {
    throw new LeaseholdError(
      where,
      `tokenType batch excludes ${options.tokenPeriod === undefined ? "tokenUses" : "tokenPeriod"}`,
      "take service tokens, or leave it out",
    );
  }
  return {
    ...tokenTtls(where, options),
    ...(tokenCidrs === undefined ? {} : { tokenBoundCidrs: requireCidrs(where, "tokenCidrs", tokenCidrs) }),
    ...(tokenUses === undefined ? {} : { tokenNumUses: requireWhole(where, "tokenUses", tokenUses, 1, 1_000_000) }),
    ...(tokenType === undefined
      ? {}
      : { tokenType: requireChoice(where, "tokenType", tokenType, ["service", "batch"]) }),
    ...(requireChoice(where, "noDefaultPolicy", noDefaultPolicy, [true, false]) ? { tokenNoDefaultPolicy: true } : {}),
  };
}

function tokenTtls(where: string, { tokenTtl = "20m", tokenMaxTtl, tokenPeriod }: TokenOptions) {
  if (tokenPeriod === undefined) {
    const ttl = parseTtlPair(where, { defaultTtl: tokenTtl, maxTtl: tokenMaxTtl ?? "24h" }, [
      "tokenTtl",
      "tokenMaxTtl",
    ]);
    return { tokenTtl: ttl.default, tokenMaxTtl: ttl.max };
  }
  if (tokenMaxTtl !== undefined) {
    throw new LeaseholdError(
      where,
      `tokenPeriod ${tokenPeriod} and tokenMaxTtl ${tokenMaxTtl} exclude each other`,
      "keep tokenPeriod for a program that runs on, tokenMaxTtl for one that ends",
    );
  }
  return {
    tokenTtl: parseDuration(where, "tokenTtl", tokenTtl),
    tokenPeriod: parseDuration(where, "tokenPeriod", tokenPeriod),
  };
}
