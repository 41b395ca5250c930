import { LeaseholdError, show } from "../core/errors";

const namePattern = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.@ -]{0,126}[\p{L}\p{N}_.@-])?$/u;

/**
 * The name of an entity or a group. Policies may be templated with it, so it holds nothing that has a meaning in their paths.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireIdentityName(where: string, field: string, value: string): string {
  if (typeof value === "string" && namePattern.test(value)) return value;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't name an entity or a group`,
    "use letters, digits, `_`, `-`, `.`, `@` and inner spaces, beginning with a letter or digit, 128 characters at most",
  );
}

/** The name of the policy of an entity or a group: what its own name has that a policy's can't becomes `-`. */
export function identityPolicyName(kind: "entity" | "group", name: string): string {
  return `${kind}-${name.replace(/[^A-Za-z0-9_.-]/g, "-")}`;
}

/**
 * What an auth method calls whoever logs in, or a group of theirs: a user's name, a claim, a DN, an ARN.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireAliasName(where: string, field: string, value: string): string {
  if (typeof value === "string" && isText(value, 512) && value.trim() === value && value !== "") return value;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't be an alias`,
    "give the name exactly as the auth method has it, 512 characters at most, without spaces around it or ${ in it",
  );
}

/** Most pairs, and most characters of a key and of a value, that Vault takes. */
const limits = { pairs: 64, key: 128, value: 512 };

/**
 * Metadata of an entity, a group or an alias.
 *
 * @throws LeaseholdError that names `where`, `field` and the key.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/identity/entity#metadata
 */
export function requireMetadata(
  where: string,
  field: string,
  metadata: Readonly<Record<string, string>>,
): Record<string, string> {
  const pairs = Object.entries(metadata);
  if (pairs.length > limits.pairs) {
    throw new LeaseholdError(where, `${field} has ${pairs.length} pairs`, `give ${limits.pairs} at most`);
  }
  for (const [key, value] of pairs) {
    if (!/^[A-Za-z0-9_.-]+$/.test(key) || key.length > limits.key) {
      throw new LeaseholdError(
        where,
        `${field} has the key ${show(key)}`,
        `use letters, digits, \`_\`, \`-\` and \`.\`, ${limits.key} characters at most`,
      );
    }
    if (typeof value !== "string" || !isText(value, limits.value)) {
      throw new LeaseholdError(
        where,
        `${field}.${key} is ${show(value)}`,
        `give text of ${limits.value} characters at most, without \${ in it`,
      );
    }
  }
  return { ...metadata };
}

/** Text without control characters, and without what Terraform would fill in. */
function isText(value: string, longest: number): boolean {
  return value.length <= longest && !/[\p{Cc}]|[$%]\{/u.test(value);
}
