import { LeaseholdError } from "../../constructs/core/errors";
import { PolicyTokens } from "../parser/policy-tokens";
import { readTree, requireShallow, type TreeEntry, UnreadableText } from "../parser/policy-tree";
import type { Charset, PasswordRecipe } from "./password-strength";

/**
 * Reads a password policy as Vault has it, in HCL or JSON.
 *
 * @throws LeaseholdError whose `where` is `file:line:column`, where it is none, or has a rule that Vault does not know.
 */
export function parsePasswordPolicy(text: string, file: string): PasswordRecipe {
  const source = new PolicyTokens(text);
  try {
    requireShallow(source);
    const isJson = text.trimStart().startsWith("{");
    return recipeOf(readTree(source, isJson ? "json" : "hcl"));
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    const { line, column } = source.placeOf(error.at);
    throw new LeaseholdError(`${file}:${line}:${column}`, `the password policy ${error.problem}`, error.remedy);
  }
}

function recipeOf(entries: readonly TreeEntry[]): PasswordRecipe {
  const charsets: Charset[] = [];
  let length: number | undefined;
  for (const entry of entries) {
    if (entry.key === "length" && length === undefined) length = wholeOf(entry);
    else if (entry.key === "rule") charsets.push(...rulesOf(entry));
    else throw unknownKey(entry, "length and rule");
  }
  if (length === undefined || length < 1) throw new UnreadableText(0, "has no length", "give one, such as length = 24");
  if (charsets.length === 0) throw new UnreadableText(0, "has no rule", 'add one, such as rule "charset" {...}');
  return { length, charsets };
}

/** In HCL a block with its type as label, in JSON that type's name as a key of each rule. */
function rulesOf({ at, labels, value }: TreeEntry): Charset[] {
  const [type, ...more] = labels;
  if (type !== undefined) {
    if (type !== "charset" || more.length > 0 || !("entries" in value)) {
      throw new UnreadableText(
        at,
        `has a rule ${labels.join(" ")}`,
        'write rule "charset" {...}, the only one there is',
      );
    }
    return [charsetOf(at, value.entries)];
  }
  const rules = "items" in value ? value.items : [value];
  return rules.flatMap((rule) => {
    if (!("entries" in rule))
      throw new UnreadableText(rule.at, "has a rule that is no object", 'write {"charset": {...}}');
    return rule.entries.flatMap((entry) => {
      if (entry.key !== "charset") throw unknownKey(entry, "charset");
      const bodies = "items" in entry.value ? entry.value.items : [entry.value];
      return bodies.map((body) => {
        if ("entries" in body) return charsetOf(body.at, body.entries);
        throw new UnreadableText(
          body.at,
          "has a charset that is no object",
          'write {"charset": "abc", "min-chars": 1}',
        );
      });
    });
  });
}

function charsetOf(at: number, entries: readonly TreeEntry[]): Charset {
  let [characters, minChars]: [string | undefined, number | undefined] = [undefined, undefined];
  for (const entry of entries) {
    const { key, value } = entry;
    if (key === "charset" && characters === undefined && "literal" in value && typeof value.literal === "string")
      characters = value.literal;
    else if (key === "min-chars" && minChars === undefined) minChars = wholeOf(entry);
    else throw unknownKey(entry, "one charset in quotes and one min-chars");
  }
  if (characters === undefined || characters === "")
    throw new UnreadableText(at, "has a rule without characters", "give it a charset");
  return { characters, minChars: minChars ?? 0 };
}

function wholeOf({ key, value }: TreeEntry): number {
  if ("literal" in value && typeof value.literal === "number" && Number.isInteger(value.literal) && value.literal >= 0)
    return value.literal;
  throw new UnreadableText(value.at, `has a ${key} that is no whole number`, "write one of 0 or more");
}

function unknownKey({ at, key }: TreeEntry, expected: string): UnreadableText {
  return new UnreadableText(at, `has ${key} where it can't be`, `write ${expected}`);
}
