import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { requireText, requireTexts } from "../core/texts";

const claimTypes = ["string", "glob"] as const;

/** What a role of a JWT or OIDC method demands and takes of a token's claims. A claim that begins with `/` is a JSON pointer. */
export interface ClaimOptions {
  /** What `sub` must be. @default any */
  readonly boundSubject?: string;
  /**
   * What other claims must be, or, if they are lists, must hold: one of the values. Only texts fit: Vault takes `"true"` for another
   * value than `true`. @default none
   */
  readonly boundClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** With `glob`, `*` in the values of boundClaims stands for any text. @default "string" */
  readonly boundClaimsType?: (typeof claimTypes)[number];
  /** Why whoever has a token for the audience may log in, in place of boundSubject and boundClaims. */
  readonly anyHolder?: string;
  /** The claim that names who logs in: each of its values becomes an entity. @default "sub" */
  readonly userClaim?: string;
  /** The claim with the groups, which external groups are aliases of; without it a token is refused. @default none */
  readonly groupsClaim?: string;
  /** Claims that become metadata of the token and its entity's alias, and the names that they get there. @default none */
  readonly claimMappings?: Readonly<Record<string, string>>;
}

/** The claims as the provider takes them. */
export interface ClaimAttributes {
  readonly boundSubject?: string;
  readonly boundClaims?: Record<string, string>;
  readonly boundClaimsType?: string;
  readonly disableBoundClaimsParsing?: boolean;
  readonly userClaim: string;
  readonly userClaimJsonPointer?: boolean;
  readonly groupsClaim?: string;
  readonly claimMappings?: Record<string, string>;
}

/**
 * @throws LeaseholdError when nothing is bound and no reason given, a binding would fit anything or nothing, or a name can't be used.
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt#bound-claims
 */
export function claimAttributes(where: string, options: ClaimOptions): ClaimAttributes {
  const { boundSubject, userClaim = "sub", groupsClaim, claimMappings } = options;
  requireBinding(where, options);
  return {
    ...(boundSubject === undefined ? {} : { boundSubject: requireText(where, "boundSubject", boundSubject) }),
    ...boundClaimAttributes(where, options),
    userClaim: requireText(where, "userClaim", userClaim),
    ...(userClaim.startsWith("/") ? { userClaimJsonPointer: true } : {}),
    ...(groupsClaim === undefined ? {} : { groupsClaim: requireText(where, "groupsClaim", groupsClaim) }),
    ...(claimMappings === undefined ? {} : { claimMappings: requireMappings(where, claimMappings) }),
  };
}

function requireBinding(where: string, { boundSubject, boundClaims = {}, anyHolder }: ClaimOptions): void {
  const isBound = boundSubject !== undefined || Object.keys(boundClaims).length > 0;
  if (anyHolder !== undefined) requireReason(where, "anyHolder", anyHolder);
  if (isBound === (anyHolder === undefined)) return;
  throw isBound
    ? new LeaseholdError(where, "anyHolder is given, and boundSubject or boundClaims too", "leave anyHolder out")
    : new LeaseholdError(
        where,
        "boundSubject and boundClaims are missing: whoever has a token for the audience could log in",
        "bind one of them, or say in anyHolder why that is right here",
      );
}

function boundClaimAttributes(where: string, { boundClaims = {}, boundClaimsType = "string" }: ClaimOptions) {
  requireChoice(where, "boundClaimsType", boundClaimsType, claimTypes);
  const claims = Object.entries(boundClaims).map(([claim, values]) => ({
    claim: requireText(where, "boundClaims", claim),
    values: requireTexts(where, `boundClaims.${claim}`, Array.isArray(values) ? values : [values as string]),
  }));
  if (claims.length === 0) return {};
  for (const { claim, values } of claims) {
    for (const value of values) requireMeantGlob(where, `boundClaims.${claim}`, value, boundClaimsType);
  }
  return {
    boundClaims: Object.fromEntries(claims.map(({ claim, values }) => [claim, values.join(",")])),
    boundClaimsType,
    ...commaAttributes(where, claims),
  };
}

function requireMeantGlob(where: string, field: string, value: string, type: "string" | "glob"): void {
  if (!value.includes("*")) return;
  if (type === "string") {
    throw new LeaseholdError(
      where,
      `${field} ${show(value)} has a *, which stands for itself`,
      'set boundClaimsType: "glob" if it stands for any text, or leave it out',
    );
  }
  if (/[^*]/.test(value)) return;
  throw new LeaseholdError(where, `${field} ${show(value)} fits anything`, "write what the value begins or ends with");
}

/** The provider has one text a claim, and parts it at commas, in all claims of a role or in none. */
function commaAttributes(
  where: string,
  claims: readonly { readonly claim: string; readonly values: readonly string[] }[],
) {
  const withComma = claims.find(({ values }) => values.some((value) => value.includes(",")));
  if (withComma === undefined) return {};
  const withList = claims.find(({ values }) => values.length > 1);
  if (withList === undefined) return { disableBoundClaimsParsing: true };
  throw new LeaseholdError(
    where,
    `boundClaims.${withComma.claim} has a value with a comma, and boundClaims.${withList.claim} several values`,
    "the provider can't tell them apart: make a role for each value",
  );
}

function requireMappings(where: string, mappings: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(["role"]); // Vault's own
  for (const [claim, name] of Object.entries(mappings)) {
    requireText(where, "claimMappings", claim);
    if (/^[A-Za-z0-9_.-]+$/.test(name) && !names.has(name)) {
      names.add(name);
      continue;
    }
    throw new LeaseholdError(
      where,
      `claimMappings.${claim} ${show(name)} ${names.has(name) ? "is taken" : "can't name metadata"}`,
      "use another name of letters, digits, `_`, `-` and `.`; Vault keeps `role` to itself",
    );
  }
  return { ...mappings };
}
