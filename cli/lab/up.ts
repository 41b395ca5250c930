import type { CliContext } from "../context";
import { findTerraform, type Terraform } from "../parts/terraform";
import { findVaultBinary, type ServerProduct } from "../parts/vault-binary";
import { findVaultProvider, type VaultProviderSource } from "../parts/vault-provider";
import { runSteps, type Step } from "../progress";
import { type ChosenContainers, chooseContainers, type LabChoice } from "./choose-containers";
import { ContainerRuntime } from "./container-runtime";
import { Lab, type LabStatus } from "./lab";
import { LabDeployment } from "./lab-deployment";
import { deployInfrastructure } from "./lab-infrastructure";
import { labStack } from "./lab-stack";
import type { ProofRow } from "./proof";
import { StackSecrets } from "./stack-secrets";

export interface LabUpOptions extends Omit<LabChoice, "ports"> {
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
  const ports = { vault: options.vaultPort, postgres: options.postgresPort };
  return lab.exclusively(async () => {
    const containers = await chooseContainers(context, lab, terraform, { ...options, ports });
    const starting =
      containers === undefined
        ? processSteps(context, lab, options)
        : containerSteps(context, lab, terraform, containers);
    const found: Found = { credentials: [] };
    await runSteps([...starting, ...deploymentSteps(context, lab, terraform, found)]);
    return {
      status: await lab.status(),
      credentials: found.credentials,
      seconds: Math.round((Date.now() - began) / 100) / 10,
    };
  });
}

interface Found {
  provider?: VaultProviderSource;
  credentials: readonly ProofRow[];
}

/** What comes before the servers where they are processes. */
function processSteps(context: CliContext, lab: Lab, options: LabUpOptions): Step[] {
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
  ];
}

/** What comes before the servers where they are containers. */
function containerSteps(
  context: CliContext,
  lab: Lab,
  terraform: Terraform,
  { record, provider }: ChosenContainers,
): Step[] {
  return [
    {
      title: "cdktf deploy lab-infra",
      run: async (report) => {
        lab.begin(record);
        const { model, secretsFolder } = labStack(lab.folder, record);
        const { postgresSuperuserPassword } = lab.secrets();
        new StackSecrets(secretsFolder).prepare(model.secrets, { "postgres-password": postgresSuperuserPassword });
        await new ContainerRuntime(lab.folder).startStopped();
        await deployInfrastructure(context, lab, terraform, provider, report);
      },
    },
  ];
}

/** The rest, whatever the servers are. */
function deploymentSteps(context: CliContext, lab: Lab, terraform: Terraform, found: Found): Step[] {
  const deployment = new LabDeployment(context, lab);
  return [
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
