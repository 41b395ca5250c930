import { PostgresAdministrator } from "../cli/database/postgres-administrator";
import { clearOrphans, reportOrphans } from "../cli/database/orphans";
import type { ThrowAway } from "../cli/servers/throw-away";
import { definitionOf, LifecycleRig, membership } from "./lifecycle-rig";

/** What was found after Vault was killed over and over. */
export interface CrashResult {
  readonly kills: number;
  /** Users that were asked for, and those whose credentials arrived. */
  readonly asked: number;
  readonly answered: number;
  readonly users: number;
  readonly leases: number;
  /** Users that the report takes for orphans while leases live, and how many there are. */
  readonly reported: number;
  readonly orphans: number;
  /** Users that the server itself would never end. */
  readonly withoutEnd: number;
  /** After all leases were revoked: users that were left, those reported with certainty, those left after clearing. */
  readonly left: number;
  readonly certain: number;
  readonly leftAfterClearing: number;
}

/** Kills Vault in the middle of issuing, so many times, and compares what the report says with what is there. */
export async function crash(place: ThrowAway, kills: number, clients = 4): Promise<CrashResult> {
  const rig = await LifecycleRig.start(place);
  await rig.makeDatabase("crashes");
  await rig.mount("crashes", "crashes", "leasehold", membership);
  const definition = definitionOf("crashes");
  const administrator = new PostgresAdministrator(
    { host: "127.0.0.1", port: rig.port, database: "crashes", ...rig.superuser },
    definition,
  );
  const count = { asked: 0, answered: 0 };
  for (let kill = 0; kill < kills; kill++) {
    let alive = true;
    const issuing = Array.from({ length: clients }, async () => {
      while (alive) {
        count.asked += 1;
        await rig.vault.issueCredentials("crashes", "reader").then(
          () => (count.answered += 1),
          () => (alive = false),
        );
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100));
    rig.killVault();
    await Promise.all(issuing);
    await rig.restartVault(place);
    // The users of one life are enough: thousands would only slow the next lives down.
    if (kill % 10 === 9 && kill < kills - 1) await rig.vault.revokePrefix("crashes/creds/reader");
  }
  const living = await reportOrphans(rig.vault, definition, administrator);
  await rig.vault.revokePrefix("crashes/creds/reader");
  const dead = await reportOrphans(rig.vault, definition, administrator);
  const withoutEnd = (await administrator.users()).filter(({ validUntil }) => validUntil === undefined).length;
  await clearOrphans(rig.vault, administrator, dead);
  return {
    kills,
    ...count,
    users: living.users,
    leases: living.leases,
    reported: living.orphans.length,
    orphans: living.users - living.leases,
    withoutEnd,
    left: dead.users,
    certain: dead.orphans.filter(({ certain }) => certain).length,
    leftAfterClearing: (await administrator.users()).length,
  };
}
