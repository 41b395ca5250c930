import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { parsePolicy } from "../../policies/parser/parse-policy";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { allContents } from "../namespaces/contents";
import type { Environment } from "../schema";

/** The rules of policy files, by the names that environments use for them. */
export type PolicyLibrary = ReadonlyMap<string, readonly PolicyRule[]>;

const folder = join(__dirname, "..", "..", "policies", "library");

/**
 * The policy files that environments name.
 *
 * @throws LeaseholdError when one is not there or can't be read.
 */
export async function loadPolicyLibrary(environments: readonly Environment[]): Promise<PolicyLibrary> {
  const names = environments
    .flatMap(allContents)
    .flatMap(({ contents: { policies } }) => policies.flatMap(({ library }) => library ?? []));
  const library = new Map<string, readonly PolicyRule[]>();
  for (const name of new Set(names)) library.set(name, await rulesOf(name));
  return library;
}

async function rulesOf(name: string): Promise<readonly PolicyRule[]> {
  const file = `policies/library/${name}.hcl`;
  let text: string;
  try {
    text = readFileSync(join(folder, `${name}.hcl`), "utf8");
  } catch {
    throw new LeaseholdError(file, "there is no such file, and an environment names it", "write it, or name another");
  }
  return (await parsePolicy(text, { file })).rules;
}
