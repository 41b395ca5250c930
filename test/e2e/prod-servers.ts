import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { deploymentEnvironment } from "../../cli/cdktf";
import { findTerraform } from "../../cli/parts/terraform";
import { findVaultBinary } from "../../cli/parts/vault-binary";
import { findLdapServer } from "../../cli/servers/ldap-server";
import { findMariaDb, MariaDbServer } from "../../cli/servers/mariadb-server";
import { freePort } from "../../cli/servers/ports";
import { ThrowAway } from "../../cli/servers/throw-away";
import { VaultServer } from "../../cli/servers/vault-server";
import type { VaultClient } from "../../cli/vault-client";
import { SecretInput } from "../../constructs/core/secret-input";
import { quoteMySqlLiteral } from "../../constructs/database/statements/mysql-text";
import { isMySql, isPostgres } from "../../environments/databases/schema";
import { type HostEnvironment, loadEnvironment } from "../../environments/load";
import type { Overrides } from "../../environments/schema";
import { TestAuthority } from "./certificates";
import { TestDirectory } from "./ldap-directory";
import { readParts, testContext } from "./parts";
import { TestPostgres } from "./postgres";
import { TokenSigner } from "./signed-tokens";

/** prod as its file declares it. */
export const declared = loadEnvironment("prod", {});

/** The variables of every secret that something declares. */
export function secretsOf(value: unknown): SecretInput[] {
  if (value instanceof SecretInput) return [value];
  if (typeof value !== "object" || value === null) return [];
  const all = Object.values(value).flatMap(secretsOf);
  return all.filter(({ variableName }, at) => all.findIndex((each) => each.variableName === variableName) === at);
}

/** What prod needs around it, each with TLS by one authority: Vault, its databases, its directory. */
export class ProdServers {
  static async start(issuer: VaultClient): Promise<ProdServers> {
    const place = await ThrowAway.open();
    try {
      const authority = await TestAuthority.make(issuer, "test-pki-prod");
      const servers = new ProdServers(place, authority, authority.asFile(place.folderFor("certificates")));
      await servers.startVault();
      await servers.startPostgres();
      await servers.startMySql();
      await servers.startDirectory();
      await servers.letDeployerIn();
      return servers;
    } catch (thrown) {
      await place.close();
      throw thrown;
    }
  }

  /** Values of every secret that prod declares, by its variable; no two alike. */
  readonly secrets: Record<string, string> = Object.fromEntries(
    secretsOf(declared).map(({ variableName }) => [variableName, `canary-${randomBytes(16).toString("hex")}`]),
  );
  /** Whom the workflows' tokens are signed by. */
  readonly signer = new TokenSigner();
  readonly postgres = new Map<string, TestPostgres>();
  directory: TestDirectory | undefined;
  /** Whether the declared MySQL connection meets a server. */
  hasMySql = false;
  private server: VaultServer | undefined;
  rootToken = "";
  private mysqlPort = 0;

  private constructor(
    readonly place: ThrowAway,
    readonly authority: TestAuthority,
    readonly authorityFile: string,
  ) {}

  /** Asks as the root token does. */
  get operator(): VaultClient {
    return this.vault.client.withToken(this.rootToken);
  }

  get address(): string {
    return this.vault.address;
  }

  private get vault(): VaultServer {
    if (this.server === undefined) throw new Error("Vault was not started");
    return this.server;
  }

  /** Where the deployment keeps what it makes. */
  get folder(): string {
    return this.place.folderFor("deployment");
  }

  get output(): string {
    return join(this.folder, "cdktf.out");
  }

  get stateFile(): string {
    return join(this.folder, "terraform.tfstate");
  }

  get auditFiles(): readonly [string, string] {
    const folder = this.place.folderFor("audit");
    return [join(folder, "first.log"), join(folder, "second.log")];
  }

  /** Logs of the servers, which must hold no secret either. */
  get serverLogs(): string[] {
    return filesBelow(this.place.folder).filter((file) => /\/log$/.test(file));
  }

  /** Addresses, the files of the servers' certificates and of the audit devices; nothing of what is declared beside that. */
  get overrides(): Overrides {
    const { provider } = readParts();
    const here = { host: "127.0.0.1" };
    const [first, second] = this.auditFiles;
    return {
      prod: {
        vault: { address: this.address, provider: provider.constraint },
        state: { backend: "local", path: this.stateFile },
        audit: [
          { type: "file", path: "first", filePath: first },
          { type: "file", path: "second", filePath: second },
        ],
        auth: {
          "github-actions": { keys: { publicKeys: [this.signer.publicKey] } },
          ...(this.directory === undefined
            ? {}
            : { ldap: { url: `ldaps://127.0.0.1:${this.directory.tlsPort}`, certificate: this.authority.pem } }),
        },
        databases: {
          ...Object.fromEntries(
            [...this.postgres].map(([name, { port }]) => [
              name,
              { ...here, port, certificateAuthority: { serverFile: this.authorityFile } },
            ]),
          ),
          ...Object.fromEntries(
            declared.databases.filter(isMySql).map(({ name }) => [
              name,
              this.hasMySql
                ? { ...here, port: this.mysqlPort, certificateAuthority: { pem: this.authority.pem } }
                : // No MariaDB is installed here: the connection is written, and not tried.
                  { verifyConnection: false, rotateRoot: false },
            ]),
          ),
        },
      },
    };
  }

