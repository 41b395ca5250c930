import { LeaseholdError } from "../../constructs/core/errors";
import { inNamespace } from "../../environments/namespaces/contents";
import type { Step } from "../progress";
import type { Allowance } from "../review/allowance";
import { countByRole } from "../review/blast-radius";
import type { ReviewedPlan } from "../review/plan";
import type { VaultClient } from "../vault-client";
import { closeConnections, reopenConnections } from "./connections";
import { allowancesOf, type Drain, drainReasons } from "./drain";
import { revokeBelow } from "./revocation";

/** What stands around the apply of a plan that needs draining. */
export interface Draining {
  /** What of the review is answered by it. */
  readonly allowances: readonly Allowance[];
  /** What is drained, for whoever is asked; empty where nothing is. */
  readonly words: string;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

export const nothingToDrain: Draining = { allowances: [], words: "", before: [], after: [] };

export interface DrainingOptions {
  readonly command: string;
  readonly vault: VaultClient;
  /** Whether live leases may be revoked. */
  readonly mayDrain: boolean;
}

/**
 * Prepares what a plan needs drained. Without a live lease there is nothing against the plan; leases that live are revoked where
 * that is allowed, and keep the plan from being applied where not.
 *
 * @throws LeaseholdError that says how many leases live, of which roles, and why they must end first.
 */
export async function prepareDraining(
  plan: ReviewedPlan,
  drains: readonly Drain[],
  { command, vault, mayDrain }: DrainingOptions,
): Promise<Draining> {
  if (drains.length === 0) return nothingToDrain;
  const counts = await liveLeases(vault, drains);
  const reasons = drains.map(({ address, reason }) => `${address}: ${drainReasons[reason]}`);
  if (total(counts) > 0 && !mayDrain) {
    throw new LeaseholdError(
      command,
      `${countsInWords(counts)} must end before this plan is applied`,
      `wait until they have ended, or give --drain, which ends them and their users first:\n${reasons.join("\n")}`,
    );
  }
  const allowances = allowancesOf(drains);
  if (!mayDrain) return { ...nothingToDrain, allowances };
  return {
    allowances,
    words: `${countsInWords(counts)} and their users end first`,
    before: drainSteps(vault, drains),
    after: [
      { title: "Connections are open again", run: () => reopenConnections(vault, drains, plan.resources) },
      { title: "Roles that moved are there", run: () => requireMovedRoles(vault, drains) },
    ],
  };
}

/** Terraform may remove a role at its old address after it has made it at its new one: both are one path in Vault. */
async function requireMovedRoles(vault: VaultClient, drains: readonly Drain[]): Promise<void> {
  for (const { namespace, mount, roles = [], reason } of drains) {
    if (reason !== "role-database") continue;
    for (const role of roles) {
      if (await vault.inNamespace(namespace).exists(`${mount}/roles/${role}`)) continue;
      throw new LeaseholdError(
        `role ${inNamespace(namespace, `${mount}/${role}`)}`,
        "was removed at its old address after it was made at its new one",
        "deploy again, which makes it anew",
      );
    }
  }
}

/** Live leases by the path that issues them, such as `database/creds/app`, with its namespace before. */
export type LeaseCounts = Readonly<Record<string, number>>;

/** The live leases that drains are about. */
export async function liveLeases(vault: VaultClient, drains: readonly Drain[]): Promise<LeaseCounts> {
  const ids = new Set<string>();
  for (const { namespace, path } of pathsOf(drains)) {
    for (const id of await vault.inNamespace(namespace).leases(`${path}/`)) ids.add(inNamespace(namespace, id));
  }
  return countByRole([...ids]);
}

export function total(counts: LeaseCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Such as `12 live leases (database/creds/app 10, database/creds/admin 2)`. */
export function countsInWords(counts: LeaseCounts): string {
  const roles = Object.entries(counts).map(([role, count]) => `${role} ${count}`);
  const all = total(counts);
  return `${all} live lease${all === 1 ? "" : "s"}${roles.length > 0 ? ` (${roles.join(", ")})` : ""}`;
}

/**
 * The steps that end the leases of drains, each of which can be run again: the connections are closed, the leases revoked, and
 * it is looked whether any is left.
 */
export function drainSteps(vault: VaultClient, drains: readonly Drain[]): Step[] {
  if (drains.length === 0) return [];
  return [
    { title: "Connections are closed", run: () => closeConnections(vault, drains) },
    {
      title: "Leases are revoked",
      run: async (report, done) => {
        let revoked = 0;
        for (const { namespace, path } of pathsOf(drains)) {
          revoked += await revokeBelow(vault.inNamespace(namespace), path, { report });
        }
        done(`${revoked} leases are revoked`);
      },
    },
    { title: "No lease is left", run: () => requireNoneLeft(vault, drains) },
  ];
}

/**
 * @throws LeaseholdError when a lease lives.
 */
export async function requireNoneLeft(vault: VaultClient, drains: readonly Drain[]): Promise<void> {
  const left = await liveLeases(vault, drains);
  if (total(left) === 0) return;
  throw new LeaseholdError(
    "leases",
    `${countsInWords(left)} came in meanwhile`,
    "nothing was applied: see who opened the connections again, and run this again",
  );
}

/** A path that leases lie below, and its namespace. */
interface LeasePath {
  readonly namespace: string | undefined;
  readonly path: string;
}

function pathsOf(drains: readonly Drain[]): LeasePath[] {
  const paths = drains.flatMap(({ namespace, mount, roles }) =>
    (roles?.map((role) => `${mount}/creds/${role}`) ?? [mount]).map((path) => ({ namespace, path })),
  );
  return [...new Map(paths.map((each) => [inNamespace(each.namespace, each.path), each])).values()];
}
