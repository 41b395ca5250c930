import { randomBytes } from "node:crypto";
import { applyBootstrap } from "../cli/bootstrap";
import type { Daemon } from "../cli/processes";
import { findVaultBinary } from "../cli/parts/vault-binary";
import { freePort } from "../cli/servers/ports";
import { PostgresServer } from "../cli/servers/postgres-server";
import type { ThrowAway } from "../cli/servers/throw-away";
import type { UnsealKeys } from "../cli/servers/open-vault";
import { VaultServer } from "../cli/servers/vault-server";
import type { VaultClient } from "../cli/vault-client";
import { SecretInput } from "../constructs/core/secret-input";
import { PostgresStatements } from "../constructs/database/statements/postgres-statements";
import { postgresUsernameTemplate } from "../constructs/database/statements/username-template";
import { isPostgres, type PostgresDefinition } from "../environments/databases/schema";
import { type HostEnvironment, hostEnvironment, parseEnvironment } from "../environments/load";

/** How many tables a database has that users may read: about what a small application has. */
export const tables = 20;

/** A PostgreSQL 18 and a Vault of the run's own, on loopback. */
export class LifecycleRig {
  static async start(place: ThrowAway): Promise<LifecycleRig> {
    const env = hostEnvironment();
    const [folder, password, port] = [place.folderFor("postgres"), randomBytes(16).toString("hex"), await freePort()];
    const postgres = new PostgresServer({
      dataFolder: `${folder}/data`,
      logFile: `${folder}/log`,
      port,
      superuserPassword: password,
      env,
    });
    await postgres.untilReady(place.keep(await postgres.launch(), "SIGINT"));
    return new LifecycleRig(postgres, port, password, await BenchVault.start(place, env));
  }

  private constructor(
    readonly postgres: PostgresServer,
    readonly port: number,
    private readonly superuserPassword: string,
    private readonly server: BenchVault,
  ) {}

  get vault(): VaultClient {
    return this.server.client;
  }

  /** What a program of its own reaches the Vault with. */
  get vaultAccess(): { readonly address: string; readonly token: string } {
    return this.server.access;
  }

  /** What a program of its own reaches the PostgreSQL with. */
  connectionString(database: string): string {
    return `postgres://postgres:${this.superuserPassword}@127.0.0.1:${this.port}/${database}?sslmode=disable`;
  }

  killVault(): void {
    this.server.kill();
  }

  restartVault(place: ThrowAway): Promise<void> {
    return this.server.launch(place);
  }

  /** A database whose tables belong to the owner role, with the group role `app_ro`. */
  async makeDatabase(name: string): Promise<void> {
    await applyBootstrap(this.postgres, definitionOf(name), this.adminPassword);
    await this.postgres.asSuperuser(name, async (client) => {
      for (let at = 0; at < tables; at++) {
        await client.query(`SET ROLE app_owner; CREATE TABLE table_${at} (id integer, label text); RESET ROLE`);
      }
    });
  }

  readonly adminPassword = randomBytes(16).toString("hex");

  /** A mount with one connection of 8, as Leasehold's admin or as the superuser, and one role `reader`. */
  async mount(
    path: string,
    database: string,
    admin: "leasehold" | "superuser",
    statements: { readonly creation: readonly string[]; readonly revocation: readonly string[] },
  ): Promise<void> {
    await this.vault.write(`sys/mounts/${path}`, { type: "database" });
    await this.vault.write(`${path}/config/database`, {
      plugin_name: "postgresql-database-plugin",
      connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${this.port}/${database}?sslmode=disable`,
      username: admin === "leasehold" ? `admin_${database}` : "postgres",
      password: admin === "leasehold" ? this.adminPassword : this.superuserPassword,
      username_template: postgresUsernameTemplate,
      max_open_connections: 8,
      allowed_roles: ["reader"],
    });
    await this.vault.write(`${path}/roles/reader`, {
      db_name: "database",
      creation_statements: statements.creation,
      revocation_statements: statements.revocation,
      default_ttl: "2h",
      max_ttl: "4h",
    });
  }

  get superuser(): { readonly user: string; readonly password: string } {
    return { user: "postgres", password: this.superuserPassword };
  }

  /** The first value that a superuser's query gives. */
  async ask(database: string, sql: string): Promise<number> {
    return this.postgres.asSuperuser(database, async (client) => {
      const { rows } = await client.query<{ value: string | number | null }>(sql);
      return Number(rows[0]?.value ?? 0);
    });
  }

  dynamicUsers(): Promise<number> {
    return this.ask("postgres", "SELECT count(*) AS value FROM pg_roles WHERE rolname LIKE 'v-%'");
  }
}

/** Leasehold's own way: a member of a group role. */
export const membership = PostgresStatements.memberOf("app_ro");

export function definitionOf(database: string): PostgresDefinition {
  const environment = parseEnvironment({
    name: "bench",
    vault: { address: "http://127.0.0.1:8200" },
    state: { backend: "local" },
    mounts: [{ path: database, type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: database,
        mount: database,
        host: "127.0.0.1",
        database,
        admin: { username: `admin_${database}`, password: SecretInput.variable("admin_password") },
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        roles: [{ name: "reader", statements: membership, defaultTtl: "2h", maxTtl: "4h" }],
      },
    ],
    auth: [],
    policies: [],
  });
  const [definition] = environment.databases.filter(isPostgres);
  if (definition === undefined) throw new Error("the declaration has no PostgreSQL");
  return definition;
}

/** A Vault that a run may kill and start again. */
class BenchVault {
  static async start(place: ThrowAway, env: HostEnvironment): Promise<BenchVault> {
    const binary = await findVaultBinary(env, "vault", (line) => void process.stderr.write(`${line}\n`));
    const folder = place.folderFor("vault");
    const [port, clusterPort] = [await freePort(), await freePort()];
    const options = { binary, folder, logFile: `${folder}/log`, port, clusterPort, env };
    const vault = new BenchVault(new VaultServer(options), `http://127.0.0.1:${port}`);
    await vault.launch(place);
    return vault;
  }

  private daemon: Daemon | undefined;
  private keys: UnsealKeys | undefined;

  private constructor(
    private readonly server: VaultServer,
    private readonly address: string,
  ) {}

  async launch(place: ThrowAway): Promise<void> {
    this.daemon = place.keep(await this.server.launch());
    await this.server.untilReady(this.daemon);
    this.keys = await this.server.open(this.keys, () => undefined);
  }

  kill(): void {
    if (this.daemon !== undefined) process.kill(this.daemon.pid, "SIGKILL");
  }

  get access(): { readonly address: string; readonly token: string } {
    return { address: this.address, token: this.keys?.rootToken ?? "" };
  }

  get client(): VaultClient {
    return this.server.client.withToken(this.keys?.rootToken ?? "");
  }
}

/** Does `work` for each number below `count`, by so many at once; the seconds that it took. */
export async function byMany(clients: number, count: number, work: (at: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) await work(next++);
    }),
  );
  return (performance.now() - began) / 1000;
}

export function printLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What was given after `--name`, if it was. */
export function textOption(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? "");
}

/** A whole number after `--name`, or its default. */
export function optionOf(name: string, byDefault: number): number {
  const given = textOption(name);
  if (given === undefined) return byDefault;
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} wants a whole number, such as ${byDefault}`);
}
