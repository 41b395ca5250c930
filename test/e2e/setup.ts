import { messageOf } from "../../constructs/core/errors";
import { Container } from "../../cli/servers/container";
import { findMariaDb, type MariaDbBinaries } from "../../cli/servers/mariadb-server";
import { type HostEnvironment, hostEnvironment } from "../../environments/load";
import { runSteps } from "../../cli/progress";
import { findDockerProvider } from "../../cli/parts/docker-provider";
import { builtCompose, findCompose, hasBuiltCompose } from "../../cli/parts/docker-compose";
import { findTerraform } from "../../cli/parts/terraform";
import { findVaultBinary, type ServerProduct, serverProducts } from "../../cli/parts/vault-binary";
import { findVaultProvider, type VaultProviderSource } from "../../cli/parts/vault-provider";
import { TestEngine } from "./docker-engine";
import { type JestRun, type Parts, sharedLabs, writeParts } from "./parts";
import teardown from "./teardown";

/** Finds or builds the real parts, and starts a Vault and a PostgreSQL for each product and worker. */
export default async function setup(jestRun: JestRun): Promise<void> {
  try {
    writeParts(await startAll(jestRun));
  } catch (thrown) {
    await teardown(jestRun); // Jest calls it only after a set-up that succeeded
    throw thrown;
  }
}

async function startAll(jestRun: JestRun): Promise<Parts> {
  const env = hostEnvironment();
  const missing: Partial<Record<ServerProduct, string>> = {};
  let provider: VaultProviderSource | undefined;
  let docker: Partial<Parts> = {};
  await runSteps([
    {
      title: "Terraform provider",
      run: async (report, done) => {
        provider = await findVaultProvider(env, await findTerraform(env), report);
        done(`Terraform provider: hashicorp/vault ${provider.constraint} from ${provider.from}`);
      },
    },
    {
      title: "Docker engine, provider and Compose",
      run: async (report, done) => {
        docker = await dockerParts(env, report);
        const { docker: reason, compose } = docker;
        done(reason ?? `Docker engine and provider, Compose: ${compose?.join(" ") ?? "none"}`);
      },
    },
    ...serverProducts.map((product) => ({
      title: product,
      run: async (report: (line: string) => void, done: (title: string) => void) => {
        try {
          await start(product, jestRun, report);
        } catch (thrown) {
          // On somebody's laptop a part that can't be had is a skip with its reason; in CI it is a failure.
          if (env["CI"] === "true") throw thrown;
          missing[product] = messageOf(thrown);
          done(`${product} is not to be had: ${messageOf(thrown)}`);
        }
      },
    })),
  ]);
  if (provider === undefined) throw new Error("no provider was found, and nothing said why");
  return {
    provider,
    missing,
    mariadb: (await requireMariaDb(env))?.version,
    containers: {
      mysql: await Container.reasonAgainst(env, "mysql:8.4"),
      mongodb: await Container.reasonAgainst(env, "mongo:8.0"),
    },
    ...docker,
  };
}

/** On somebody's laptop tests without MariaDB are skipped; in CI they must run. */
async function requireMariaDb(env: HostEnvironment): Promise<MariaDbBinaries | undefined> {
  const found = await findMariaDb(env);
  if (found === undefined && env["CI"] === "true") {
    throw new Error("MariaDB is not installed: install Debian's mariadb-server, which .ci/run does as root");
  }
  return found;
}

/** Gets what dev stacks are made and checked with, in minutes where it has to be built. */
async function dockerParts(env: HostEnvironment, report: (line: string) => void): Promise<Partial<Parts>> {
  const reason = await TestEngine.reasonAgainst(env);
  if (reason !== undefined) {
    if (env["CI"] !== "true" || process.getuid?.() !== 0) return { docker: reason };
    throw new Error(`${reason}: install Debian's docker.io, busybox-static and postgresql-client, which .ci/run does`);
  }
  try {
    await findDockerProvider(env, await findTerraform(env), report);
    const wantsCompose = env["CI"] === "true" || env["LEASEHOLD_E2E_COMPOSE"] === "1" || hasBuiltCompose(env);
    return { compose: (await findCompose(env)) ?? (wantsCompose ? await builtCompose(env, report) : undefined) };
  } catch (thrown) {
    if (env["CI"] === "true") throw thrown;
    return { docker: messageOf(thrown) };
  }
}

async function start(product: ServerProduct, jestRun: JestRun, report: (line: string) => void): Promise<void> {
  const binary = await findVaultBinary(hostEnvironment(), product, report);
  for (const lab of sharedLabs(product, jestRun)) {
    await lab.stop();
    lab.remove();
    await lab.exclusively(async () => {
      await lab.prepare(binary);
      await lab.startPostgres();
      await lab.startVault();
    });
  }
}
