import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deploymentEnvironment } from "../cli/cdktf";
import { deploy } from "../cli/deploy/deployment";
import { findTerraform } from "../cli/parts/terraform";
import { findVaultProvider } from "../cli/parts/vault-provider";
import { runOrFail } from "../cli/processes";
import type { Step } from "../cli/progress";
import { ThrowAway } from "../cli/servers/throw-away";
import { projectRoot } from "../cli/context";
import { type HostEnvironment, hostEnvironment } from "../environments/load";
import type { EnvironmentDefinition } from "../environments/schema";
import { type DeployParameters, parametersVariable } from "./deploy-declaration";
import { LifecycleRig, optionOf, printLine, rounded, textOption } from "./lifecycle-rig";

/**
 * `leasehold deploy` of a new environment beside `terraform init`, `plan` and `apply` of the same stack with its own backend, on
 * a real Vault and PostgreSQL. Synthesis, which bare Terraform does not do, is given by itself and not part of the ratio.
 *
 * Usage: node --import tsx bench/deploy.ts [--roles 1000] [--pairs 1] [--backend local|pg] [--alone]
 *
 * Without --roles: 100 and 1,000. --alone leaves bare Terraform out: with local state it is quadratic, 20 minutes at 5,000.
 */

interface Bench {
  readonly rig: LifecycleRig;
  readonly folder: string;
  readonly env: HostEnvironment;
  readonly parameters: Omit<DeployParameters, "roles" | "state">;
}

const backends = ["local", "pg"] as const;
type Backend = (typeof backends)[number];
const [mount, database, stateDatabase] = ["bench", "bench", "state"];

async function main(): Promise<void> {
  const given = optionOf("roles", 0);
  await ThrowAway.use(async (place) => {
    const bench = await prepare(place);
    for (const roles of given === 0 ? [100, 1_000] : [given]) {
      for (const backend of chosenBackends()) {
        for (let pair = 1; pair <= optionOf("pairs", 1); pair++) printLine(await measure(bench, roles, backend, pair));
      }
    }
  });
}

function chosenBackends(): readonly Backend[] {
  const given = textOption("backend");
  const chosen = backends.filter((backend) => given === undefined || backend === given);
  if (chosen.length === 0) throw new Error(`--backend wants ${backends.join(" or ")}, not ${given}`);
  return chosen;
}

async function prepare(place: ThrowAway): Promise<Bench> {
  const host = hostEnvironment();
  const rig = await LifecycleRig.start(place);
  await rig.makeDatabase(database);
  await rig.postgres.asSuperuser("postgres", (client) => client.query(`CREATE DATABASE ${stateDatabase}`));
  const terraform = await findTerraform(host);
  const provider = await findVaultProvider(host, terraform, (line) => void process.stderr.write(`${line}\n`));
  const { address, token } = rig.vaultAccess;
  const folder = place.folderFor("deployments");
  const secrets = { admin_password: rig.adminPassword };
  const env = deploymentEnvironment(host, { terraform, provider, overrides: {}, vaultToken: token, secrets, folder });
  return {
    rig,
    folder,
    env: { ...env, PG_CONN_STR: rig.connectionString(stateDatabase) },
    parameters: { vault: { address, provider: provider.constraint }, postgresPort: rig.port, database },
  };
}

async function measure(bench: Bench, roles: number, backend: Backend, pair: number) {
  const output = join(bench.folder, `${roles}-${backend}-${pair}`);
  mkdirSync(output);
  const states: Record<Backend, EnvironmentDefinition["state"]> = {
    local: { backend: "local", path: join(output, "terraform.tfstate") },
    pg: { backend: "pg", schemaName: `bench_${roles}_${pair}` },
  };
  const parameters: DeployParameters = { ...bench.parameters, roles, state: states[backend] };
  const env = { ...bench.env, [parametersVariable]: JSON.stringify(parameters) };
  const { seconds } = await deploy({
    root: projectRoot,
    env,
    environment: "bench",
    output,
    app: "node --import tsx bench/deploy-app.ts",
    agree: () => Promise.resolve(),
    show: runQuietly,
  });
  await cleanUp(bench, output, states[backend]);
  const { synthesis, ...ours } = seconds;
  const leasehold = sum(ours);
  const line = { roles, backend, pair, leasehold: rounded(leasehold), synthesis: rounded(synthesis) };
  if (process.argv.includes("--alone")) return { ...line, parts: { leasehold: roundedAll(ours) } };
  const bare = await bareTerraform(join(output, "stacks", "bench"), env);
  await cleanUp(bench, output, states[backend]);
  const terraform = sum(bare);
  return {
    ...line,
    terraform: rounded(terraform),
    ratio: rounded(leasehold / terraform),
    parts: { leasehold: roundedAll(ours), terraform: roundedAll(bare) },
  };
}

/** The same stack in the same folder, as a person would deploy it. */
async function bareTerraform(cwd: string, env: HostEnvironment): Promise<Record<string, number>> {
  rmSync(join(cwd, ".terraform"), { recursive: true, force: true });
  const seconds: Record<string, number> = {};
  for (const args of [["init"], ["plan", "-out=bare"], ["apply", "bare"]]) {
    const began = performance.now();
    await runOrFail("terraform", [args[0] ?? "", "-input=false", ...args.slice(1)], { cwd, env });
    seconds[args[0] ?? ""] = (performance.now() - began) / 1000;
  }
  return seconds;
}

async function cleanUp({ rig }: Bench, output: string, state: EnvironmentDefinition["state"]): Promise<void> {
  await rig.vault.delete(`sys/mounts/${mount}`);
  await rig.vault.delete("sys/policies/acl/bench");
  rmSync(join(output, "terraform.tfstate"), { force: true });
  if (state.backend !== "pg") return;
  await rig.postgres.asSuperuser(stateDatabase, (client) => client.query(`DROP SCHEMA ${state.schemaName} CASCADE`));
}

async function runQuietly(steps: readonly Step[]): Promise<void> {
  for (const { run } of steps)
    await run(
      () => undefined,
      () => undefined,
    );
}

function sum(seconds: Readonly<Record<string, number>>): number {
  return Object.values(seconds).reduce((total, each) => total + each, 0);
}

function roundedAll(seconds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(seconds).map(([part, value]) => [part, rounded(value)]));
}

void main();
