import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Side } from "./synthesise";

/**
 * How much longer the synthesis takes with Leasehold's constructs than with the generated bindings alone.
 *
 * Each repetition is a pair of fresh processes, one a side, which take turns in going first. A line of JSON for each size has
 * the medians; `ratio` is the median of the pairs' ratios, so that a load which comes and goes does not show.
 * Usage: node --import tsx bench/synth.ts [roles ...]
 */

const sides = ["leasehold", "raw"] as const satisfies readonly Side[];

type Pair = Readonly<Record<Side, number>>;

/** Pairs by number of roles: the shorter a run, the more it is at the mercy of the machine. */
const runsOf = (roles: number): number => (roles > 1_000 ? 5 : 9);

async function measure(roles: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let run = 0; run < runsOf(roles); run++) {
    pairs.push(await measurePair(roles, run % 2 === 0 ? sides : sides.toReversed()));
  }
  return pairs;
}

async function measurePair(roles: number, order: readonly Side[]): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  try {
    const pair = { leasehold: 0, raw: 0 };
    for (const side of order) pair[side] = await synthesise(side, roles, join(folder, side));
    requireEqual(resourcesIn(join(folder, "leasehold")), resourcesIn(join(folder, "raw")));
    return pair;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds, as a fresh process that runs synthesise.ts measured them. */
function synthesise(side: Side, roles: number, outdir: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "synthesise.ts"), [side, String(roles), outdir]);
    let taken: number | undefined;
    child.on("message", (message) => (taken = Number(message)));
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0 && taken !== undefined) resolve(taken);
      else reject(new Error(`${side} with ${roles} roles ended with ${code}`));
    });
  });
}

/** The resources of a synthesised stack, sorted, without what tells the two sides apart: their addresses. */
function resourcesIn(outdir: string): string[] {
  const { resource } = JSON.parse(readFileSync(join(outdir, "stacks", "bench", "cdk.tf.json"), "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
  };
  return Object.entries(resource)
    .flatMap(([kind, byAddress]) =>
      Object.values(byAddress).map((fields) => `${kind} ${JSON.stringify({ ...fields, "//": undefined })}`),
    )
    .map((text) => text.replace(/(\$\{vault_\w+)\.[\w-]+/g, "$1"))
    .sort();
}

/** Both sides must do the same work, or the comparison means nothing. */
function requireEqual(leasehold: readonly string[], raw: readonly string[]): void {
  if (leasehold.length !== raw.length) {
    throw new Error(`Leasehold made ${leasehold.length} resources, the bindings alone ${raw.length}`);
  }
  const at = leasehold.findIndex((resource, index) => resource !== raw[index]);
  if (at >= 0) throw new Error(`the sides differ:\n${leasehold[at]}\n${raw[at]}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? NaN) + (sorted[(sorted.length - 1) >> 1] ?? NaN)) / 2;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

async function main(sizes: readonly number[]): Promise<void> {
  for (const roles of sizes) {
    const pairs = await measure(roles);
    const line = {
      bench: "synth",
      roles,
      leaseholdMs: rounded(median(pairs.map(({ leasehold }) => leasehold)), 1),
      rawMs: rounded(median(pairs.map(({ raw }) => raw)), 1),
      ratio: rounded(median(pairs.map(({ leasehold, raw }) => leasehold / raw)), 3),
      runs: pairs.length,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

const chosen = process.argv.slice(2).map(Number);
main(chosen.length > 0 ? chosen : [10, 100, 1_000, 5_000]).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
});
