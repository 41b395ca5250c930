import type { Client } from "pg";
import { postgresRevocation } from "../../constructs/database/statements/postgres-statements";
import { quoteIdentifier } from "../../constructs/database/statements/sql-text";
import type { PostgresDefinition } from "../../environments/databases/schema";
import { type SessionOptions, withSession } from "../servers/postgres-session";
import type { DatabaseAdministrator, DynamicUser } from "./administrator";

/** The part of a user's name that is the time of its making, in seconds since 1970; see postgresUsernameTemplate. */
const madeAt = /-(\d{10})$/;

/** A PostgreSQL superuser at work. */
export class PostgresAdministrator implements DatabaseAdministrator {
  constructor(
    private readonly session: SessionOptions,
    private readonly definition: PostgresDefinition,
  ) {}

  users(): Promise<DynamicUser[]> {
    return this.work(async (client) => {
      const { rows } = await client.query<{ name: string; until: number | null; login: boolean; sessions: number }>(
        `SELECT r.rolname AS name, extract(epoch FROM nullif(r.rolvaliduntil, 'infinity'))::float8 * 1000 AS until,
           r.rolcanlogin AS login, (SELECT count(*)::integer FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid) AS sessions
         FROM pg_catalog.pg_roles r WHERE r.rolname LIKE 'v-%' ORDER BY 1`,
      );
      return rows.map(({ name, until, login, sessions }) => {
        const seconds = madeAt.exec(name)?.[1];
        return {
          name,
          created: seconds === undefined ? undefined : Number(seconds) * 1000,
          validUntil: until ?? undefined,
          locked: !login,
          sessions,
        };
      });
    });
  }

  strangerSessions({ end }: { readonly end: boolean }): Promise<number> {
    return this.work(async (client) => {
      const { rowCount } = await client.query(
        `SELECT ${end ? "pg_catalog.pg_terminate_backend(pid)" : "pid"} FROM pg_catalog.pg_stat_activity a
         WHERE a.usesysid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid)`,
      );
      return rowCount ?? 0;
    });
  }

  async drop(username: string): Promise<void> {
    const statement = postgresRevocation(this.definition.bootstrap.ownerRole);
    await this.work((client) => client.query(statement.replaceAll("{{name}}", username.replaceAll("'", "''"))));
  }

  setPassword(username: string, password: string): Promise<void> {
    return this.work(async (client) => {
      // A superuser may keep its own statements out of the log.
      await client.query(
        "SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic'",
      );
      await client.query(`ALTER ROLE ${quoteIdentifier(username)} PASSWORD ${client.escapeLiteral(password)}`);
    });
  }

  private work<T>(use: (client: Client) => Promise<T>): Promise<T> {
    return withSession(this.session, use);
  }
}
