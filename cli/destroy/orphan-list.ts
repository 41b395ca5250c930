import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseDefinition } from "../../environments/databases/schema";
import { inNamespace } from "../../environments/namespaces/contents";
import type { Environment } from "../../environments/schema";
import { RoleNames } from "../database/match-leases";
import { keptOfRole } from "../database/orphans";
import type { VaultClient } from "../vault-client";
import type { LostRole } from "./dead-databases";

/** A user that is left in a database, as far as Vault can tell: it does not say which user a lease is of. */
export interface LeftUser {
  readonly lease: string;
  readonly role: string;
  /** How its name begins, with Leasehold's own templates; undefined where the connection has one of its own. */
  readonly nameBegins: string | undefined;
  readonly issued: string | undefined;
  /** When the database itself ends its login, where it knows an end. */
  readonly expires: string | undefined;
}

export interface LeftInDatabase {
  readonly database: string;
  /** Path of the namespace that the mount lies in; undefined in the environment's own. */
  readonly namespace?: string;
  readonly mount: string;
  readonly host: string | undefined;
  readonly problem: string;
  readonly users: readonly LeftUser[];
  /** Finds them and drops them, when the database is back. */
  readonly remove: string;
}

/** The users that a forced destruction leaves in dead databases. */
export async function listLeft(
  vault: VaultClient,
  environment: Environment,
  lost: readonly LostRole[],
): Promise<LeftInDatabase[]> {
  const databases = [...new Set(lost.map(({ dead }) => dead))];
  return Promise.all(
    databases.map(async ({ namespace, database, problem }) => ({
      database: database.name,
      ...(namespace === undefined ? {} : { namespace }),
      mount: database.mount,
      host: "host" in database ? [database.host].flat().join(",") : undefined,
      problem,
      users: await usersOf(
        vault.inNamespace(namespace),
        database,
        lost.filter(({ dead }) => dead.database === database),
      ),
      remove: `leasehold database orphans ${environment.name} ${inNamespace(namespace, database.name)} --clean`,
    })),
  );
}

async function usersOf(
  vault: VaultClient,
  database: DatabaseDefinition,
  lost: readonly LostRole[],
): Promise<LeftUser[]> {
  const users: LeftUser[] = [];
  for (const { role } of lost) {
    const path = `${database.mount}/creds/${role}`;
    const begins = `v-${new RoleNames([role], keptOfRole(database)).shorten(role)}-`;
    for (const lease of await vault.leases(`${path}/`)) {
      const times = await vault.lookUpLease(lease);
      users.push({
        lease,
        role,
        nameBegins: database.usernameTemplate === undefined ? begins : undefined,
        issued: dateOf(times?.issued),
        expires: dateOf(times?.expires),
      });
    }
  }
  return users;
}

/** Writes the list to a new file that its owner alone can read, and returns its path: a list is never written over. */
export function writeOrphanList(folder: string, environment: Environment, left: readonly LeftInDatabase[]): string {
  const written = new Date().toISOString();
  const file = join(folder, `orphans-${environment.name}-${written.replaceAll(/[:.]/g, "-")}.json`);
  const content = { environment: environment.name, vault: environment.vault.address, written, databases: left };
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  return file;
}

function dateOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
