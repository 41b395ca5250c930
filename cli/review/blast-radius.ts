import { messageOf } from "../../constructs/core/errors";
import { inNamespace } from "../../environments/namespaces/contents";
import { type VaultClient, VaultRefusal } from "../vault-client";
import { type ReviewFinding, riskClasses } from "./finding";
import type { ReviewedPlan } from "./plan";
import { type NamespacePlan, plansByNamespace } from "./plan-namespaces";
import { type TouchedPath, touchedPaths } from "./touched-paths";

/** The live leases of one thing that the plan touches. */
export interface LiveLeases {
  readonly address: string;
  /** How many; undefined where that could not be looked up. */
  readonly leases: number | undefined;
  /** How many of each role, or of each path of a login method, the most first. */
  readonly byRole: Readonly<Record<string, number>>;
  /** What becomes of them, in words, such as `12 live leases end with it`. */
  readonly words: string;
}

/** How many live leases hang on what a plan touches. */
export interface BlastRadius {
  readonly touched: readonly LiveLeases[];
  /** Every live lease below what is touched, each counted once. */
  readonly leases: number;
  /** Why something could not be looked up, in sentences without their full stops; empty where everything was. */
  readonly problems: readonly string[];
}

/** What lists leases: a client of Vault. */
type LeaseSource = Pick<VaultClient, "leases"> & {
  /** The same in a namespace. */
  readonly inNamespace?: (namespace: string | undefined) => LeaseSource;
};

/** How many listings may be under way at once. */
const atOnce = 8;

/**
 * Counts the live leases that hang on each mount, connection, role and login method that the plan touches. It never fails: where
 * nothing can be looked up it says so, and why.
 *
 * @param vault Its token needs `sudo` and `list` on `sys/leases/lookup/*`.
 * @see https://developer.hashicorp.com/vault/api-docs/system/leases#list-leases
 */
export async function blastRadius(plan: ReviewedPlan, vault: LeaseSource | undefined): Promise<BlastRadius> {
  const parts = await Promise.all(plansByNamespace(plan).map((part) => radiusOf(part, vault)));
  return {
    touched: parts.flatMap(({ touched }) => touched),
    leases: parts.reduce((sum, { leases }) => sum + leases, 0),
    problems: [...new Set(parts.flatMap(({ problems }) => problems))],
  };
}

async function radiusOf({ namespace, plan }: NamespacePlan, client: LeaseSource | undefined): Promise<BlastRadius> {
  const touched = touchedPaths(plan);
  if (touched.length === 0) return { touched: [], leases: 0, problems: [] };
  const vault = namespace === undefined ? client : client?.inNamespace?.(namespace);
  if (vault === undefined) {
    const problem = "live leases were not looked up: set VAULT_ADDR and VAULT_TOKEN";
    return { touched: touched.map((each) => counted(each, undefined)), leases: 0, problems: [problem] };
  }
  const lookup = new LeaseLookup(vault, namespace);
  await lookup.list(touched.flatMap(({ prefixes }) => prefixes));
  return {
    touched: touched.map((each) => counted(each, lookup.below(each.prefixes), namespace)),
    leases: lookup.leases,
    problems: lookup.problems,
  };
}

/** Puts how many leases hang on a resource into the words of its gravest finding. */
export function withLeases(findings: readonly ReviewFinding[], { touched }: BlastRadius): ReviewFinding[] {
  const words = new Map(touched.map((each) => [each.address, each.words]));
  const gravest = new Map<string, ReviewFinding>();
  for (const finding of findings) {
    const known = gravest.get(finding.address);
    const graver = known === undefined || riskClasses.indexOf(finding.risk) < riskClasses.indexOf(known.risk);
    if (graver) gravest.set(finding.address, finding);
  }
  return findings.map((finding) => {
    const its = words.get(finding.address);
    return its === undefined || gravest.get(finding.address) !== finding
      ? finding
      : { ...finding, what: `${finding.what}: ${its}` };
  });
}

