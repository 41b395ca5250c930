import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { onPath } from "../parts/executables";
import { run, runOrFail } from "../processes";
import type { ThrowAway } from "./throw-away";

export interface ContainerOptions {
  /** With its tag, such as `mysql:8.4`. */
  readonly image: string;
  /** Variables of the container; they reach the engine through a file, not the command line. */
  readonly variables: Readonly<Record<string, string>>;
  /** The port that the server listens on inside. */
  readonly port: number;
}

/** A server in a container, for engines whose programs come as images only. */
export class Container {
  /**
   * Why there can be no container of that image here; undefined when there can. The image is pulled where it is missing.
   *
   * @see https://docs.docker.com/reference/cli/docker/
   */
  static async reasonAgainst(env: HostEnvironment, image: string): Promise<string | undefined> {
    const docker = onPath(env, "docker");
    if (docker === undefined) return "docker is not on PATH";
    const engine = await run(docker, ["version", "--format", "{{.Server.Version}}"], { env, timeoutMs: 20_000 }).catch(
      () => undefined,
    );
    if (engine?.code !== 0) return "no Docker engine answers";
    if ((await run(docker, ["image", "inspect", image], { env, timeoutMs: 20_000 })).code === 0) return undefined;
    const pulled = await run(docker, ["pull", "--quiet", image], { env, timeoutMs: 600_000 }).catch(() => undefined);
    return pulled?.code === 0 ? undefined : `the image ${image} can't be pulled`;
  }

  /** Starts one that is removed with the place, however the work ends. */
  static async start(place: ThrowAway, env: HostEnvironment, options: ContainerOptions): Promise<Container> {
    const file = join(place.folder, `${options.image.replace(/\W/g, "-")}.env`);
    const lines = Object.entries(options.variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
    const args = [
      "run",
      "--detach",
      "--rm",
      "--env-file",
      file,
      "--publish",
      `127.0.0.1::${options.port}`,
      options.image,
    ];
    const id = (await runOrFail("docker", args, { env, timeoutMs: 120_000 })).trim();
    place.keepContainer(id);
    const published = await runOrFail("docker", ["port", id, `${options.port}/tcp`], { env, timeoutMs: 20_000 });
    return new Container(id, publishedPort(published), env);
  }

  private constructor(
    readonly id: string,
    /** On 127.0.0.1. */
    readonly port: number,
    private readonly env: HostEnvironment,
  ) {}

  /** Runs a program inside; its exit code tells whether it did. */
  exec(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    return run("docker", ["exec", this.id, ...args], { env: this.env, timeoutMs: 60_000 });
  }
}

/** What `docker port` prints, such as `127.0.0.1:49153`. */
export function publishedPort(text: string): number {
  const port = /^127\.0\.0\.1:(\d+)$/m.exec(text)?.[1];
  if (port !== undefined) return Number(port);
  throw new LeaseholdError("docker port", `answered ${JSON.stringify(text)}`, "see that the container runs");
}
