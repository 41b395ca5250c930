import { LeaseholdError } from "../../core/errors";

/** Users that come with a server or a cloud's service, or that people log in as: a rotation would lock them out. */
const sharedUsers =
  /^(postgres|root|admin|administrator|sa|sys|system|mysql|mongodb|rdsadmin|rdsuser|azure_superuser|cloudsqladmin|cloudsqlsuperuser|doadmin|default)$/i;

/** Whether others are likely to log in as that user. */
export function isSharedUser(username: string): boolean {
  return sharedUsers.test(username);
}

/**
 * Sees to it that a password which Vault is about to change is that of a user of Vault's own.
 *
 * @throws LeaseholdError when others are likely to log in as that user.
 */
export function requireOwnAdmin(where: string, username: string): void {
  if (!isSharedUser(username)) return;
  throw new LeaseholdError(
    where,
    `a root rotation would change the password of ${username}, which others log in as`,
    "have the bootstrap make a user of Vault's own, such as vault_admin, and name it in admin.username",
  );
}
