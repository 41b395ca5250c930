import { generateKeyPairSync, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { deploy, deploymentEnvironment, destroy } from "../../cli/cdktf";
import { applyBootstrap } from "../../cli/bootstrap";
import type { Lab } from "../../cli/lab/lab";
import { type SessionOptions, withSession } from "../../cli/servers/postgres-session";
import { findTerraform } from "../../cli/parts/terraform";
import { type ServerProduct, serverProducts } from "../../cli/parts/vault-binary";
import { run, type RunResult } from "../../cli/processes";
import { Workspace } from "../../cli/terraform/workspace";
import type { IssuedCredentials } from "../../cli/vault-client";
import { serverOf } from "../../constructs/core/server-features";
import { quoteIdentifier } from "../../constructs/database/statements/sql-text";
import { type HostEnvironment, loadEnvironment } from "../../environments/load";
import { isPostgres, type PostgresDefinition } from "../../environments/databases/schema";
import type { Overrides } from "../../environments/schema";
import { readParts, sharedLab, testContext } from "./parts";
import { type Plan, plan } from "./terraform";

/** Deployments and starts of servers take seconds here, and more on a busy machine. */
jest.setTimeout(5 * 60_000);

/** The tests of `body` on each product that is there; where it is not, one skipped test that says why. */
export function describeOnEachServer(title: string, body: (product: ServerProduct, lab: Lab) => void): void {
  for (const product of serverProducts) {
    const reason = readParts().missing[product];
    if (reason === undefined) describe(`${title} on ${product}`, () => body(product, sharedLab(product)));
    else it.skip(`${title} on ${product}: ${reason}`, () => undefined);
  }
}

/** Signs what nobody logs in with here: Vault can't ask the real issuer. */
const issuer = generateKeyPairSync("ec", { namedCurve: "P-256" });

type EnvironmentOverrides = Overrides[string];

/** The very declaration of an environment, deployed to a shared lab's servers, in a database of its own. */
export class Deployment {
  readonly database: PostgresDefinition;
  readonly folder: string;
  /** Vault's admin in PostgreSQL; a canary to search for too. */
  adminPassword = `canary-${randomBytes(16).toString("hex")}`;

  constructor(
    readonly lab: Lab,
    readonly environment: "dev" | "staging" | "prod",
    private readonly extra: EnvironmentOverrides = {},
  ) {
    const [declared] = loadEnvironment(environment, {}).databases.filter(isPostgres);
    if (declared === undefined) throw new Error(`${environment} declares no database`);
    this.database = { ...declared, database: `${declared.database}_${environment}` };
    // Terraform keeps what it knows of a backend there: another backend needs another folder.
    this.folder = lab.folder.at(extra.state === undefined ? environment : `${environment}-${extra.state.backend}`);
  }

  /** Makes the database, its roles and a table of the owner's. */
  async bootstrap(): Promise<void> {
    const server = this.lab.postgres();
    await applyBootstrap(server, this.database, this.adminPassword);
    await server.asSuperuser(this.database.database, async (client) => {
      await client.query(
        "SET ROLE app_owner; CREATE TABLE IF NOT EXISTS items (id integer, label text); RESET ROLE; INSERT INTO items VALUES (1, 'one')",
      );
    });
  }

  /** Removes whatever a test that failed may have left, in Vault and in PostgreSQL, so that the next file begins anew. */
  async cleanUp(): Promise<void> {
    const operator = this.lab.operator();
    const { mounts, engines, auth, identity, policies, ...settings } = loadEnvironment(this.environment, {});
    for (const { name } of settings.rateLimits) await operator.delete(`sys/quotas/rate-limit/${name}`);
    for (const { name } of settings.uiHeaders) await operator.delete(`sys/config/ui/headers/${name}`);
    for (const { path } of [...mounts, ...engines]) {
      await operator.write(`sys/leases/revoke-force/${path}`, {});
      await operator.delete(`sys/mounts/${path}`);
    }
    for (const { path } of auth) await operator.delete(`sys/auth/${path}`);
    // Users of userpass and the directory have entities of their own.
    for (const name of await operator.list("identity/entity/name"))
      await operator.delete(`identity/entity/name/${name}`);
    for (const { name } of identity.groups) await operator.delete(`identity/group/name/${name}`);
    for (const { name } of policies) await operator.delete(`sys/policies/acl/${name}`);
    await this.dropDatabase();
    // A state would tell the next file of what is gone.
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async dropDatabase(): Promise<void> {
    const { database, admin, bootstrap } = this.database;
    const roles = [
      ...(await this.dynamicUsers()),
      admin.username,
      ...Object.keys(bootstrap.groups),
      bootstrap.ownerRole,
    ].map(quoteIdentifier);
    await this.lab.postgres().asSuperuser("postgres", async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
      for (const role of roles) await client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    });
  }

  async env(secrets: Readonly<Record<string, string>> = {}): Promise<HostEnvironment> {
    const { vaultPort, postgresPort, product, version } = this.lab.record();
    const { provider } = readParts();
    const { databases, auth } = loadEnvironment(this.environment, {});
    const keys = { publicKeys: [issuer.publicKey.export({ type: "spki", format: "pem" }).toString()] };
    const overrides: Overrides = {
      [this.environment]: {
        tier: "lab", // its servers have neither certificates nor a name
        audit: [], // the shared servers have none that could stop them
        auditedHeaders: [],
        vault: {
          address: `http://127.0.0.1:${vaultPort}`,
          server: serverOf(product, version),
          namespace: "", // Vault Community has none
          provider: provider.constraint,
        },
        state: { backend: "local", path: join(this.folder, "terraform.tfstate") },
        login: "token",
        databases: {
          // The other servers are not there: what is declared for them is written, and not tried.
          ...Object.fromEntries(databases.map(({ name }) => [name, { verifyConnection: false, rotateRoot: false }])),
          [this.database.name]: {
            host: "127.0.0.1",
            port: postgresPort,
            tls: "disable",
            database: this.database.database,
          },
        },
        auth: Object.fromEntries(auth.filter(({ method }) => method === "jwt").map(({ path }) => [path, { keys }])),
        ...this.extra,
      },
    };
    return deploymentEnvironment(testContext().env, {
      terraform: await findTerraform(testContext().env),
      provider,
      overrides,
      vaultToken: this.lab.rootToken(),
      secrets: {
        ...Object.fromEntries(databases.map(({ admin }) => [admin.password.variableName, this.adminPassword])),
        ldap_bind_password: "not asked for: there is no directory",
        ...secrets,
      },
      folder: this.folder,
    });
  }

  /** `cdktf deploy`; its whole output. */
  async deploy(env?: HostEnvironment): Promise<string> {
    return deploy(this.environment, { root: testContext().root, output: this.output, env: env ?? (await this.env()) });
  }

  /** `cdktf destroy`. */
  async destroy(env: HostEnvironment): Promise<string> {
    return destroy(this.environment, { root: testContext().root, output: this.output, env });
  }

  /** What `terraform plan` would do with what was synthesised last. */
  async plan(env?: HostEnvironment): Promise<Plan> {
    return plan(this.stack, env ?? (await this.env()));
  }

  /** The synthesised stack. */
  get stack(): string {
    return join(this.output, "stacks", this.environment);
  }

  /** `leasehold destroy`, which ends the leases first. */
  async leaseholdDestroy(...options: readonly string[]): Promise<RunResult> {
    return leasehold(["destroy", this.environment, "--yes", "--output", this.output, ...options], await this.env());
  }

  /** `leasehold deploy`. */
  async leaseholdDeploy(options: readonly string[], env?: HostEnvironment): Promise<RunResult> {
    return leasehold(["deploy", this.environment, "--output", this.output, ...options], env ?? (await this.env()));
  }

  /** The synthesised stack, for Terraform. */
  async workspace(env?: HostEnvironment): Promise<Workspace> {
    const { root } = testContext();
    const { environment, output } = this;
    return Workspace.synthesise({ root, environment, output, env: env ?? (await this.env()) });
  }

  /** A session as an issued user. */
  as<T>({ username, password }: IssuedCredentials, use: Parameters<typeof withSession<T>>[1]): Promise<T> {
    return withSession(this.session(username, password), use);
  }

  /** A session as Vault's admin with its first password. */
  adminOpens(): Promise<boolean> {
    return withSession(this.session(this.database.admin.username, this.adminPassword), () => Promise.resolve(true));
  }

  session(user: string, password: string): SessionOptions {
    return {
      host: "127.0.0.1",
      port: this.lab.record().postgresPort,
      database: this.database.database,
      user,
      password,
    };
  }

  /** What the superuser sees. */
  async asSuperuser<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.lab
      .postgres()
      .asSuperuser(this.database.database, (client) => client.query<T>(sql, [...values]).then(({ rows }) => rows));
  }

  /** The dynamic users that exist. */
  async dynamicUsers(): Promise<string[]> {
    const rows = await this.asSuperuser<{ rolname: string }>(
      "SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%' ORDER BY 1",
    );
    return rows.map(({ rolname }) => rolname);
  }

  get output(): string {
    return join(this.folder, "cdktf.out");
  }
}

/** The command line in a process of its own. */
export function leasehold(args: readonly string[], env: HostEnvironment): Promise<RunResult> {
  const { root } = testContext();
  return run(process.execPath, [join(root, "cli", "leasehold.mjs"), ...args], { cwd: root, env });
}