/** The leases that were found below prefixes, each prefix listed once. */
class LeaseLookup {
  private readonly found = new Map<string, readonly string[]>();
  private readonly failures = new Map<string, string>();
  /** What each prefix was listed with. */
  private readonly outer = new Map<string, string>();
  private unreachable = false;

  constructor(
    private readonly vault: LeaseSource,
    private readonly namespace: string | undefined,
  ) {}

  get leases(): number {
    return new Set([...this.found.values()].flat()).size;
  }

  get problems(): string[] {
    const byReason = new Map<string, string[]>();
    for (const [prefix, reason] of this.failures) byReason.set(reason, [...(byReason.get(reason) ?? []), prefix]);
    return [...byReason].map(
      ([reason, prefixes]) =>
        `live leases below ${shortList(prefixes.map((prefix) => inNamespace(this.namespace, prefix)))} could not be looked up: ${reason}`,
    );
  }

  async list(prefixes: readonly string[]): Promise<void> {
    const outermost: string[] = [];
    // What lies below another prefix is listed with it; sorted, it comes right behind it.
    for (const prefix of [...new Set(prefixes)].sort()) {
      const last = outermost.at(-1);
      const outer = last !== undefined && prefix.startsWith(last) ? last : prefix;
      if (outer === prefix) outermost.push(prefix);
      this.outer.set(prefix, outer);
    }
    const waiting = outermost.values();
    await Promise.all(
      Array.from({ length: Math.min(atOnce, outermost.length) }, async () => {
        for (const prefix of waiting) await this.look(prefix);
      }),
    );
  }

  /** Undefined where one of the prefixes could not be listed. */
  below(prefixes: readonly string[]): string[] | undefined {
    const lists = prefixes.map((prefix) => {
      const ids = this.found.get(this.outer.get(prefix) ?? prefix);
      return this.outer.get(prefix) === prefix ? ids : ids?.filter((id) => id.startsWith(prefix));
    });
    return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((ids) => ids ?? []))];
  }

  private async look(prefix: string): Promise<void> {
    // One wait for a server that does not answer is enough.
    if (this.unreachable) return void this.failures.set(prefix, "the server can't be reached");
    try {
      this.found.set(prefix, await this.vault.leases(prefix));
    } catch (thrown) {
      this.failures.set(prefix, reasonOf(thrown));
      this.unreachable ||= !(thrown instanceof VaultRefusal);
    }
  }
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof VaultRefusal)) return messageOf(thrown).replace(/^\[[^\]]*\] /, "");
  return thrown.status === 403
    ? "the token may not list them (it needs list and sudo on sys/leases/lookup)"
    : thrown.problem;
}

function counted(touched: TouchedPath, ids: readonly string[] | undefined, namespace?: string): LiveLeases {
  const byRole = ids === undefined ? {} : countByRole(ids.map((id) => inNamespace(namespace, id)));
  return { address: touched.address, leases: ids?.length, byRole, words: wordsOf(touched, ids?.length, byRole) };
}

/** A lease's id is `mount/creds/role/id`. */
export function countByRole(ids: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const role = id.split("/").slice(0, -1).join("/");
    counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)));
}

function wordsOf(
  { fate, tokens }: TouchedPath,
  leases: number | undefined,
  byRole: Readonly<Record<string, number>>,
): string {
  const what = tokens ? "token" : "lease";
  if (leases === undefined) return `how many live ${what}s hang on it could not be looked up`;
  if (leases === 0) return `no live ${what} hangs on it`;
  const one = leases === 1;
  const fates = {
    end: one ? "ends with it" : "end with it",
    "need-it": "can't be revoked without it",
    outlive: one ? "outlives it" : "outlive it",
    stay: one ? "hangs on it" : "hang on it",
  };
  const roles = Object.entries(byRole).map(([role, count]) => `${role} ${count}`);
  const each = roles.length > 1 ? ` (${shortList(roles)})` : "";
  return `${leases} live ${what}${one ? "" : "s"} ${fates[fate]}${each}`;
}

function shortList(words: readonly string[]): string {
  const most = 5;
  return words.length > most ? `${words.slice(0, most).join(", ")} and ${words.length - most} more` : words.join(", ");
}
