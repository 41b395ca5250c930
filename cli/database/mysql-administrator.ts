import type { Connection, RowDataPacket } from "mysql2/promise";
import { quoteMySqlLiteral } from "../../constructs/database/statements/mysql-text";
import { withMariaDbSession } from "../servers/mariadb-session";
import type { DatabaseAdministrator, DynamicUser } from "./administrator";

interface UserRow extends RowDataPacket {
  readonly user: string;
  readonly host: string;
  readonly locked: "Y" | "N";
  /** Seconds since 1970. */
  readonly changed: number | null;
  readonly sessions: number;
}

/** A login of MySQL or MariaDB that may read the database `mysql`, such as root, at work. */
export class MySqlAdministrator implements DatabaseAdministrator {
  constructor(
    private readonly session: Parameters<typeof withMariaDbSession>[0],
    private readonly product: "mysql" | "mariadb",
  ) {}

  /** A user's name has no room for the time of its making; its password is as old as itself. */
  async users(): Promise<DynamicUser[]> {
    const rows = await this.work(async (connection) => {
      const [found] = await connection.query<UserRow[]>(
        `SELECT u.user, u.host, u.locked, u.changed,
           (SELECT COUNT(*) FROM information_schema.processlist p WHERE p.user = u.user) AS sessions
         FROM (${accounts[this.product]}) u WHERE u.user LIKE 'v-%' ORDER BY u.user`,
      );
      return found;
    });
    return rows.map(({ user, locked, changed, sessions }) => ({
      name: user,
      created: changed === null ? undefined : changed * 1000,
      validUntil: undefined,
      locked: locked === "Y",
      sessions,
    }));
  }

  async strangerSessions({ end }: { readonly end: boolean }): Promise<number> {
    return this.work(async (connection) => {
      const [rows] = await connection.query<(RowDataPacket & { readonly id: number })[]>(
        `SELECT p.id AS id FROM information_schema.processlist p WHERE p.user LIKE 'v-%'
         AND NOT EXISTS (SELECT 1 FROM mysql.user u WHERE u.user = p.user)`,
      );
      if (end) for (const { id } of rows) await connection.query(`KILL ${id}`);
      return rows.length;
    });
  }

  async drop(username: string): Promise<void> {
    await this.work(async (connection) => {
      const [rows] = await connection.query<(RowDataPacket & { readonly host: string; readonly id: number | null })[]>(
        `SELECT u.host AS host, p.id AS id FROM mysql.user u LEFT JOIN information_schema.processlist p ON p.user = u.user WHERE u.user = ?`,
        [username],
      );
      const account = (host: string) => `${quoteMySqlLiteral(username)}@${quoteMySqlLiteral(host)}`;
      const hosts = [...new Set(rows.map(({ host }) => host))];
      for (const host of hosts) await connection.query(`ALTER USER ${account(host)} ACCOUNT LOCK`);
      for (const { id } of rows) if (id !== null) await connection.query(`KILL ${id}`);
      for (const host of hosts) await connection.query(`DROP USER IF EXISTS ${account(host)}`);
    });
  }

  async setPassword(username: string, password: string): Promise<void> {
    await this.work((connection) =>
      connection.query(`ALTER USER ${quoteMySqlLiteral(username)}@'%' IDENTIFIED BY ${quoteMySqlLiteral(password)}`),
    );
  }

  private work<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    return withMariaDbSession(this.session, use);
  }
}

/** Where each product keeps whether a user is locked, and since when it has its password. */
const accounts = {
  mysql: `SELECT user, host, account_locked AS locked, UNIX_TIMESTAMP(password_last_changed) AS changed FROM mysql.user`,
  mariadb: `SELECT User AS user, Host AS host, IF(JSON_VALUE(Priv, '$.account_locked') IN ('1', 'true'), 'Y', 'N') AS locked,
    CAST(JSON_VALUE(Priv, '$.password_last_changed') AS UNSIGNED) AS changed FROM mysql.global_priv`,
} as const;
