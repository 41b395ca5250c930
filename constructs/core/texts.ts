import { LeaseholdError, show } from "./errors";

/**
 * The text itself, when it can be a value that Vault compares letter by letter.
 *
 * @throws LeaseholdError that names `where` and `field` unless it has letters, none of them a control character, no spaces around
 * it, and nothing that Terraform would fill in.
 */
export function requireText(where: string, field: string, value: string): string {
  if (typeof value === "string" && /^\S(?:.*\S)?$/su.test(value) && !/\p{Cc}|[$%]\{/u.test(value)) return value;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't be compared with`,
    "give the text exactly as it has to be, without spaces around it, control characters, ${ or %{",
  );
}

/**
 * The texts themselves.
 *
 * @throws LeaseholdError that names `where` and `field` unless there is one at least and each can be compared.
 */
export function requireTexts(where: string, field: string, values: readonly string[]): string[] {
  if (values.length === 0) throw new LeaseholdError(where, `${field} is empty`, "give at least one");
  return values.map((value) => requireText(where, field, value));
}
