import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { applyBootstrap } from "../../cli/bootstrap";
import type { Daemon } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import { PostgresServer, type PostgresServerOptions } from "../../cli/servers/postgres-server";
import { type SessionOptions, withSession } from "../../cli/servers/postgres-session";
import type { ThrowAway } from "../../cli/servers/throw-away";
import type { IssuedCredentials } from "../../cli/vault-client";
import type { PostgresDefinition } from "../../environments/databases/schema";
import type { Environment } from "../../environments/schema";
import { testContext } from "./parts";

/** PostgreSQL's codes. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const insufficientPrivilege = { code: "42501" };
export const invalidPassword = { code: "28P01" };
export const adminShutdown = { code: "57P01" };

/** A PostgreSQL of a test's own, which it may stop, break and start again. */
export class TestPostgres {
  static async start(
    place: ThrowAway,
    options: Partial<Pick<PostgresServerOptions, "version" | "tls">> = {},
  ): Promise<TestPostgres> {
    const folder = place.folderFor(`postgres-${randomBytes(4).toString("hex")}`);
    const superuserPassword = randomBytes(16).toString("hex");
    const port = await freePort();
    const { env } = testContext();
    const server = new PostgresServer({
      ...options,
      dataFolder: `${folder}/data`,
      logFile: `${folder}/log`,
      port,
      superuserPassword,
      env,
    });
    const started = new TestPostgres(place, server, port, superuserPassword, `${folder}/data`);
    await started.start();
    return started;
  }

  private daemon: Daemon | undefined;

  private constructor(
    private readonly place: ThrowAway,
    readonly server: PostgresServer,
    readonly port: number,
    readonly superuserPassword: string,
    private readonly dataFolder: string,
  ) {}

  async start(): Promise<void> {
    this.daemon = this.place.keep(await this.server.launch(), "SIGINT");
    await this.server.untilReady(this.daemon);
  }

  /** Puts rules in front of those by which logins are accepted. https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */
  async acceptLogins(rules: readonly string[]): Promise<void> {
    const file = `${this.dataFolder}/pg_hba.conf`;
    writeFileSync(file, `${rules.join("\n")}\n${readFileSync(file, "utf8")}`);
    await this.ask("postgres", "SELECT pg_reload_conf()");
  }

  /**
   * Ends it as a power cut does: its sessions too, one of which might else serve Vault a moment longer. Waits until nothing is
   * left of it, for a process that is about to end still keeps another one from starting.
   */
  async kill(): Promise<void> {
    if (this.daemon === undefined) return;
    const { pid } = this.daemon;
    const children = `/proc/${pid}/task/${pid}/children`;
    const sessions = existsSync(children) ? (readFileSync(children, "utf8").match(/\d+/g) ?? []).map(Number) : [];
    const processes = [pid, ...sessions];
    for (const each of processes) signal(each, "SIGKILL");
    const end = Date.now() + 10_000;
    while (processes.some((each) => signal(each, 0)) && Date.now() < end) await sleep(20);
  }

  /** The declared database with its bootstrap, and a table of the owner's with one row. */
  async bootstrap(definition: PostgresDefinition, adminPassword: string): Promise<void> {
    await applyBootstrap(this.server, definition, adminPassword);
    await this.ask(
      definition.database,
      `SET ROLE ${definition.bootstrap.ownerRole}; CREATE TABLE IF NOT EXISTS items (id integer, label text); RESET ROLE`,
    );
  }

  /** The rows that the superuser sees. */
  ask<T extends object>(database: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.server.asSuperuser(database, (client) =>
      values.length > 0
        ? client.query<T>(sql, [...values]).then(({ rows }) => rows)
        : client.query<T>(sql).then(({ rows }) => rows),
    );
  }

  dynamicUsers(): Promise<string[]> {
    const users = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%' ORDER BY 1";
    return this.ask<{ rolname: string }>("postgres", users).then((rows) => rows.map(({ rolname }) => rolname));
  }

  session(database: string, { username, password }: Pick<IssuedCredentials, "username" | "password">): SessionOptions {
    return { host: "127.0.0.1", port: this.port, database, user: username, password };
  }

  /** Whether a login opens the database. */
  async opens(database: string, login: Pick<IssuedCredentials, "username" | "password">): Promise<boolean> {
    try {
      return await withSession(this.session(database, login), () => Promise.resolve(true));
    } catch (thrown) {
      if ((thrown as { code?: string }).code === invalidPassword.code) return false;
      throw thrown;
    }
  }
}

/** Whether there was such a process to send it to. */
function signal(pid: number, which: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, which);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return false; // it ended by itself
    throw thrown;
  }
}

/** The one PostgreSQL database of a test's environment. */
export function onlyPostgres({ databases }: Environment): PostgresDefinition {
  const [database] = databases;
  if (database?.engine !== "postgres") throw new Error("the declaration has no PostgreSQL");
  return database;
}
