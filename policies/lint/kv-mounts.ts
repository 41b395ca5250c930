import type { PolicyRule } from "../language/policy-rule";
import type { LintContext } from "./lint-rule";

/** What follows the mount's path in the API of KV version 2, and the capabilities that have a use there. */
export const kvEndpoints = {
  data: ["create", "read", "update", "patch", "delete"],
  metadata: ["create", "read", "update", "patch", "delete", "list"],
  subkeys: ["read"],
  delete: ["create", "update"],
  undelete: ["create", "update"],
  destroy: ["create", "update"],
  config: ["create", "read", "update"],
} as const;

/** Mounts that have a `data/` of another kind, or none. */
const others = ["sys", "auth", "identity", "cubbyhole"];

/** The mounts of KV version 2 that rules speak of, the longest first. */
function kvMountsOf(rules: readonly PolicyRule[], { kvMounts = ["secret"] }: LintContext): string[] {
  const given = kvMounts.map((mount) => mount.replace(/^\/+|\/+$/g, ""));
  const seen = rules.flatMap(({ path }) => {
    const mount = /^([^+*]+?)\/(?:data|metadata)(?:\/|$)/.exec(path)?.[1];
    return mount === undefined || others.includes(mount.split("/")[0] ?? "") ? [] : [mount];
  });
  const within = (mount: string) => given.some((each) => mount.startsWith(`${each}/`));
  return [...new Set([...given, ...seen.filter((mount) => !within(mount))])].sort((a, b) => b.length - a.length);
}

/** A rule in a mount of KV version 2. */
export interface KvRule {
  readonly rule: PolicyRule;
  readonly mount: string;
  /** What follows the mount. */
  readonly rest: string;
  /** Its first segment. */
  readonly endpoint: string;
}

/** The rules that lie in mounts of KV version 2. */
export function kvRulesOf(rules: readonly PolicyRule[], context: LintContext): KvRule[] {
  const mounts = kvMountsOf(rules, context);
  return rules.flatMap((rule) => {
    const mount = mounts.find((each) => rule.path.startsWith(`${each}/`));
    if (mount === undefined) return [];
    const rest = rule.path.slice(mount.length + 1);
    return [{ rule, mount, rest, endpoint: rest.split("/")[0] ?? "" }];
  });
}
