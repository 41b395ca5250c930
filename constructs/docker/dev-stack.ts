import { Image } from "@cdktf/provider-docker/lib/image";
import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import { Construct } from "constructs";
import { StackContainer } from "./stack-container";
import type { StackModel } from "./model/container-model";
import { stackLabel } from "./model/stack-label";

export interface DevStackOptions {
  /** What is in the stack, as `devStack` makes it. */
  readonly model: StackModel;
  /** Absolute path of the folder on the host where the stack's secrets lie, which have to be there first. */
  readonly secretsFolder: string;
}

/**
 * A dev stack on a Docker engine: a network and volumes of its own, images that stay when it goes, and containers.
 *
 * Secrets reach the containers as read-only files of the host. Terraform's state holds their paths and nothing else of them.
 */
export class DevStack extends Construct {
  /**
   * @throws LeaseholdError when the folder of secrets is no absolute path.
   */
  constructor(scope: Construct, id: string, { model, secretsFolder }: DevStackOptions) {
    super(scope, id);
    const labels = [{ label: stackLabel, value: model.name }];
    const network = new Network(this, "network", { name: model.name, driver: "bridge", labels });
    const volumes = new Map(
      model.volumes.map((volume) => [
        volume,
        new Volume(this, `volume-${volume}`, { name: `${model.name}-${volume}`, labels }),
      ]),
    );
    const images = new Map(
      Object.entries(model.images).map(([kind, name]) => [
        name,
        // Other stacks may run on it, and it was perhaps pulled by hand.
        new Image(this, `image-${kind}`, { name, keepLocally: true }),
      ]),
    );
    const containers = new Map<string, StackContainer>();
    for (const container of model.containers) {
      const added = new StackContainer(this, `container-${container.name}`, {
        stack: model.name,
        container,
        secretsFolder,
        labels,
        network,
        volumes,
        images,
        after: containers,
      });
      containers.set(container.name, added);
    }
    this.node.defaultChild = network;
  }
}
