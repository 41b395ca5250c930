import { LeaseholdError, show } from "./errors";

/** What a name may be: it becomes part of a Vault path, an HCL policy and a Terraform address. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export const nameForm = "letters, digits, `_`, `-` and `.`, beginning with a letter or digit, 63 characters at most";

/** Whether a value can name a connection, role, policy or login. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= 63 && namePattern.test(value);
}

/** Whether a value can be the path of a mount: names joined by `/`, without one at either end. */
export function isMountPath(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.split("/").every(isName);
}

/** Whether a value can be a path in a mount, or with `*` at its end all paths that begin so. */
export function isPathInMount(value: unknown): value is string {
  return typeof value === "string" && isMountPath(value.replace(/\/?\*$/, ""));
}

/**
 * The name itself, when it can be one. Tokens (values that only Terraform knows) are refused on purpose: grants, policies and
 * `allowed_roles` are rendered from names before Terraform runs.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireName(where: string, field: string, value: string): string {
  if (!isName(value)) throw notAName(where, field, value, nameForm);
  return value;
}

/**
 * The mount path itself, when it can be one.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireMountPath(where: string, field: string, value: string): string {
  if (!isMountPath(value)) {
    throw notAName(where, field, value, `names joined by "/", without "/" at either end; a name is ${nameForm}`);
  }
  return value;
}

function notAName(where: string, field: string, value: unknown, expected: string): LeaseholdError {
  return new LeaseholdError(where, `${field} ${show(value)} can't be used in a Vault path`, `use ${expected}`);
}
