import { messageOf } from "../constructs/core/errors";
import { ThrowAway } from "../cli/servers/throw-away";
import { byMany, LifecycleRig, membership, optionOf, printLine, rounded, tables } from "./lifecycle-rig";

/**
 * Users by membership in a group role against users by direct GRANT, as most guides write it, through one Vault and one
 * PostgreSQL in one run: users issued and revoked a second, the size of a table's list of privileges, and how far each way goes.
 *
 * Usage: node --import tsx bench/membership.ts [--users 2000] [--most 5000]
 */

const clients = 8;

const direct = {
  creation: [
    `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; ` +
      `GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}";`,
  ],
  revocation: [`REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA public FROM "{{name}}"; DROP ROLE IF EXISTS "{{name}}";`],
};

interface Measured {
  readonly issuedASecond: number;
  readonly revokedASecond: number;
  /** Bytes of a table's list of privileges before and after. */
  readonly privileges: readonly [number, number];
}

async function measure(rig: LifecycleRig, mount: string, database: string, users: number): Promise<Measured> {
  const size = () =>
    rig.ask(database, "SELECT pg_column_size(relacl) AS value FROM pg_class WHERE relname = 'table_0'");
  const before = await size();
  const leases: string[] = [];
  const issuing = await byMany(clients, users, async () => {
    leases.push((await rig.vault.issueCredentials(mount, "reader")).leaseId);
  });
  const after = await size();
  const revoking = await byMany(clients, users, (at) => rig.vault.revokeLease(leases[at] ?? ""));
  return {
    issuedASecond: rounded(users / issuing),
    revokedASecond: rounded(users / revoking),
    privileges: [before, after],
  };
}

/** Issues until it fails or there are enough; how many lived, and why it ended. */
async function untilItFails(rig: LifecycleRig, mount: string, most: number) {
  let lived = 0;
  let failure: string | undefined;
  await byMany(clients, most, async () => {
    if (failure !== undefined) return;
    try {
      await rig.vault.issueCredentials(mount, "reader");
      lived += 1;
    } catch (thrown) {
      failure ??=
        /row is too big|tuple concurrently updated/.exec(messageOf(thrown))?.[0] ?? messageOf(thrown).slice(0, 300);
    }
  });
  return { lived, ...(failure === undefined ? {} : { failure }) };
}

async function main(): Promise<void> {
  const [users, most] = [optionOf("users", 2000), optionOf("most", 5000)];
  await ThrowAway.use(async (place) => {
    const rig = await LifecycleRig.start(place);
    for (const database of ["by_membership", "by_grant"]) await rig.makeDatabase(database);
    await rig.mount("membership", "by_membership", "leasehold", membership);
    await rig.mount("direct", "by_grant", "superuser", direct);
    const measured = {
      membership: await measure(rig, "membership", "by_membership", users),
      direct: await measure(rig, "direct", "by_grant", users).catch((thrown: unknown) => messageOf(thrown)),
    };
    printLine({ users, clients, tables, ...measured });
    if (typeof measured.direct === "string") throw new Error(measured.direct);
    printLine({
      users,
      issueRatio: rounded(measured.membership.issuedASecond / measured.direct.issuedASecond),
      revokeRatio: rounded(measured.membership.revokedASecond / measured.direct.revokedASecond),
    });
    printLine({ way: "membership", most, ...(await untilItFails(rig, "membership", most)) });
    printLine({ way: "direct", most, ...(await untilItFails(rig, "direct", most)) });
  });
}

void main();
