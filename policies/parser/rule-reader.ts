import { formatDuration, type Duration } from "../../constructs/core/duration";
import { LeaseholdError, show } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import type { Capability } from "../language/capability";
import { PolicyDocument } from "../language/policy-document";
import {
  type ParameterValue,
  type ParameterValues,
  type PolicyRule,
  type RuleField,
  ruleKeys,
} from "../language/policy-rule";
import type { Place, PolicyTokens } from "./policy-tokens";
import type { TreeEntry, TreeValue } from "./policy-tree";

/** A rule and the place where it begins. */
export type LocatedRule = PolicyRule & Place;

const fields = Object.fromEntries(
  (Object.entries(ruleKeys) as [RuleField, string][]).map(([field, key]) => [key, field]),
) as Readonly<Record<string, RuleField>>;

/** Keys that a server accepts and Leasehold does not, each with why and what to do. */
const refused: Readonly<Record<string, readonly [string, string]>> = {
  mfa_methods: ["is of Vault Enterprise's old MFA", "demand a second factor of the login"],
  control_group: [
    "is not supported: Vault has it in Enterprise alone",
    "remove it, or keep this policy out of Leasehold",
  ],
  expiration: ["is OpenBao's alone, and Vault refuses the policy", "give the grant an end in code, or the login a TTL"],
  pagination_limit: ["is OpenBao's alone, and Vault refuses the policy", "remove it"],
  list_scan_response_keys_filter_path: ["is OpenBao's alone, and Vault refuses the policy", "remove it"],
  allowed_client_cidrs: [
    "is a parameter that no server has: addresses are bound by the login, not by a policy",
    "set tokenBoundCidrs on the logins that have this policy",
  ],
};

/** What Vault makes of the old form. */
const oldPolicies: Readonly<Record<string, readonly Capability[]>> = {
  deny: ["deny"],
  read: ["read", "list"],
  write: ["create", "read", "update", "delete", "list"],
  sudo: ["create", "read", "update", "delete", "list", "sudo"],
};

/** Makes rules of a policy's keys and values, and refuses what is wrong at its place. */
export class RuleReader {
  constructor(
    private readonly source: PolicyTokens,
    private readonly whereOf: (at: number) => string,
  ) {}

  rules(tree: readonly TreeEntry[]): { readonly document: PolicyDocument; readonly rules: readonly LocatedRule[] } {
    const document = new PolicyDocument();
    const rules: LocatedRule[] = [];
    const byPath = new Map<string, LocatedRule[]>();
    for (const block of tree.flatMap((entry) => this.blocksOf(entry))) {
      const rule = this.rule(block, document);
      const before = byPath.get(rule.path) ?? [];
      this.requireOneMeaning(rule, before, block.at);
      byPath.set(rule.path, [...before, rule]);
      rules.push(rule);
    }
    return { document, rules };
  }

  /** The rules of one key of the policy: a block in HCL, an object of them (or a list of such) in JSON. */
  private blocksOf(entry: TreeEntry): TreeEntry[] {
    if (entry.key === "name") {
      throw this.refusal(
        entry.at,
        "name has no effect: a policy is called as it is written to the server",
        "remove it",
      );
    }
    if (entry.key !== "path") throw this.refusal(entry.at, `${entry.key} is no key of a policy`, "did you mean path?");
    if (entry.isBlock && entry.labels.length === 1) return [{ ...entry, key: entry.labels[0] ?? "", labels: [] }];
    const given = "items" in entry.value ? entry.value.items : [entry.value];
    if (entry.isBlock || entry.labels.length > 0) throw this.notAPath(entry.at);
    return given.flatMap((each) => {
      if (!("entries" in each)) throw this.notAPath(each.at);
      return each.entries;
    });
  }

  private notAPath(at: number): LeaseholdError {
    return this.refusal(at, "path has no single name with rules", `write path "secret/data/app" { ... }`);
  }

  private rule(block: TreeEntry, document: PolicyDocument): LocatedRule {
    if (!("entries" in block.value)) throw this.notAPath(block.value.at);
    const places = new Map<string, number>();
    const found: Partial<Record<RuleField, unknown>> = {};
    const reasons = [this.source.commentAbove(block.at)];
    for (const { key, at, labels, value } of block.value.entries) {
      const before = places.get(key);
      if (before !== undefined) {
        throw this.refusal(at, `${key} is there already on line ${this.source.placeOf(before).line}`, "write it once");
      }
      places.set(key, at);
      if (key === "comment") {
        reasons.push(this.text(key, value));
        continue;
      }
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (field === undefined || labels.length > 0) throw this.unknownKey(key, at, value);
      found[field] = this.fieldOf(field, key, value);
    }
    if (found.capabilities === undefined) {
      throw this.refusal(block.at, `path ${show(block.key)} has no capabilities`, `add capabilities = ["read"]`);
    }
    const rule = { path: block.key, reason: reasons.filter((each) => each !== "").join("; "), ...found } as PolicyRule;
    document.add(rule, {
      where: (field) => this.whereOf((field === "path" ? undefined : places.get(ruleKeys[field])) ?? block.at),
      name: (field) => ruleKeys[field],
    });
    return { ...rule, ...this.source.placeOf(block.at) };
  }

