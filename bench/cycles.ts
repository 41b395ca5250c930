import { mkdirSync, readFileSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import { PostgresAdministrator } from "../cli/database/postgres-administrator";
import { reportOrphans } from "../cli/database/orphans";
import { writeFileAtomically } from "../cli/files";
import { ThrowAway } from "../cli/servers/throw-away";
import { byMany, definitionOf, LifecycleRig, membership, optionOf, printLine, rounded } from "./lifecycle-rig";

/**
 * Users that are issued and revoked, over and over: no orphan may be left. What was done is written down every hundred cycles,
 * and a run that was cut short goes on there.
 *
 * Usage: node --import tsx bench/cycles.ts [--cycles 10000] [--clients 4]
 */

const progressFile = ".bench/cycles.json";

async function main(): Promise<void> {
  const [cycles, clients] = [optionOf("cycles", 10_000), optionOf("clients", 4)];
  const before = doneBefore(cycles);
  await ThrowAway.use(async (place) => {
    const rig = await LifecycleRig.start(place);
    await rig.makeDatabase("cycles");
    await rig.mount("cycles", "cycles", "leasehold", membership);
    const milliseconds: number[] = [];
    let done = before;
    const seconds = await byMany(clients, cycles - before, async () => {
      const began = performance.now();
      const { leaseId } = await rig.vault.issueCredentials("cycles", "reader");
      await rig.vault.revokeLease(leaseId);
      milliseconds.push(performance.now() - began);
      done += 1;
      if (done % 100 === 0) writeFileAtomically(progressFile, JSON.stringify({ cycles, done }));
    });
    const superuser = { host: "127.0.0.1", port: rig.port, database: "cycles", ...rig.superuser };
    const report = await reportOrphans(
      rig.vault,
      definitionOf("cycles"),
      new PostgresAdministrator(superuser, definitionOf("cycles")),
    );
    milliseconds.sort((a, b) => a - b);
    const percentile = (share: number) => rounded(milliseconds[Math.floor(milliseconds.length * share)] ?? 0);
    printLine({
      cycles,
      resumedAt: before,
      clients,
      seconds: rounded(seconds),
      cyclesASecond: rounded((cycles - before) / seconds),
      milliseconds: { p50: percentile(0.5), p99: percentile(0.99), most: rounded(milliseconds.at(-1) ?? 0) },
      orphans: report.orphans.length,
      usersLeft: report.users,
      leasesLeft: report.leases,
    });
    writeFileAtomically(progressFile, JSON.stringify({ cycles, done: 0 }));
    if (report.users > 0 || report.leases > 0) process.exitCode = 1;
  });
}

function doneBefore(cycles: number): number {
  mkdirSync(dirname(progressFile), { recursive: true });
  if (!existsSync(progressFile)) return 0;
  const known = JSON.parse(readFileSync(progressFile, "utf8")) as { readonly cycles: number; readonly done: number };
  return known.cycles === cycles && known.done < cycles ? known.done : 0;
}

void main();
