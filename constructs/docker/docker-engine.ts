import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { requireText } from "../core/texts";

/** The versions of kreuzwerker/docker that have all that a dev stack is made of. */
export const defaultDockerConstraint = ">= 3.6.0, < 5.0.0";

export interface DockerEngineProps {
  /** Version constraint of the kreuzwerker/docker provider. @default ">= 3.6.0, < 5.0.0" */
  readonly provider?: string;
}

/**
 * The Docker engine that a stack's containers run on: the one at `DOCKER_HOST`, or on this machine.
 *
 * @see https://registry.terraform.io/providers/kreuzwerker/docker/latest/docs
 */
export class DockerEngine extends Construct {
  /**
   * @throws LeaseholdError when the stack has an engine already, or the constraint is none.
   */
  constructor(scope: Construct, id: string, { provider = defaultDockerConstraint }: DockerEngineProps = {}) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    if (stack.node.findAll().some((other) => other instanceof DockerEngine && other !== this)) {
      throw new LeaseholdError(this.node.path, "the stack names a second engine", "use one stack for each engine");
    }
    this.node.defaultChild = new DockerProvider(this, "Provider", {});
    const constraint = requireText(this.node.path, "provider", provider);
    stack.addOverride("terraform.required_providers.docker.version", constraint);
  }
}
