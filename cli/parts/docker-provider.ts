import type { HostEnvironment } from "../../environments/load";
import { findProvider, type ProviderSource, type WantedProvider } from "./provider";
import type { Terraform } from "./terraform";

const dockerProvider: WantedProvider = {
  source: "kreuzwerker/docker",
  // The bindings are of 3.6, and what they declare is unchanged in 4.
  constraint: ">= 3.6.2, < 5.0.0",
  oldest: "3.6.2",
  built: {
    version: "4.6.0",
    mainPackage: "github.com/terraform-providers/terraform-provider-docker",
    oldestGo: "1.25.8",
  },
};

/**
 * Finds kreuzwerker/docker.
 *
 * @throws LeaseholdError when a named mirror lacks it, or it can't be built.
 */
export function findDockerProvider(
  env: HostEnvironment,
  terraform: Terraform,
  progress: (line: string) => void,
): Promise<ProviderSource> {
  return findProvider(env, terraform, dockerProvider, progress);
}
