import { PolicyDocument } from "../../policies/language/policy-document";
import { isUnconditional, type PolicyRule } from "../../policies/language/policy-rule";

/**
 * What is granted, so that no grant takes anything away. Of all patterns that match a path Vault lets the narrowest decide alone: a
 * grant to write `secret/data/app/state` would end the right to read it that `secret/data/app/*` gives. Each granted rule therefore
 * repeats what the next wider one allows, be that a grant or a rule that stands already.
 */
export function withWhatStands(granted: readonly PolicyRule[], standing: readonly PolicyRule[]): PolicyRule[] {
  const written = new Set(standing.map(({ path }) => path));
  const known = new Map(new PolicyDocument(standing).rules.map((rule) => [rule.path, rule]));
  const grants = new PolicyDocument(granted).rules;
  const all: PolicyRule[] = [];
  // By length, so that whatever is wider comes first.
  for (const rule of grants.sort((a, b) => textOf(a.path).length - textOf(b.path).length)) {
    // A rule on the very path decides there already, and Vault adds the grant to it.
    const wider = written.has(rule.path) ? undefined : nextWider(rule.path, known);
    const added = wider !== undefined && isPlain(wider) && isPlain(rule) ? [{ ...wider, path: rule.path }] : [];
    all.push(rule, ...added);
    const [complete] = new PolicyDocument([rule, ...added]).rules;
    if (complete !== undefined) known.set(rule.path, complete);
  }
  return all;
}

/** A rule with conditions, or one that denies, can't be repeated elsewhere without allowing or refusing more. */
function isPlain(rule: PolicyRule): boolean {
  return !rule.capabilities.includes("deny") && isUnconditional(rule);
}

/** The narrowest of the patterns with `*` at their end that cover the path. */
function nextWider(path: string, known: ReadonlyMap<string, PolicyRule>): PolicyRule | undefined {
  const text = textOf(path);
  for (let length = path === text ? text.length : text.length - 1; length >= 0; length -= 1) {
    const wider = known.get(`${text.slice(0, length)}*`);
    if (wider !== undefined) return wider;
  }
  return undefined;
}

function textOf(path: string): string {
  return path.endsWith("*") ? path.slice(0, -1) : path;
}
