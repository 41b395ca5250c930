import { LeaseholdError, show } from "../core/errors";

const template = /\{\{[^{}]*\}\}/g;
const segmentPattern = /^[^*+{}"\\\p{Cc}]+$/u;

/**
 * The path of a secret or of a folder of secrets, below its mount. Identity templates such as `{{identity.entity.name}}` can be part
 * of it.
 *
 * @throws LeaseholdError when it is empty, has an empty segment, or one with a character that policies give a meaning.
 */
export function requireSecretPrefix(where: string, field: string, value: string): string {
  const segments = typeof value === "string" ? value.replace(template, "x").split("/") : [];
  const sound =
    segments.length > 0 && segments.every((segment) => segmentPattern.test(segment) && !/^\.+$/.test(segment));
  if (sound && !/[$%]\{/.test(value)) return value;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't be the path of a secret`,
    'name a secret or a folder as in "app/production", without "/" at either end and without * or +; what is below it is meant too',
  );
}
