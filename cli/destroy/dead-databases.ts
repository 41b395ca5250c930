import { LeaseholdError } from "../../constructs/core/errors";
import { inNamespace, type PlacedDatabase } from "../../environments/namespaces/contents";
import { countsInWords, type LeaseCounts, total } from "../change/draining";
import { problemOfLogin } from "../database/login-problem";
import type { VaultClient } from "../vault-client";

/** A database that Vault can't log in to. */
export interface DeadDatabase extends PlacedDatabase {
  /** What Vault said. */
  readonly problem: string;
}

/** The path of a database's mount, with its namespace before. */
export function mountOf({ namespace, database }: PlacedDatabase): string {
  return inNamespace(namespace, database.mount);
}

/** What was found of an environment's databases. */
export interface Reachability {
  /** How many connections Vault has; none is left where a destruction ended half-way. */
  readonly connections: number;
  readonly dead: readonly DeadDatabase[];
}

/** Has Vault log in to each database that it has a connection to. */
export async function findDeadDatabases(
  client: VaultClient,
  databases: readonly PlacedDatabase[],
): Promise<Reachability> {
  const dead: DeadDatabase[] = [];
  let connections = 0;
  for (const { namespace, database } of databases) {
    const vault = client.inNamespace(namespace);
    if (!(await vault.exists(`${database.mount}/config/${database.name}`))) continue;
    connections += 1;
    const problem = await problemOfLogin(vault, database);
    if (problem !== undefined) dead.push({ namespace, database, problem });
  }
  return { connections, dead };
}

/** A role whose leases can't be revoked, and the database in which its users stay. */
export interface LostRole {
  /** Such as `database/creds/app`, with its namespace before. */
  readonly path: string;
  readonly role: string;
  readonly leases: number;
  readonly dead: DeadDatabase;
}

/** The roles of dead databases, and those beside them that nobody declares: they may be of a dead one. */
export function lostRoles(
  leases: LeaseCounts,
  databases: readonly PlacedDatabase[],
  dead: readonly DeadDatabase[],
): LostRole[] {
  return Object.entries(leases).flatMap(([path, count]) => {
    const owner = databases.find((each) =>
      each.database.roles.some(({ name }) => path === `${mountOf(each)}/creds/${name}`),
    );
    const its = dead.find((each) =>
      owner === undefined ? path.startsWith(`${mountOf(each)}/creds/`) : each.database === owner.database,
    );
    if (its === undefined) return [];
    return [{ path, role: path.slice(`${mountOf(its)}/creds/`.length), leases: count, dead: its }];
  });
}

/**
 * Whether users may be left behind, and whether that is needed.
 *
 * @param force How many users may be left behind. @default none
 * @throws LeaseholdError when a database is dead and that was not consented to, or when there is no need of it.
 */
export function requireForce(
  force: number | undefined,
  { connections, dead }: Reachability,
  lost: readonly LostRole[],
): void {
  const counts = Object.fromEntries(lost.map(({ path, leases }) => [path, leases]));
  const count = total(counts);
  if (force !== undefined && dead.length === 0 && connections > 0) {
    throw new LeaseholdError(
      "leasehold destroy",
      `--force is not needed: Vault logs in to ${connections === 1 ? "the database" : `all ${connections} databases`}`,
      "leave it out, and every user is dropped",
    );
  }
  if (count <= (force ?? 0)) return;
  const problems = dead
    .map(({ namespace, database: { name }, problem }) => `${inNamespace(namespace, name)}: ${problem}`)
    .join("\n");
  if (force === undefined) {
    throw new LeaseholdError(
      "leasehold destroy",
      `nothing was changed: ${countsInWords(counts)} can't be revoked, for Vault can't log in`,
      `start the database and run this again, or give --force ${count} to leave ${count === 1 ? "its user" : "their users"} behind:\n${problems}`,
    );
  }
  throw new LeaseholdError(
    "leasehold destroy",
    `nothing was changed: --force ${force} is fewer than the ${countsInWords(counts)} that can't be revoked`,
    `see that these users may be left behind, and give --force ${count}:\n${problems}`,
  );
}
