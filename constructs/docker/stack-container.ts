import {
  Container,
  type ContainerHealthcheck,
  type ContainerLabels,
  type ContainerMounts,
} from "@cdktf/provider-docker/lib/container";
import type { Image } from "@cdktf/provider-docker/lib/image";
import type { Network } from "@cdktf/provider-docker/lib/network";
import type { Volume } from "@cdktf/provider-docker/lib/volume";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { type ContainerModel, everyContainer, type HealthCheck, secondsToHealth } from "./model/container-model";

export interface StackContainerProps {
  /** Name of the stack, which is before the container's own. */
  readonly stack: string;
  readonly container: ContainerModel;
  /** Absolute path of the folder on the host where the stack's secrets lie. */
  readonly secretsFolder: string;
  readonly labels: ContainerLabels[];
  readonly network: Network;
  /** By their names in the stack. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** By their names at the registry. */
  readonly images: ReadonlyMap<string, Image>;
  /** Containers that are there already, by their names in the stack. */
  readonly after: ReadonlyMap<string, StackContainer>;
}

/** A container of a dev stack. Where it has a health check, Terraform waits until it is healthy. */
export class StackContainer extends Construct {
  private readonly resource: Container;

  constructor(scope: Construct, id: string, props: StackContainerProps) {
    super(scope, id);
    const { stack, container, network, labels, after } = props;
    const { name, command, user, variables, files, ports, healthCheck, capabilities, startsAfter } = container;
    this.resource = new Container(this, "Default", {
      name: `${stack}-${name}`,
      image: found(props.images, container.image).imageId,
      ...(command === undefined ? {} : { command: command.map(literal) }),
      user,
      env: Object.entries(variables).map(([variable, value]) => `${variable}=${literal(value)}`),
      mounts: mountsOf(this.node.path, props),
      upload: files.map(({ path, content }) => ({ file: path, content: literal(content) })),
      ports: ports.map(({ host, container: internal }) => ({ ip: "127.0.0.1", external: host, internal })),
      networksAdvanced: [{ name: network.name, aliases: [name] }],
      ...(healthCheck === undefined ? {} : awaited(healthCheck)),
      capabilities: {
        drop: [...everyContainer.droppedCapabilities],
        ...(capabilities.length === 0 ? {} : { add: [...capabilities] }),
      },
      securityOpts: [...everyContainer.securityOptions],
      restart: everyContainer.restart,
      stopTimeout: everyContainer.stopSeconds,
      destroyGraceSeconds: everyContainer.stopSeconds,
      labels,
      dependsOn: startsAfter.map((other) => found(after, other).resource),
    });
    this.node.defaultChild = this.resource;
  }
}

function mountsOf(where: string, { container, volumes, secretsFolder }: StackContainerProps): ContainerMounts[] {
  if (!/^\/[^:]*[^:/]$/.test(secretsFolder) || /[$%]\{|\p{Cc}/u.test(secretsFolder)) {
    throw new LeaseholdError(
      where,
      `secretsFolder ${show(secretsFolder)} is no absolute path that the engine takes`,
      "write it from / on, without : and without / at the end",
    );
  }
  return [
    ...container.volumes.map(({ volume, path }) => ({
      type: "volume",
      source: found(volumes, volume).name,
      target: path,
    })),
    // As a mount it has to be there: by `volumes` the engine would make a folder in its place.
    ...container.secrets.map(({ name, path }) => ({
      type: "bind",
      source: `${secretsFolder}/${name}`,
      target: path,
      readOnly: true,
    })),
  ];
}

function awaited(check: HealthCheck): { healthcheck: ContainerHealthcheck; wait: true; waitTimeout: number } {
  const { command, interval, timeout, retries, startPeriod } = check;
  const healthcheck = {
    test: ["CMD", ...command.map(literal)],
    interval: asEngine(interval),
    timeout: asEngine(timeout),
    retries,
    startPeriod: asEngine(startPeriod),
  };
  return { healthcheck, wait: true, waitTimeout: secondsToHealth(check) };
}

/** Seconds as the engine says them, `1m0s`: every plan would have a change otherwise. */
function asEngine(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

/** A text in which Terraform fills in nothing. */
function literal(text: string): string {
  return text.replaceAll(/([$%])\{/g, "$1$1{");
}

function found<T>(declared: ReadonlyMap<string, T>, name: string): T {
  const value = declared.get(name);
  if (value === undefined) throw new Error(`${name} is in a stack's model without being part of it`);
  return value;
}
