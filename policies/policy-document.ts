import { LeaseholdError } from "../constructs/core/errors";
import { capabilities, type Capability } from "./capability";
import { type AccessorOf, withAccessors } from "./identity-template";
import type { PolicyRule } from "./policy-rule";

/** Rules of one policy. Rules on one path are one rule, and the order in which they were added does not show. */
export class PolicyDocument {
  private readonly byPath = new Map<string, { capabilities: Set<Capability>; reasons: Set<string> }>();

  constructor(rules: Iterable<PolicyRule> = []) {
    for (const rule of rules) this.add(rule);
  }

  /**
   * @throws LeaseholdError when Vault would not read the path as it is meant, or no capability is given.
   */
  add(rule: PolicyRule): void {
    requireSoundPath(rule.path);
    if (rule.capabilities.length === 0) {
      throw new LeaseholdError(
        `policy rule on ${rule.path}`,
        "capabilities is empty",
        `give one or more of ${capabilities.join(", ")}`,
      );
    }
    const merged = this.byPath.get(rule.path) ?? { capabilities: new Set(), reasons: new Set() };
    for (const capability of rule.capabilities) merged.capabilities.add(capability);
    merged.reasons.add(rule.reason.replace(/\s+/g, " ").trim());
    this.byPath.set(rule.path, merged);
  }

  /** The rules by path, their capabilities in Vault's order. */
  get rules(): PolicyRule[] {
    return [...this.byPath.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, { capabilities: allowed, reasons }]) => ({
        path,
        capabilities: capabilities.filter((each) => allowed.has(each)),
        reason: [...reasons].sort().join("; "),
      }));
  }

  /** The policy in HCL, the same for the same rules whatever their order. */
  toHcl(accessorOf: AccessorOf = (path) => `@${path}`): string {
    return this.rules
      .map(({ path, capabilities: allowed, reason }) =>
        [
          `# ${reason}`,
          `path "${withAccessors(path, accessorOf)}" {`,
          `  capabilities = [${allowed.map((each) => JSON.stringify(each)).join(", ")}]`,
          `}\n`,
        ].join("\n"),
      )
      .join("\n");
  }
}

function requireSoundPath(path: string): void {
  const problem =
    path === ""
      ? "is empty"
      : path.startsWith("/")
        ? "begins with /, which Vault never matches"
        : /["\\\n\r]|\$\{|%\{/.test(path)
          ? "holds a character that would end the string in HCL"
          : /\*(?!$)/.test(path)
            ? "has a * before its end, where it stands for itself"
            : /[^/]\+|\+[^/]/.test(path)
              ? "has a + that is not a whole segment, which Vault refuses or takes for itself"
              : undefined;
  if (problem !== undefined) {
    throw new LeaseholdError(
      "policy rule",
      `path ${JSON.stringify(path)} ${problem}`,
      "write a path as Vault's API has it, with + for one segment and * at the end only",
    );
  }
}
