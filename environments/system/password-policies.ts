import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { charsetNames } from "../../policies/passwords/charsets";
import { requirePasswordRules } from "../../policies/passwords/password-rules";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { name } from "../fields";
import { duplicates, type Misfit, unknown } from "../misfit";

const charset = z.strictObject({
  charset: z.enum(charsetNames).optional(),
  characters: z.string().optional(),
  minChars: z.int().min(0).optional(),
});

/**
 * Rules for the passwords that Vault makes, which connections name in `passwordPolicy`.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/password-policies
 */
export const passwordPolicy = z.strictObject({
  name,
  /** Characters in a password. */
  length: z.int(),
  /** What they are made of, and how many of each there are at least. */
  charsets: z.array(charset),
  /** @default 80 */
  minEntropyBits: z.int().optional(),
});

export type DeclaredPasswordPolicy = z.output<typeof passwordPolicy>;

/** What of an environment, or of one of its namespaces, password policies are about. */
interface WithPasswords {
  readonly passwordPolicies: readonly DeclaredPasswordPolicy[];
  readonly databases: readonly { readonly passwordPolicy?: string | undefined }[];
}

/** Policies that are declared twice, that no password can be made by, and those that connections name and nobody declares. */
export function checkPasswordPolicies({ passwordPolicies, databases }: WithPasswords): Misfit[] {
  const names = passwordPolicies.map(({ name }) => name);
  return [
    ...duplicates(
      "password policy",
      names.map((each, at) => ({ name: each, path: ["passwordPolicies", at, "name"] })),
    ),
    ...passwordPolicies.flatMap((policy, at) => unsound(policy, ["passwordPolicies", at])),
    ...databases.flatMap(({ passwordPolicy: used }, at) =>
      used === undefined ? [] : unknown("password policy", [used], names, ["databases", at, "passwordPolicy"]),
    ),
  ];
}

function unsound(policy: DeclaredPasswordPolicy, path: (string | number)[]): Misfit[] {
  try {
    requirePasswordRules("", policy);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    return [{ path, message: `${thrown.problem}: ${thrown.remedy}` }];
  }
}

/** What whoever deploys them needs. Not each by its name: what is declared no more has to be removed too. */
export function passwordPolicyRules({ passwordPolicies }: WithPasswords): PolicyRule[] {
  if (passwordPolicies.length === 0) return [];
  return [
    {
      path: "sys/policies/password/+",
      capabilities: ["create", "read", "update", "delete"],
      reason: "Password policies",
    },
  ];
}