  /** What a job of CI exports: no token of Vault's, but what the declared login needs. */
  async env(): Promise<HostEnvironment> {
    const host = testContext().env;
    const env = deploymentEnvironment(host, {
      terraform: await findTerraform(host),
      provider: readParts().provider,
      overrides: this.overrides,
      secrets: this.secrets,
      folder: this.folder,
    });
    return { ...env, VAULT_CACERT: this.authorityFile };
  }

  async close(): Promise<void> {
    await this.authority.remove();
    await this.place.close();
  }

  private async startVault(): Promise<void> {
    const { env } = testContext();
    const folder = this.place.folderFor("vault");
    const binary = await findVaultBinary(env, "vault", () => undefined);
    this.server = new VaultServer({
      binary,
      folder,
      logFile: join(folder, "log"),
      port: await freePort(),
      clusterPort: await freePort(),
      env,
      tls: { ...(await this.authority.issue(folder, "vault", { ip: "127.0.0.1" })), caFile: this.authorityFile },
    });
    await this.server.untilReady(this.place.keep(await this.server.launch()));
    this.rootToken = (await this.server.open(undefined, () => undefined)).rootToken;
  }

  /** A server for each declared database, of the declared version, that lets Vault and its users in over TLS alone. */
  private async startPostgres(): Promise<void> {
    for (const database of declared.databases.filter(isPostgres)) {
      const folder = this.place.folderFor(`certificate-${database.name}`);
      const postgres = await TestPostgres.start(this.place, {
        version: database.bootstrap.version,
        tls: {
          ...(await this.authority.issue(folder, database.name, { ip: "127.0.0.1" })),
          caFile: this.authorityFile,
        },
      });
      await postgres.bootstrap(database, this.secretOf(database.admin.password));
      await postgres.acceptLogins([
        `hostnossl all ${database.admin.username} all reject`,
        `hostnossl all "/^v-" all reject`, // from 16 on, a name after a slash is a pattern
      ]);
      this.postgres.set(database.name, postgres);
    }
  }

  /** A MariaDB: Vault's plug-in for MySQL logs in to it, and changes its own password, as it does with MySQL. */
  private async startMySql(): Promise<void> {
    const { env } = testContext();
    const binaries = await findMariaDb(env);
    const [database] = declared.databases.filter(isMySql);
    if (binaries === undefined || database === undefined) return;
    const folder = this.place.folderFor("mysql");
    this.mysqlPort = await freePort();
    const server = new MariaDbServer({
      binaries,
      dataFolder: join(folder, "data"),
      logFile: join(folder, "log"),
      port: this.mysqlPort,
      rootPassword: randomBytes(16).toString("hex"),
      env,
      tls: await this.authority.issue(folder, "mysql", { ip: "127.0.0.1" }),
    });
    await server.untilReady(this.place.keep(await server.launch()));
    const user = `${quoteMySqlLiteral(database.admin.username)}@'%'`;
    const password = quoteMySqlLiteral(this.secretOf(database.admin.password));
    await server.asRoot(async (connection) => {
      await connection.query(`CREATE USER ${user} IDENTIFIED BY ${password} REQUIRE SSL`);
      await connection.query(`GRANT CREATE USER ON *.* TO ${user}`);
    });
    this.hasMySql = true;
  }

  private async startDirectory(): Promise<void> {
    const people = declared.auth.find(({ method }) => method === "ldap");
    if (findLdapServer(testContext().env) === undefined || people?.method !== "ldap") return;
    const { userDn, groupDn = "", bindDn = "" } = people;
    this.directory = await TestDirectory.start(this.place, this.authority, {
      people: ["anna", "otto"],
      groups: { developers: ["anna"], "on-call": ["otto"] },
      names: { userDn, groupDn, bindDn },
    });
    if (people.bindPassword !== undefined) this.secrets[people.bindPassword.variableName] = this.directory.bindPassword;
  }

  /** What a person with the rights to do so does once, before the first deployment; see docs/environments.md. */
  private async letDeployerIn(): Promise<void> {
    const { login } = declared.vault;
    if (login?.method !== "approle") throw new Error("prod declares no AppRole to log in with");
    const { operator } = this;
    await operator.write(`sys/auth/${login.path}`, { type: "approle" });
    const role = `auth/${login.path}/role/ci`;
    await operator.write(role, { token_policies: "deployer", token_ttl: "20m" });
    await operator.write(`${role}/role-id`, { role_id: this.secretOf(login.roleId) });
    await operator.write(`${role}/custom-secret-id`, { secret_id: this.secretOf(login.secretId) });
  }

  private secretOf({ variableName }: SecretInput): string {
    return this.secrets[variableName] ?? "";
  }
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return [];
    return found.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Names of the secrets whose values a text holds. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, value]) => text.includes(value))
    .map(([name]) => name)
    .sort();
}

/** The files below a folder that hold secrets, with the secrets' names; the providers' programs are left out. */
export function secretsBelow(folder: string, secrets: Readonly<Record<string, string>>): Record<string, string[]> {
  const files = filesBelow(folder).filter((file) => !file.includes("/.terraform/providers/"));
  const found = files.map((file) => [file.slice(folder.length + 1), secretsIn(readFileSync(file, "latin1"), secrets)]);
  return Object.fromEntries(found.filter(([, names]) => names?.length)) as Record<string, string[]>;
}
