import { capabilities, type Capability } from "./capability";
import type { PolicyDocument } from "./policy-document";

/** A policy by the name that it has in Vault. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** What may be done on a path, and which rule says so. */
export interface Verdict {
  /** In the order of the API; `deny` alone where nothing may be done. */
  readonly capabilities: readonly Capability[];
  /** The pattern that decides, and the policies that have it; undefined where none matches. */
  readonly by?: { readonly pattern: string; readonly policies: readonly string[] } | undefined;
}

/**
 * Whose rules count. They differ in one point: a listing of a folder is looked up with and without its slash at the end, and of
 * the two Vault tries the name without it first, OpenBao the name with it.
 */
export type PolicyServer = "vault" | "openbao";

/** Rules of several policies on one pattern. */
interface Rule {
  readonly pattern: string;
  readonly policies: string[];
  readonly capabilities: Set<Capability>;
}

/**
 * Says what a token with certain policies may do on a path, as Vault does. Policies that share a pattern add up, `deny` in any of
 * them takes everything; of several patterns that match one decides alone: the exact one, else the one whose first `+` or `*`
 * comes last.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#priority-matching
 */
export class Evaluator {
  private readonly exact = new Map<string, Rule>();
  private readonly patterns = new Map<string, Rule>();

  constructor(
    policies: readonly NamedPolicy[],
    private readonly product: PolicyServer = "vault",
  ) {
    for (const { name, document } of policies) {
      for (const rule of document.rules) this.add(name, rule.path, rule.capabilities);
    }
  }

  /** What `sys/capabilities` answers for the path, which asks as a listing would. */
  on(path: string): Verdict {
    return verdictOf(this.deciding(path, true));
  }

  /** Whether one thing may be done. `sudo` alone allows nothing: it comes on top of what the request needs. */
  allows(path: string, capability: Exclude<Capability, "deny">): boolean {
    return verdictOf(this.deciding(path, capability === "list")).capabilities.includes(capability);
  }

  private add(policy: string, pattern: string, granted: readonly Capability[]): void {
    const rules = isPattern(pattern) ? this.patterns : this.exact;
    const rule = rules.get(pattern) ?? { pattern, policies: [], capabilities: new Set() };
    rules.set(pattern, rule);
    rule.policies.push(policy);
    for (const capability of granted) rule.capabilities.add(capability);
  }

  private deciding(path: string, lists: boolean): Rule | undefined {
    const exact = this.exact.get(path);
    if (exact !== undefined) return exact;
    if (!lists || !path.endsWith("/")) return this.matching(path);
    const folder = path.slice(0, -1);
    const [first, second] = this.product === "vault" ? [folder, path] : [path, folder];
    return this.exact.get(folder) ?? this.matching(first) ?? this.matching(second);
  }

  private matching(path: string): Rule | undefined {
    return [...this.patterns.values()]
      .filter(({ pattern }) => matches(pattern, path))
      .sort((a, b) => byPriority(b.pattern, a.pattern))
      .at(0);
  }
}

function verdictOf(rule: Rule | undefined): Verdict {
  if (rule === undefined) return { capabilities: ["deny"] };
  const by = { pattern: rule.pattern, policies: rule.policies };
  const granted = capabilities.filter((each) => rule.capabilities.has(each));
  return { capabilities: granted.includes("deny") || granted.length === 0 ? ["deny"] : granted, by };
}

function isPattern(path: string): boolean {
  return path.endsWith("*") || hasSegments(path);
}

/** A `+` stands for a segment only where it is one. */
function hasSegments(path: string): boolean {
  return path.split("/").includes("+");
}

function matches(pattern: string, path: string): boolean {
  const open = pattern.endsWith("*");
  const text = open ? pattern.slice(0, -1) : pattern;
  if (!hasSegments(text)) return path.startsWith(text);
  const [wanted, given] = [text.split("/"), path.split("/")];
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, at) => {
    if (segment === "+" || segment === given[at]) return true;
    return open && at === wanted.length - 1 && (given[at] ?? "").startsWith(segment);
  });
}

/** Less than zero when `a` gives way to `b`. */
function byPriority(a: string, b: string): number {
  const [left, right] = [a, b].map(traitsOf) as [Traits, Traits];
  return (
    left.firstWildcard - right.firstWildcard ||
    Number(right.open) - Number(left.open) ||
    right.segments - left.segments ||
    left.text.length - right.text.length ||
    (left.text < right.text ? -1 : 1)
  );
}

interface Traits {
  readonly text: string;
  readonly open: boolean;
  readonly segments: number;
  readonly firstWildcard: number;
}

function traitsOf(pattern: string): Traits {
  const open = pattern.endsWith("*");
  const text = open ? pattern.slice(0, -1) : pattern;
  const segments = text.split("/").filter((segment) => segment === "+").length;
  return { text, open, segments, firstWildcard: segments > 0 ? text.indexOf("+") : text.length };
}
