import { LeaseholdError, show } from "../core/errors";

/** A person's or group's name in a directory: it becomes part of a path of Vault's, where `/` would divide it. */
const namePattern = /^[\p{L}\p{N}_](?:[\p{L}\p{N} ._@&+'()-]*[\p{L}\p{N}._@&+'()-])?$/u;

/**
 * The name of a user or group of the directory, as Vault keeps it.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireLdapName(where: string, field: string, name: string, caseSensitive: boolean): string {
  if (typeof name === "string" && name.length <= 128 && namePattern.test(name)) {
    return caseSensitive ? name : name.toLowerCase();
  }
  throw new LeaseholdError(
    where,
    `${field} ${show(name)} can't be used in a Vault path`,
    "use letters, digits, blanks inside and any of `._@&+'()-`, 128 characters at most; not the name's DN",
  );
}

/**
 * A distinguished name, such as `ou=Users,dc=company,dc=com`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4514
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireDn(where: string, field: string, dn: string): string {
  if (/^[A-Za-z][A-Za-z0-9.-]*=[^=]/.test(dn) && !hasControlsOrInterpolation(dn)) return dn;
  throw new LeaseholdError(
    where,
    `${field} ${show(dn)} is not a distinguished name`,
    "write it as in ou=Users,dc=company,dc=com",
  );
}

/**
 * The name of an attribute, such as `uid`.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireAttribute(where: string, field: string, attribute: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(attribute)) return attribute;
  throw new LeaseholdError(
    where,
    `${field} ${show(attribute)} is not the name of an attribute`,
    "write it as the directory does, such as uid or cn",
  );
}

/**
 * A search filter with what Vault puts into it, such as `(&(objectClass=person)({{.UserAttr}}={{.Username}}))`.
 *
 * @throws LeaseholdError that names `where` and `field` when its parentheses are not even, or nothing of the person is in it:
 * it would then find the same for everybody.
 */
export function requireFilter(where: string, field: string, filter: string, anyOf: readonly string[]): string {
  const names = anyOf.map((name) => `{{.${name}}}`);
  if (!isBalanced(filter) || hasControlsOrInterpolation(filter)) {
    throw new LeaseholdError(
      where,
      `${field} ${show(filter)} is not a search filter`,
      "write it in parentheses, each closed, such as (&(objectClass=person)(uid={{.Username}}))",
    );
  }
  if (names.some((name) => filter.includes(name))) return filter;
  throw new LeaseholdError(
    where,
    `${field} ${show(filter)} finds the same for everybody who logs in`,
    `put ${names.join(" or ")} into it`,
  );
}

/** Brackets of the search filter; those that Vault's template writes hold no others. */
function isBalanced(filter: string): boolean {
  let depth = 0;
  for (const character of filter) {
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (depth === 0) return false;
    if (depth < 0) return false;
  }
  return depth === 0 && filter !== "";
}

function hasControlsOrInterpolation(text: string): boolean {
  return /\p{Cc}|\$\{|%\{/u.test(text);
}
