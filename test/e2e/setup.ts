import { messageOf } from "../../constructs/core/errors";
import { Container } from "../../cli/servers/container";
import { findMariaDb, type MariaDbBinaries } from "../../cli/servers/mariadb-server";
import { type HostEnvironment, hostEnvironment } from "../../environments/load";
import { runSteps } from "../../cli/progress";
import { findTerraform } from "../../cli/parts/terraform";
import { findVaultBinary, type ServerProduct, serverProducts } from "../../cli/parts/vault-binary";
import { findVaultProvider, type VaultProviderSource } from "../../cli/parts/vault-provider";
import { type Parts, sharedLab, writeParts } from "./parts";
import teardown from "./teardown";

/** Finds or builds the real parts, and starts a shared Vault and PostgreSQL for each product. */
export default async function setup(): Promise<void> {
  try {
    writeParts(await startAll());
  } catch (thrown) {
    await teardown(); // Jest calls it only after a set-up that succeeded
    throw thrown;
  }
}

async function startAll(): Promise<Parts> {
  const env = hostEnvironment();
  const missing: Partial<Record<ServerProduct, string>> = {};
  let provider: VaultProviderSource | undefined;
  await runSteps([
    {
      title: "Terraform provider",
      run: async (report, done) => {
        provider = await findVaultProvider(env, await findTerraform(env), report);
        done(`Terraform provider: hashicorp/vault ${provider.constraint} from ${provider.from}`);
      },
    },
    ...serverProducts.map((product) => ({
      title: product,
      run: async (report: (line: string) => void, done: (title: string) => void) => {
        try {
          await start(product, report);
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

async function start(product: ServerProduct, report: (line: string) => void): Promise<void> {
  const lab = sharedLab(product);
  await lab.stop();
  lab.remove();
  await lab.exclusively(async () => {
    await lab.prepare(await findVaultBinary(hostEnvironment(), product, report));
    await lab.startPostgres();
    await lab.startVault();
  });
}
