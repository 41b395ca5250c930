import { randomBytes } from "node:crypto";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { tokenAttributes, type TokenOptions } from "../../constructs/core/token-options";
import type { VaultClient, WrappedAnswer } from "../vault-client";

/** A user of a userpass method, and what is declared of its tokens. */
export interface UserpassLogin extends TokenOptions {
  /** Where the method is mounted below `auth/`. */
  readonly path: string;
  readonly name: string;
}

const generatedAnswer = z.object({ data: z.object({ password: z.string() }) });
const userAnswer = z.object({ data: z.object({ token_policies: z.array(z.string()) }) });

/** bcrypt looks no further. */
const mostBytes = 72;
const leastCharacters = 12;

/**
 * The password itself, when it can be one.
 *
 * @throws LeaseholdError that never repeats it.
 */
export function requirePassword(where: string, password: string): string {
  const bytes = Buffer.byteLength(password);
  if (password.length >= leastCharacters && bytes <= mostBytes && !/\p{Cc}/u.test(password)) return password;
  throw new LeaseholdError(
    where,
    `the password has ${password.length} characters and ${bytes} bytes${/\p{Cc}/u.test(password) ? ", a control character among them" : ""}`,
    `give ${leastCharacters} characters at least and ${mostBytes} bytes at most, on one line`,
  );
}

/** A password by a password policy of the server, or of 32 letters, digits, `-` and `_`. */
export async function generatePassword(vault: VaultClient, policy: string | undefined): Promise<string> {
  if (policy === undefined) return randomBytes(24).toString("base64url");
  const { data } = await vault.read(`sys/policies/password/${encodeURIComponent(policy)}/generate`, generatedAnswer);
  return data.password;
}

/** A password in a wrapping token, for whoever opens it first. */
export function wrapPassword(vault: VaultClient, password: string, ttlSeconds: number): Promise<WrappedAnswer> {
  return vault.wrap("sys/wrapping/wrap", { password }, ttlSeconds);
}

/**
 * Makes the user, or gives it another password, with the limits that are declared for its tokens. Policies of its record are left as
 * they are: what a declared user may do is its entity's.
 *
 * @returns the policies that its record has all the same; nobody declared them.
 * @see https://developer.hashicorp.com/vault/api-docs/auth/userpass#create-update-user
 */
export async function setPassword(vault: VaultClient, login: UserpassLogin, password: string): Promise<string[]> {
  const path = `auth/${login.path}/users/${login.name}`;
  await vault.write(path, { ...limitsOf(path, login), password });
  const { data } = await vault.read(path, userAnswer);
  return data.token_policies;
}

/** Every limit, so that one that is no longer declared goes. */
function limitsOf(where: string, login: UserpassLogin): Record<string, unknown> {
  const limits = tokenAttributes(where, login);
  return {
    token_ttl: limits.tokenTtl,
    token_max_ttl: limits.tokenMaxTtl ?? 0,
    token_period: limits.tokenPeriod ?? 0,
    token_bound_cidrs: limits.tokenBoundCidrs ?? [],
    token_num_uses: limits.tokenNumUses ?? 0,
    token_type: limits.tokenType ?? "default",
    token_no_default_policy: limits.tokenNoDefaultPolicy ?? false,
  };
}
