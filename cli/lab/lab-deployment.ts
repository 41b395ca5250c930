import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type HostEnvironment, loadEnvironment } from "../../environments/load";
import { isPostgres, type PostgresDefinition } from "../../environments/databases/schema";
import { serverOf } from "../../constructs/core/server-features";
import type { Overrides } from "../../environments/schema";
import { type CdktfOptions, deploy, deploymentEnvironment, type DeploymentTarget, deploymentVariables } from "../cdktf";
import type { CliContext } from "../context";
import { findTerraform, type Terraform } from "../parts/terraform";
import type { VaultProviderSource } from "../parts/vault-provider";
import { applyBootstrap, resetAdminPassword } from "../bootstrap";
import type { Lab } from "./lab";
import { withSession } from "../servers/postgres-session";
import { environmentName } from "./lab-stack";
import { type ProofRow, proveCredentials } from "./proof";

/** The `lab` environment on the servers of a lab. */
export class LabDeployment {
  constructor(
    private readonly context: CliContext,
    private readonly lab: Lab,
  ) {}

  /** Prepares the declared databases, and fills the shop. */
  async bootstrapDatabases(): Promise<void> {
    for (const database of this.databases()) {
      const { adminPassword } = this.lab.secrets();
      await applyBootstrap(this.lab.postgres(), database, adminPassword);
      // A connection that was destroyed took the rotated password with it: the next one begins with the first password.
      const isKnown = await this.lab.operator().exists(`${database.mount}/config/${database.name}`);
      if (!isKnown) await resetAdminPassword(this.lab.postgres(), database, adminPassword);
      const shop = readFileSync(join(__dirname, "orders.sql"), "utf8");
      await this.lab.postgres().asSuperuser(database.database, (client) => client.query(shop));
    }
  }

  /** `cdktf deploy lab`. */
  async deploy(terraform: Terraform, provider: VaultProviderSource, onLine: (line: string) => void): Promise<void> {
    this.lab.folder.note({ provider: { constraint: provider.constraint, mirror: provider.mirror } });
    // Made anew each time: it holds the checksum of a provider that may have been built again since.
    rmSync(this.lab.folder.at("cdktf.out"), { recursive: true, force: true });
    await deploy(environmentName, this.cdktfOptions(terraform, onLine));
  }

  /**
   * Has Vault change the admin's password wherever the first one, which Terraform was given, still opens the database. What
   * Terraform's state may hold opens nothing afterwards.
   */
  async rotateAdmins(): Promise<void> {
    for (const database of this.databases()) {
      if (await this.adminPasswordOpens(database)) await this.lab.operator().rotateRoot(database.mount, database.name);
    }
  }

  /** Whether the admin's first password is still good. */
  async adminPasswordOpens({ database, admin }: PostgresDefinition): Promise<boolean> {
    const session = {
      host: "127.0.0.1",
      port: this.lab.record().postgresPort,
      database,
      user: admin.username,
      password: this.lab.secrets().adminPassword,
    };
    try {
      return await withSession(session, () => Promise.resolve(true));
    } catch (thrown) {
      if ((thrown as { code?: unknown }).code === "28P01") return false; // invalid_password
      throw thrown;
    }
  }

  /** Gives the lab's own programs their logins, then gets and tries credentials as the sample application does. */
  async prove(): Promise<ProofRow[]> {
    await this.lab.runtime.deliverLogins();
    return proveCredentials(this.lab.operator(), {
      host: "127.0.0.1",
      port: this.lab.record().postgresPort,
      database: "orders",
    });
  }

  /** The variables with which `vault`, `bao` and `cdktf deploy lab` reach this lab. */
  async variables(): Promise<Record<string, string>> {
    return {
      VAULT_ADDR: this.lab.address,
      ...deploymentVariables(this.target(await findTerraform(this.context.env))),
    };
  }

  private databases(): readonly PostgresDefinition[] {
    return loadEnvironment(environmentName, withoutOverrides(this.context.env)).databases.filter(isPostgres);
  }

  private cdktfOptions(terraform: Terraform, onLine: (line: string) => void): CdktfOptions {
    return {
      root: this.context.root,
      output: this.lab.folder.at("cdktf.out"),
      env: deploymentEnvironment(this.context.env, this.target(terraform)),
      onLine,
    };
  }

  private target(terraform: Terraform): DeploymentTarget {
    const { provider, product, version } = this.lab.record();
    const { adminPassword, rootToken } = this.lab.secrets();
    const databases = this.databases();
    const ofRuntime = this.lab.runtime.deployment();
    const overrides: Overrides = {
      [environmentName]: {
        ...ofRuntime.overrides,
        vault: {
          address: this.lab.address,
          server: serverOf(product, version),
          ...(provider === undefined ? {} : { provider: provider.constraint }),
        },
        state: { backend: "local", path: this.lab.folder.at("terraform.tfstate") },
        databases: Object.fromEntries(databases.map(({ name }) => [name, this.lab.runtime.postgresForVault()])),
      },
    };
    return {
      terraform,
      provider: { mirror: provider?.mirror },
      overrides,
      variables: ofRuntime.variables,
      vaultToken: rootToken,
      secrets: Object.fromEntries(databases.map(({ admin }) => [admin.password.variableName, adminPassword])),
      folder: this.lab.folder.path,
    };
  }
}

/** The lab's own overrides replace those that a shell may hold for another lab. */
function withoutOverrides(env: HostEnvironment): HostEnvironment {
  return { ...env, LEASEHOLD_OVERRIDES: undefined };
}
