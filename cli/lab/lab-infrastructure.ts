import { rmSync } from "node:fs";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { infraStackName } from "../../environments/containers";
import { deploy, deploymentEnvironment } from "../cdktf";
import type { CliContext } from "../context";
import { takenPort } from "../docker/engine";
import type { ProviderSource } from "../parts/provider";
import type { Terraform } from "../parts/terraform";
import type { Lab } from "./lab";
import { environmentName } from "./lab-stack";

/**
 * `cdktf deploy lab-infra`: the lab's containers, from whatever state they are in.
 *
 * @throws LeaseholdError when they can't be made, as where a port is taken.
 */
export async function deployInfrastructure(
  context: CliContext,
  lab: Lab,
  terraform: Terraform,
  provider: ProviderSource,
  onLine: (line: string) => void,
): Promise<void> {
  const { overrides, variables } = lab.runtime.deployment();
  const output = lab.folder.at("infra", "cdktf.out");
  // Made anew each time: it holds the checksum of a provider that may have been built again since.
  rmSync(output, { recursive: true, force: true });
  const env = deploymentEnvironment(context.env, {
    terraform,
    provider: { source: "kreuzwerker/docker", mirror: provider.mirror },
    overrides: { [environmentName]: { containers: { ...overrides.containers, provider: provider.constraint } } },
    secrets: {},
    variables,
    folder: lab.folder.at("infra"),
  });
  try {
    await deploy(infraStackName(environmentName), { root: context.root, output, env, onLine });
  } catch (thrown) {
    const port = takenPort(messageOf(thrown));
    if (port === undefined) throw thrown;
    throw new LeaseholdError(
      `lab ${lab.name}`,
      `port ${port} of 127.0.0.1 is in use by another process`,
      `end that process, or run "leasehold lab reset --name ${lab.name}" to get new ports`,
    );
  }
}
