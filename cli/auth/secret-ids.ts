import { z } from "zod";
import { VaultRefusal, type VaultClient, type WrappedAnswer } from "../vault-client";

/** A role of an AppRole method. */
export interface AppRolePlace {
  /** Where the method is mounted below `auth/`. */
  readonly path: string;
  readonly role: string;
}

/** What a SecretID is bound to besides the limits of its role, which it can't exceed. */
export interface SecretIdLimits {
  /** Seconds. @default the role's */
  readonly ttl?: number | undefined;
  /** @default the role's */
  readonly uses?: number | undefined;
  /** Networks that a login with it may come from; the role's, if it has some, must hold them. @default the role's */
  readonly cidrs?: readonly string[] | undefined;
  /** Goes into the metadata of the tokens, and so into the audit log. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A SecretID that exists. Its value is nobody's to read. */
export interface SecretId {
  readonly accessor: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970; undefined where it has no end. */
  readonly expires: number | undefined;
  /** Logins that it is still good for; undefined for any number. */
  readonly usesLeft: number | undefined;
  readonly cidrs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

const secretIdAnswer = z.object({ data: z.object({ secret_id: z.string(), secret_id_accessor: z.string() }) });
const lookUpAnswer = z
  .object({
    data: z.object({
      creation_time: z.string(),
      expiration_time: z.string(),
      secret_id_num_uses: z.number(),
      cidr_list: z.array(z.string()).nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  })
  .optional();

/**
 * A new SecretID in a wrapping token that opens once: whoever carries it there can't use it unnoticed.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/approle#generate-new-secret-id
 */
export function issueWrapped(
  vault: VaultClient,
  role: AppRolePlace,
  limits: SecretIdLimits,
  wrapTtlSeconds: number,
): Promise<WrappedAnswer> {
  return vault.wrap(`${pathOf(role)}/secret-id`, bodyOf(limits), wrapTtlSeconds);
}

/** A new SecretID as it is. */
export async function issueUnwrapped(
  vault: VaultClient,
  role: AppRolePlace,
  limits: SecretIdLimits,
): Promise<{ readonly secretId: string; readonly accessor: string }> {
  const { data } = await vault.ask(`${pathOf(role)}/secret-id`, bodyOf(limits), secretIdAnswer);
  return { secretId: data.secret_id, accessor: data.secret_id_accessor };
}

/** The role's SecretIDs, the oldest first. */
export async function listSecretIds(vault: VaultClient, role: AppRolePlace): Promise<SecretId[]> {
  const found: SecretId[] = [];
  for (const accessor of await vault.list(`${pathOf(role)}/secret-id`)) {
    const secretId = await lookUp(vault, role, accessor);
    if (secretId !== undefined) found.push(secretId);
  }
  return found.sort((a, b) => a.created - b.created);
}

/** Ends a SecretID; tokens that it has opened live on. */
export function destroySecretId(vault: VaultClient, role: AppRolePlace, accessor: string): Promise<void> {
  return vault.write(`${pathOf(role)}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
}

async function lookUp(vault: VaultClient, role: AppRolePlace, accessor: string): Promise<SecretId | undefined> {
  try {
    const path = `${pathOf(role)}/secret-id-accessor/lookup`;
    const answer = await vault.ask(path, { secret_id_accessor: accessor }, lookUpAnswer);
    if (answer === undefined) return undefined;
    const { data } = answer;
    const expires = Date.parse(data.expiration_time);
    return {
      accessor,
      created: Date.parse(data.creation_time),
      expires: expires > 0 ? expires : undefined, // Vault writes the year 1 for none
      usesLeft: data.secret_id_num_uses === 0 ? undefined : data.secret_id_num_uses,
      cidrs: data.cidr_list ?? [],
      metadata: data.metadata ?? {},
    };
  } catch (thrown) {
    // Used up or ended since it was listed.
    if (thrown instanceof VaultRefusal && thrown.status === 404) return undefined;
    throw thrown;
  }
}

function pathOf({ path, role }: AppRolePlace): string {
  return `auth/${path}/role/${role}`;
}

function bodyOf({ ttl, uses, cidrs, metadata }: SecretIdLimits): Record<string, unknown> {
  return {
    ...(ttl === undefined ? {} : { ttl }),
    ...(uses === undefined ? {} : { num_uses: uses }),
    ...(cidrs === undefined ? {} : { cidr_list: [...cidrs] }),
    ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
  };
}
