/** A password that somebody makes up once for the stack: letters and digits, so that it needs no quoting anywhere. */
export interface PasswordFile {
  readonly holds: "password";
  /** Name of its file in the folder of secrets. */
  readonly name: string;
}

/**
 * A password file of PostgreSQL's, one line, for a program that shall have no password in its configuration.
 *
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export interface PgpassFile {
  readonly holds: "pgpass";
  readonly name: string;
  /** Name of the password among the stack's secrets. */
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * A folder with the files `role-id` and `secret-id` of an AppRole. It is empty until Vault has the role: whoever logs in by it tries
 * until it is filled.
 */
export interface LoginFolder {
  readonly holds: "login";
  /** Name of the folder in the folder of secrets. */
  readonly name: string;
  /** Name of the AppRole. */
  readonly role: string;
}

/**
 * A secret of the host that a container reads as a file: neither Terraform's state nor compose.yaml holds more than its path. On
 * the host it lies in a folder that only its owner can enter. What is in that folder has to be readable to all, mode 0444, and 0555
 * for a folder: the container's user has another number.
 */
export type StackSecret = PasswordFile | PgpassFile | LoginFolder;

/** What lies in a password file of PostgreSQL's. */
export function pgpassLine({ host, port, database, user }: PgpassFile, password: string): string {
  return [host, String(port), database, user, password].map(escaped).join(":") + "\n";
}

/** A colon ends a field. */
function escaped(field: string): string {
  return field.replaceAll(/[\\:]/g, "\\$&");
}
