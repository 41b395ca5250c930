import { LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { resolve } from "node:path";
import { DevStack } from "../constructs/docker/dev-stack";
import { DockerEngine } from "../constructs/docker/docker-engine";
import type { DeclaredStack } from "../environments/containers";

/**
 * The containers that an environment declares. They are not Vault's configuration, and no guardrail judges them; their state lies
 * on the machine where they run.
 */
export class InfraStack extends TerraformStack {
  constructor(scope: Construct, id: string, { model, secretsFolder, statePath, provider }: DeclaredStack) {
    super(scope, id);
    new LocalBackend(this, { path: resolve(statePath) });
    new DockerEngine(this, "Docker", provider === undefined ? {} : { provider });
    new DevStack(this, "containers", { model, secretsFolder: resolve(secretsFolder) });
  }
}
