import type { DatabaseDefinition } from "../../environments/databases/schema";
import { VaultRefusal, type VaultClient } from "../vault-client";
import type { DatabaseAdministrator, DynamicUser } from "./administrator";
import { findOrphans, type Orphan, type RoleLease, RoleNames } from "./match-leases";

/** What Vault and a database don't agree on. */
export interface OrphanReport {
  readonly users: number;
  readonly leases: number;
  /** Users without a live lease. */
  readonly orphans: readonly Orphan[];
  /** Users whose own end is past, whatever Vault holds of them: they can't log in any more, and are still there. */
  readonly expired: readonly DynamicUser[];
  /** Leases that Vault has given up revoking. */
  readonly irrevocable: readonly string[];
  /** Sessions that outlived their users. */
  readonly strangerSessions: number;
}

/** How many characters of a role's name the template keeps. */
export function keptOfRole({ engine }: DatabaseDefinition): number {
  return engine === "postgres" ? 14 : 9;
}

/** A lease ends a moment before its user does. */
const graceMs = 60_000;

/** A database of the same server, whose users have names in the same list, with a client in its namespace. */
export interface SharingDatabase {
  readonly vault: VaultClient;
  readonly database: DatabaseDefinition;
}

/** Whether two databases are of one server, as far as their declarations tell. */
export function sharesServer(one: DatabaseDefinition, other: DatabaseDefinition): boolean {
  if (!("host" in one) || !("host" in other)) return false;
  const hosts = [one, other].map(({ host }) => JSON.stringify([host].flat().sort()));
  return hosts[0] === hosts[1] && one.port === other.port;
}

/**
 * Compares the users that there are with the leases that there are, and changes nothing.
 *
 * @param sharing A user of theirs may be named as one of this database's roles is: it is no orphan while its lease lives.
 */
export async function reportOrphans(
  vault: VaultClient,
  database: DatabaseDefinition,
  administrator: DatabaseAdministrator,
  sharing: readonly SharingDatabase[] = [],
): Promise<OrphanReport> {
  const roles = database.roles.map(({ name }) => name);
  // The users first: one whose lease comes between the two looks is no orphan, one that is revoked in between is gone.
  const names = new RoleNames(roles, keptOfRole(database));
  const users = (await administrator.users()).filter(({ name }) => names.beginningOf(name) !== undefined);
  const leases = await leasesOf(vault, database.mount, roles);
  const others: RoleLease[] = [];
  for (const { vault: its, database: other } of sharing) {
    const alike = other.roles.map(({ name }) => name).filter((role) => names.beginningOf(`v-${names.shorten(role)}-`));
    others.push(...(await leasesOf(its, other.mount, alike)));
  }
  const now = Date.now();
  const all = await vault.irrevocableLeases();
  return {
    users: users.length,
    leases: leases.length,
    orphans: findOrphans(users, [...leases, ...others], names),
    expired: users.filter(({ validUntil }) => validUntil !== undefined && validUntil < now - graceMs),
    irrevocable: all.filter((id) => roles.some((role) => id.startsWith(`${database.mount}/creds/${role}/`))),
    strangerSessions: await administrator.strangerSessions({ end: false }),
  };
}

/** What was cleared. */
export interface Cleared {
  readonly users: readonly string[];
  readonly leases: readonly string[];
  readonly sessions: number;
}

/**
 * Drops the users that certainly have no lease or are past their end, then ends the leases that could not be revoked. Users of
 * which it is not certain are left: they end by themselves. Safe to repeat.
 */
export async function clearOrphans(
  vault: VaultClient,
  administrator: DatabaseAdministrator,
  report: OrphanReport,
): Promise<Cleared> {
  const certain = report.orphans.filter((orphan) => orphan.certain).map(({ user }) => user);
  const users = [...new Set([...certain, ...report.expired].map(({ name }) => name))];
  for (const name of users) await administrator.drop(name);
  for (const lease of report.irrevocable) await endLease(vault, lease);
  return {
    users,
    leases: report.irrevocable,
    sessions: await administrator.strangerSessions({ end: true }),
  };
}

/** As a rule its user can be dropped now, or is gone; else the lease is forgotten, and its user is an orphan of the next report. */
async function endLease(vault: VaultClient, lease: string): Promise<void> {
  try {
    await vault.revokeLease(lease);
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal)) throw thrown;
    await vault.forgetLease(lease);
  }
}

async function leasesOf(vault: VaultClient, mount: string, roles: readonly string[]): Promise<RoleLease[]> {
  const found: RoleLease[] = [];
  for (const role of roles) {
    for (const id of await vault.leases(`${mount}/creds/${role}/`)) {
      const times = await vault.lookUpLease(id);
      if (times !== undefined) found.push({ id, role, ...times });
    }
  }
  return found;
}
