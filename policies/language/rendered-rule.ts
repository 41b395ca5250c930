import { LeaseholdError } from "../../constructs/core/errors";
import { type AccessorOf, withAccessors } from "./identity-template";
import { sortedEntries } from "./parameter-values";
import { type ParameterValue, type ParameterValues, type PolicyRule, type RuleField, ruleKeys } from "./policy-rule";

/** Names and values in lines: `"key" = value` in HCL, `"key": value` in JSON. */
type Sign = " = " | ": ";

/**
 * A rule in HCL, its reason above it.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax
 */
export function renderHcl(rule: PolicyRule, accessorOf: AccessorOf): string {
  const lines = fieldsOf(rule).map(([key, value]) => `  ${key} = ${rendered(value, " = ", "  ")}\n`);
  const comment = rule.reason === "" ? "" : `# ${rule.reason}\n`;
  return `${comment}path "${withAccessors(rule.path, accessorOf)}" {\n${lines.join("")}}\n`;
}

/**
 * A rule as a member of `path` in a JSON policy, its reason under `comment`, which the server reads over.
 *
 * @throws LeaseholdError when a list has a boolean or a list in it: the server leaves these out of JSON, and takes an empty list for
 * any value.
 */
export function renderJson(rule: PolicyRule, accessorOf: AccessorOf): string {
  const values = [...Object.values(rule.allowedParameters ?? {}), ...Object.values(rule.deniedParameters ?? {})];
  if (values.some(losesValuesInJson)) {
    throw new LeaseholdError(
      `policy rule on ${rule.path}`,
      "a parameter has true, false or a list for a value, which Vault leaves out of a policy in JSON",
      "write the policy in HCL",
    );
  }
  const comment: [string, string][] = rule.reason === "" ? [] : [["comment", rule.reason]];
  const members = [...comment, ...fieldsOf(rule)].map(
    ([key, value]) => `      "${key}": ${rendered(value, ": ", "      ")}`,
  );
  return `    "${withAccessors(rule.path, accessorOf)}": {\n${members.join(",\n")}\n    }`;
}

function losesValuesInJson(value: ParameterValue): boolean {
  if (typeof value !== "object") return false;
  const members: readonly ParameterValue[] = Object.values(value);
  return (
    members.some(losesValuesInJson) ||
    (Array.isArray(value) && members.some((each) => typeof each === "boolean" || Array.isArray(each)))
  );
}

function fieldsOf(rule: PolicyRule): [string, FieldValue][] {
  return (Object.entries(ruleKeys) as [RuleField, string][]).flatMap(([field, key]) => {
    const value = rule[field];
    return value === undefined ? [] : [[key, value]];
  });
}

type FieldValue = string | readonly string[] | ParameterValues;

/** A field's value: a block of parameters has a line for each. */
function rendered(value: FieldValue, sign: Sign, indent: string): string {
  if (typeof value === "string" || Array.isArray(value)) return inline(value as ParameterValue, sign);
  const lines = sortedEntries(value as ParameterValues).map(
    ([name, values]) => `${indent}  ${quoted(name)}${sign}${inline(values, sign)}`,
  );
  return `{\n${lines.join(sign === ": " ? ",\n" : "\n")}\n${indent}}`;
}

function inline(value: ParameterValue, sign: Sign): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly ParameterValue[]).map((each) => inline(each, sign)).join(", ")}]`;
  }
  const members = sortedEntries(value as Readonly<Record<string, ParameterValue>>);
  return `{${members.map(([key, each]) => `${quoted(key)}${sign}${inline(each, sign)}`).join(", ")}}`;
}

/**
 * A string that Vault's HCL, the HCL of Terraform and JSON read alike. `${` and `%{` are escaped because Terraform would fill
 * them in, and because Vault's HCL does not look for the end of the string before the brace is closed.
 */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]|[\u0000-\u001f\u007f\u2028\u2029\ufeff\ue123]|[$%](?=\{)/g, (sign) =>
    sign === '"' || sign === "\\" ? `\\${sign}` : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
