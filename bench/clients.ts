import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../constructs/core/errors";
import { ThrowAway } from "../cli/servers/throw-away";
import { withSession } from "../cli/servers/postgres-session";
import { LifecycleRig, membership, optionOf, printLine, rounded } from "./lifecycle-rig";

/**
 * Clients that live as programs do, for some minutes: each gets a user, works with it, renews, and gives it back, at pauses of
 * its own. No error may come up, and nobody may be left.
 *
 * Usage: node --import tsx bench/clients.ts [--clients 50] [--minutes 5]
 */
async function main(): Promise<void> {
  const [clients, minutes] = [optionOf("clients", 50), optionOf("minutes", 5)];
  await ThrowAway.use(async (place) => {
    const rig = await LifecycleRig.start(place);
    await rig.makeDatabase("clients");
    await rig.mount("clients", "clients", "leasehold", membership);
    const end = Date.now() + minutes * 60_000;
    const count = { lives: 0, queries: 0, renewals: 0 };
    const errors = new Map<string, number>();
    await Promise.all(
      Array.from({ length: clients }, async () => {
        await sleep(Math.random() * 2_000);
        while (Date.now() < end) {
          try {
            await live(rig, count);
          } catch (thrown) {
            const message = messageOf(thrown).slice(0, 200);
            errors.set(message, (errors.get(message) ?? 0) + 1);
          }
          await sleep(Math.random() * 500);
        }
      }),
    );
    const left = await rig.dynamicUsers();
    const total = [...errors.values()].reduce((sum, each) => sum + each, 0);
    printLine({
      clients,
      minutes,
      ...count,
      livesASecond: rounded(count.lives / (minutes * 60)),
      errors: total,
      usersLeft: left,
    });
    if (total > 0) printLine(Object.fromEntries(errors));
    if (total > 0 || left > 0) process.exitCode = 1;
  });
}

async function live(rig: LifecycleRig, count: { lives: number; queries: number; renewals: number }): Promise<void> {
  const { leaseId, username, password } = await rig.vault.issueCredentials("clients", "reader");
  await withSession(
    { host: "127.0.0.1", port: rig.port, database: "clients", user: username, password },
    async (session) => {
      for (let at = 0; at < 5; at++) {
        await session.query(`SELECT * FROM table_${at}`);
        count.queries += 1;
        await sleep(Math.random() * 200);
      }
    },
  );
  await rig.vault.renewLease(leaseId, 3_600);
  count.renewals += 1;
  await rig.vault.revokeLease(leaseId);
  count.lives += 1;
}

void main();