  private unknownKey(key: string, at: number, value: TreeValue): LeaseholdError {
    const known = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (known !== undefined) return this.refusal(at, `${key} ${known[0]}`, known[1]);
    if (key === "policy") {
      const old = "literal" in value ? String(value.literal) : "";
      const meant = (Object.hasOwn(oldPolicies, old) ? oldPolicies[old] : undefined) ?? ["read"];
      return this.refusal(
        at,
        `policy = ${show(old)} is a form that Vault had before capabilities`,
        `write capabilities = [${meant.map((each) => show(each)).join(", ")}]`,
      );
    }
    const keys = Object.values(ruleKeys);
    const near = nearest(key, keys);
    return this.refusal(
      at,
      `${key} is no key of a rule, and the server refuses the policy`,
      near === undefined ? `write one of ${keys.join(", ")}` : `did you mean ${near}?`,
    );
  }

  private fieldOf(field: RuleField, key: string, value: TreeValue): unknown {
    switch (field) {
      case "allowedParameters":
      case "deniedParameters":
        return this.parameters(key, value);
      case "minWrappingTtl":
      case "maxWrappingTtl":
        return this.duration(key, value);
      default:
        return this.list(key, value).map((each) => this.text(key, each));
    }
  }

  private list(key: string, value: TreeValue): readonly TreeValue[] {
    if ("items" in value) return value.items;
    throw this.refusal(value.at, `${key} is not a list`, `write ${key} = [...]`);
  }

  private text(key: string, value: TreeValue): string {
    if ("literal" in value && typeof value.literal === "string") return value.literal;
    throw this.refusal(value.at, `${key} has a value that is not text`, "write text in quotes");
  }

  private parameters(key: string, value: TreeValue): ParameterValues {
    if (!("entries" in value)) {
      throw this.refusal(value.at, `${key} has no names with values`, `write ${key} = { "name" = ["value"] }`);
    }
    const seen = new Map<string, number>();
    for (const { key: name, at, labels } of value.entries) {
      if (labels.length > 0) throw this.refusal(at, `${key} ${show(name)} is a block`, `write "${name}" = ["value"]`);
      const before = seen.get(name.toLowerCase());
      if (before !== undefined) {
        const { line } = this.source.placeOf(before);
        throw this.refusal(at, `${key} ${show(name)} is there already on line ${line}`, "write it once, in lower case");
      }
      seen.set(name.toLowerCase(), at);
    }
    return Object.fromEntries(
      value.entries.map((each) => [
        each.key,
        this.list(`${key} ${show(each.key)}`, each.value).map((item) => this.plain(item)),
      ]),
    );
  }

  private plain(value: TreeValue): ParameterValue {
    if ("literal" in value) return value.literal;
    if ("items" in value) return value.items.map((each) => this.plain(each));
    return Object.fromEntries(value.entries.map(({ key, value: each }) => [key, this.plain(each)]));
  }

  /** Whole seconds, as a number or text, or Vault's form of a duration, `1h30m`. */
  private duration(key: string, value: TreeValue): Duration {
    const given = "literal" in value ? String(value.literal) : "";
    const parts = [...given.matchAll(/(\d+)([smhd]?)/g)];
    const perUnit: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };
    const seconds = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (perUnit[unit] ?? 0), 0);
    // A unit may be missing where there is but one number; days come alone.
    const form = /^(\d+[d]?|(\d+[hms])+)$/;
    if (form.test(given) && seconds > 0 && Number.isSafeInteger(seconds)) return formatDuration(seconds);
    throw this.refusal(
      value.at,
      `${key} ${show("literal" in value ? value.literal : "...")} is not a duration of whole seconds`,
      `write ${key} = "1h"; leave it out for none`,
    );
  }

  private requireOneMeaning(rule: LocatedRule, before: readonly LocatedRule[], at: number): void {
    const [other] = before;
    if (other === undefined || ![...before, rule].some(isConstrained)) return;
    throw this.refusal(
      at,
      `path ${show(rule.path)} has a rule already on line ${other.line}, and one of them has constraints, which Vault would ` +
        "lay on both",
      "write one rule",
    );
  }

  private refusal(at: number, problem: string, remedy: string): LeaseholdError {
    return new LeaseholdError(this.whereOf(at), problem, remedy);
  }
}

function isConstrained(rule: PolicyRule): boolean {
  return (Object.keys(ruleKeys) as RuleField[]).some((field) => field !== "capabilities" && rule[field] !== undefined);
}
