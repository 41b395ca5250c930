import { fillTemplates, hasBrokenTemplate, type Identity } from "./identity";
import { PathAccess } from "./path-access";
import { PathPattern } from "./path-pattern";
import { PatternIndex } from "./pattern-index";
import type { PolicyRule } from "../language/policy-rule";
import { type PolicyServer, unknownCapabilities } from "./policy-server";

/** A policy by the name that it has in Vault. A `PolicyDocument` has `rules`. */
export interface NamedPolicy {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

/** The rules of several policies for one identity, by what they match. */
export class Acl {
  /** Why the server can't read the policies, so that nothing is allowed; undefined where it can. */
  readonly problem: string | undefined;
  private readonly exact: ReadonlyMap<string, PathAccess>;
  private readonly patterns: PatternIndex<PathAccess>;

  constructor(
    policies: readonly NamedPolicy[],
    identity: Identity,
    private readonly server: PolicyServer,
  ) {
    const byPath = new Map<string, PathAccess>();
    const problems: string[] = [];
    for (const { name, rules } of policies) {
      for (const rule of rules) {
        const filled = fillTemplates(rule.path, identity, server);
        const pattern = "path" in filled ? new PathPattern(filled.path) : undefined;
        const problem = "forbidden" in filled ? forbiddenValue(filled.forbidden) : problemOf(rule, pattern, server);
        if (problem !== undefined) problems.push(`policy ${name}: path ${JSON.stringify(rule.path)} ${problem}`);
        if (pattern === undefined) continue;
        const access = byPath.get(pattern.path) ?? new PathAccess(pattern, server);
        byPath.set(pattern.path, access);
        access.add({ policy: name, rule });
      }
    }
    const all = [...byPath.values()];
    this.problem = problems.at(0);
    this.exact = new Map([...byPath].filter(([, { pattern }]) => pattern.exact));
    this.patterns = new PatternIndex(all.filter(({ pattern }) => !pattern.exact));
  }

  /** What decides on a path; undefined where nothing matches. */
  on(path: string, listing: boolean): PathAccess | undefined {
    const exact = this.exact.get(path);
    if (exact !== undefined) return exact;
    if (!listing || !path.endsWith("/")) return this.patterns.match(path);
    const folder = path.slice(0, -1);
    const [first, second] = this.server === "vault" ? [folder, path] : [path, folder];
    return this.exact.get(folder) ?? this.patterns.match(first) ?? this.patterns.match(second);
  }
}

/** Why the server refuses the policy when it is written, or every request once it is written or when its templates are filled in. */
function problemOf(rule: PolicyRule, pattern: PathPattern | undefined, server: PolicyServer): string | undefined {
  if (hasBrokenTemplate(rule.path)) return "has braces without a pair";
  const unknown = unknownCapabilities[server].find((each) => rule.capabilities.includes(each));
  if (unknown !== undefined) return `has capability ${unknown}, which the server does not know`;
  return pattern?.readable === false ? "has a + before a *" : undefined;
}

function forbiddenValue(selector: string): string {
  return `has {{${selector}}}, which stands for a text with /, + or * in it`;
}
