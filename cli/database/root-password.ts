import { randomBytes } from "node:crypto";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { requireOwnAdmin } from "../../constructs/database/statements/admin-user";
import type { DatabaseDefinition } from "../../environments/databases/schema";
import type { VaultClient } from "../vault-client";
import type { DatabaseAdministrator } from "./administrator";
import { problemOfLogin, restoreVerification } from "./login-problem";

/**
 * Has Vault change the admin's password to one that nobody knows, and sees that it works.
 *
 * @throws LeaseholdError that says which password is good, when it can't be done.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#rotate-root-credentials
 */
export async function rotateRoot(vault: VaultClient, database: DatabaseDefinition): Promise<void> {
  const where = `database ${database.name}`;
  requireOwnAdmin(where, database.admin.username);
  await requireDeployed(vault, database);
  const before = await problemOfLogin(vault, database);
  if (before !== undefined) {
    throw new LeaseholdError(
      where,
      `nothing was changed: Vault can't log in as ${database.admin.username} (${before})`,
      `see that the database can be reached; if the password is lost, use "leasehold database reseed"`,
    );
  }
  try {
    await vault.rotateRoot(database.mount, database.name);
  } catch (thrown) {
    const after = await problemOfLogin(vault, database);
    throw new LeaseholdError(
      where,
      `the rotation failed (${messageOf(thrown)}), and Vault ${after === undefined ? "still logs in with the password that it has" : `can't log in now (${after})`}`,
      after === undefined
        ? "try again"
        : `when the database is back, try again; if Vault still can't log in then, use "leasehold database reseed"`,
    );
  }
  const after = await problemOfLogin(vault, database);
  if (after === undefined) return;
  throw new LeaseholdError(
    where,
    `the password was changed, and Vault can't log in with it (${after})`,
    `see that the database can be reached; if it can, use "leasehold database reseed"`,
  );
}

/**
 * Break-glass: gives Vault's admin a new password on both sides, by a login that people lend, when the one that Vault knows is
 * lost or wrong, for instance after a restore of either side. Vault then rotates it, so that nobody knows it. Safe to repeat:
 * whatever step failed, all are done again.
 *
 * @throws LeaseholdError that says what is changed already.
 */
export async function reseed(
  vault: VaultClient,
  database: DatabaseDefinition,
  administrator: DatabaseAdministrator,
): Promise<void> {
  const { mount, name, admin } = database;
  requireOwnAdmin(`database ${name}`, admin.username);
  await requireDeployed(vault, database);
  const password = randomBytes(24).toString("base64url");
  await administrator.setPassword(admin.username, password);
  try {
    await vault.write(`${mount}/config/${name}`, { username: admin.username, password, verify_connection: true });
  } catch (thrown) {
    throw new LeaseholdError(
      `database ${name}`,
      `${admin.username} has a new password in the database, and Vault did not take it (${messageOf(thrown)})`,
      "mend what it says and run this again: it begins anew",
    );
  }
  await restoreVerification(vault, database);
  await rotateRoot(vault, database);
}

async function requireDeployed(vault: VaultClient, { mount, name }: DatabaseDefinition): Promise<void> {
  if (await vault.exists(`${mount}/config/${name}`)) return;
  throw new LeaseholdError(
    `database ${name}`,
    `Vault has no connection ${mount}/config/${name}`,
    "deploy the environment first",
  );
}
