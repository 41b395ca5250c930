import type { StackImage } from "./images";
import type { StackSecret } from "./secrets";

/** A port of the host's loopback that leads to one of a container. */
export interface PublishedPort {
  /** On 127.0.0.1. */
  readonly host: number;
  readonly container: number;
}

/** A file of configuration, without secrets: it lies in Terraform's state, or beside compose.yaml. */
export interface ConfigurationFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: string;
}

/** A secret of the stack where a container reads it. */
export interface SecretFile {
  /** Name of the file, or the folder of files, among the stack's `secrets`. */
  readonly name: string;
  /** Absolute path in the container. */
  readonly path: string;
}

/** A folder of a container that outlives it. */
export interface MountedVolume {
  /** Name of the volume in its stack. */
  readonly volume: string;
  readonly path: string;
}

/** How the engine finds out whether a container works. Times in seconds. */
export interface HealthCheck {
  /** The program, which the image has, with its arguments. */
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  /** How long failures don't count after the start. */
  readonly startPeriod: number;
}

/** A container as both outputs write it: Terraform's docker provider, and Compose. */
export interface ContainerModel {
  /** Its name among the others, and the name under which they reach it. */
  readonly name: string;
  /** `[REGISTRY/]NAME:TAG[@sha256:DIGEST]`. */
  readonly image: string;
  /** What runs in place of the image's own command; the image's entrypoint stays. @default the image's */
  readonly command?: readonly string[];
  /** The unprivileged user that runs it, by its name in the image. */
  readonly user: string;
  /** Variables, none of which is a secret. */
  readonly variables: Readonly<Record<string, string>>;
  readonly files: readonly ConfigurationFile[];
  readonly secrets: readonly SecretFile[];
  readonly volumes: readonly MountedVolume[];
  readonly ports: readonly PublishedPort[];
  /** @default none: it works only once something else was done, which nothing shall wait for */
  readonly healthCheck?: HealthCheck;
  /** Capabilities that it keeps; all others are dropped. */
  readonly capabilities: readonly string[];
  /** Names of containers that it starts after; where they have a health check, when they are healthy. */
  readonly startsAfter: readonly string[];
}

/** A dev stack before it is written for anybody. */
export interface StackModel {
  /** Prefix of everything that the engine knows it by. */
  readonly name: string;
  /** What its containers are made of, by what it is. */
  readonly images: Readonly<Partial<Record<StackImage, string>>>;
  /** Names of its volumes, without the prefix. */
  readonly volumes: readonly string[];
  /** What must lie in the folder of secrets before the containers start. */
  readonly secrets: readonly StackSecret[];
  /** Each after those that it starts after. */
  readonly containers: readonly ContainerModel[];
}

/** What stays the same whatever runs in a container: how both outputs restart, stop and confine it. */
export const everyContainer = {
  /** It comes back with the engine, unless somebody stopped it. */
  restart: "unless-stopped",
  /** Seconds for a database to write down what it has, before the engine kills it. */
  stopSeconds: 30,
  droppedCapabilities: ["ALL"],
  securityOptions: ["no-new-privileges:true"],
} as const;

/** How long a container may take to become healthy, in seconds: after that the engine calls it unhealthy. */
export function secondsToHealth({ interval, retries, startPeriod, timeout }: HealthCheck): number {
  return startPeriod + retries * (interval + timeout);
}
