import { stringify } from "yaml";
import { type ContainerModel, everyContainer, type HealthCheck, type StackModel } from "./container-model";

export interface ComposeOptions {
  /** Folder of the stack's secrets on the host, absolute or relative to compose.yaml. @default "./secrets" */
  readonly secretsFolder?: string;
}

/** What Compose is given: compose.yaml, and beside it the files of configuration, by their paths. */
export type ComposeFiles = Readonly<Record<string, string>> & { readonly "compose.yaml": string };

/**
 * A dev stack for Compose. No secret is in it, only the paths where they lie: they have to be there before the stack starts, as
 * the stack's `secrets` say.
 *
 * @see https://docs.docker.com/reference/compose-file/
 */
export function composeFiles(model: StackModel, { secretsFolder = "./secrets" }: ComposeOptions = {}): ComposeFiles {
  const configuration = model.containers.flatMap((container) =>
    container.files.map(({ path, content }) => [configurationFile(container, path), content] as const),
  );
  const document = {
    name: model.name,
    services: Object.fromEntries(
      model.containers.map((container) => [container.name, service(model, container, secretsFolder)]),
    ),
    volumes: Object.fromEntries(model.volumes.map((volume) => [volume, {}])),
  };
  return {
    "compose.yaml": stringify(uninterpolated(document), { lineWidth: 0, aliasDuplicateObjects: false }),
    ...Object.fromEntries(configuration),
  };
}

function service(model: StackModel, container: ContainerModel, secretsFolder: string): object {
  const { image, command, user, variables, ports, healthCheck, capabilities, startsAfter } = container;
  const healthy = (name: string) =>
    model.containers.some((each) => each.name === name && each.healthCheck !== undefined);
  return {
    image,
    ...(command === undefined ? {} : { command }),
    user,
    ...some("environment", variables),
    volumes: mounts(container, secretsFolder),
    ...some(
      "ports",
      ports.map((port) => `127.0.0.1:${port.host}:${port.container}`),
    ),
    ...(healthCheck === undefined ? {} : { healthcheck: healthcheck(healthCheck) }),
    cap_drop: everyContainer.droppedCapabilities,
    ...some("cap_add", capabilities),
    security_opt: everyContainer.securityOptions,
    restart: everyContainer.restart,
    stop_grace_period: `${everyContainer.stopSeconds}s`,
    ...some(
      "depends_on",
      Object.fromEntries(
        startsAfter.map((name) => [name, { condition: healthy(name) ? "service_healthy" : "service_started" }]),
      ),
    ),
  };
}

function mounts(container: ContainerModel, secretsFolder: string): readonly object[] {
  // A source that lacks is an error: Compose would make a folder in its place.
  const file = (source: string, target: string) =>
    ({ type: "bind", source, target, read_only: true, bind: { create_host_path: false } }) as const;
  return [
    ...container.volumes.map(({ volume, path }) => ({ type: "volume", source: volume, target: path })),
    ...container.files.map(({ path }) => file(`./${configurationFile(container, path)}`, path)),
    ...container.secrets.map(({ name, path }) => file(`${secretsFolder}/${name}`, path)),
  ];
}

/** Where a file of a container's configuration lies beside compose.yaml. */
function configurationFile({ name }: ContainerModel, path: string): string {
  return `config/${name}/${path.split("/").at(-1)}`;
}

function healthcheck({ command, interval, timeout, retries, startPeriod }: HealthCheck): object {
  return {
    test: ["CMD", ...command],
    interval: `${interval}s`,
    timeout: `${timeout}s`,
    retries,
    start_period: `${startPeriod}s`,
  };
}

/** A member, unless there is nothing in it. */
function some(name: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

/** Compose fills in what follows a dollar sign, in whatever text it stands. */
function uninterpolated(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(uninterpolated);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, uninterpolated(each)]));
}
