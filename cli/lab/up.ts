import type { CliContext } from "../context";
import { type Step, runSteps } from "../progress";
import { findTerraform, type Terraform } from "../parts/terraform";
import { findVaultBinary, type ServerProduct, type VaultBinary } from "../parts/vault-binary";
import { findVaultProvider, type VaultProviderSource } from "../parts/vault-provider";
import { Lab, type LabStatus } from "./lab";
import { LabDeployment } from "./lab-deployment";
import type { ProofRow } from "./proof";

export interface LabUpOptions {
  readonly server?: ServerProduct;
  readonly vaultPort?: number;
  readonly postgresPort?: number;
}

export interface LabUpResult {
  readonly status: LabStatus;
  readonly credentials: readonly ProofRow[];
  readonly seconds: number;
}

/** Brings a lab up from whatever state it is in, and ends with credentials that were tried. */
export async function labUp(context: CliContext, name: string, options: LabUpOptions): Promise<LabUpResult> {
  const began = Date.now();
  const lab = new Lab(context, name);
  const terraform = await findTerraform(context.env);
  return lab.exclusively(async () => {
    const found: { binary?: VaultBinary; provider?: VaultProviderSource; credentials: readonly ProofRow[] } = {
      credentials: [],
    };
    await runSteps(steps(context, lab, terraform, options, found));
    return {
      status: await lab.status(),
      credentials: found.credentials,
      seconds: Math.round((Date.now() - began) / 100) / 10,
    };
  });
}

function steps(
  context: CliContext,
  lab: Lab,
  terraform: Terraform,
  options: LabUpOptions,
  found: { provider?: VaultProviderSource; credentials: readonly ProofRow[] },
): Step[] {
  const deployment = new LabDeployment(context, lab);
  return [
    {
      title: "Vault server",
      run: async (report, done) => {
        const choice = options.server ?? lab.folder.readRecord()?.product;
        const binary = await findVaultBinary(context.env, choice, report);
        await lab.prepare(binary, { vault: options.vaultPort, postgres: options.postgresPort });
        done(`Vault server: ${binary.product} ${binary.version}`);
      },
    },
    {
      title: "Terraform provider",
      run: async (report, done) => {
        found.provider = await findVaultProvider(context.env, terraform, report);
        done(`Terraform provider: hashicorp/vault ${found.provider.constraint} from ${found.provider.from}`);
      },
    },
    { title: "PostgreSQL starts", run: () => lab.startPostgres() },
    { title: "Vault starts and is unsealed", run: () => lab.startVault() },
    { title: "Databases are prepared for Vault", run: () => deployment.bootstrapDatabases() },
    {
      title: "cdktf deploy lab",
      run: async (report) => {
        if (found.provider !== undefined) await deployment.deploy(terraform, found.provider, report);
      },
    },
    { title: "Vault rotates the admin's password", run: () => deployment.rotateAdmins() },
    {
      title: "The sample application gets and tries credentials",
      run: async () => {
        found.credentials = await deployment.prove();
      },
    },
  ];
}
