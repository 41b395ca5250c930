import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { type DockerEngine, EngineRefusal } from "./engine";
import { logText } from "./log-stream";

const containerAnswer = z.object({
  Id: z.string(),
  State: z.object({
    Status: z.enum(["created", "running", "paused", "restarting", "removing", "exited", "dead"]),
    Running: z.boolean(),
    ExitCode: z.number(),
    Error: z.string().default(""),
    Health: z.object({ Status: z.enum(["none", "starting", "healthy", "unhealthy"]) }).nullish(),
  }),
});

/** What the engine knows of a container. */
export type ContainerState = z.output<typeof containerAnswer>["State"];

/** How long the engine may take to remove a container that it has been told to. */
const goneMs = 30_000;

/** A container by its name, whether or not it is there. */
export class EngineContainer {
  constructor(
    private readonly engine: DockerEngine,
    readonly name: string,
  ) {}

  /** Undefined where there is none of that name. */
  async state(): Promise<ContainerState | undefined> {
    try {
      return (await this.engine.ask(`containers/${this.name}/json`, containerAnswer)).State;
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  async isRunning(): Promise<boolean> {
    return (await this.state())?.Running === true;
  }

  /**
   * Starts it where it is there and does not run.
   *
   * @throws EngineRefusal when it can't start, as where a port is taken.
   */
  async start(): Promise<void> {
    await this.engine.act(`containers/${this.name}/start`, { method: "POST", timeoutMs: 0 }, [304, 404]);
  }

  /** Ends its program politely, and after `graceSeconds` for good. */
  async stop(graceSeconds = 10): Promise<void> {
    await this.engine.act(
      `containers/${this.name}/stop?t=${graceSeconds}`,
      { method: "POST", timeoutMs: 0 },
      [304, 404],
    );
  }

  async restart(graceSeconds = 10): Promise<void> {
    await this.engine.act(`containers/${this.name}/restart?t=${graceSeconds}`, { method: "POST", timeoutMs: 0 });
  }

  /** Removes it, running or not, with the volumes that have no name. */
  async remove(): Promise<void> {
    await this.engine.act(`containers/${this.name}?force=true&v=true`, { method: "DELETE", timeoutMs: 0 }, [404, 409]);
    const end = Date.now() + goneMs;
    while ((await this.state()) !== undefined) {
      if (Date.now() > end) {
        throw new LeaseholdError(
          `container ${this.name}`,
          `is still there after ${goneMs / 1000} s`,
          "see docker ps -a",
        );
      }
      await sleep(50);
    }
  }

  /** The last lines of its output; none where there is no such container. */
  async logs(lines: number): Promise<string[]> {
    const query = new URLSearchParams({ stdout: "true", stderr: "true", tail: String(lines) });
    try {
      const answer = await this.engine.stream(`containers/${this.name}/logs?${query}`);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      return logText(Buffer.concat(chunks))
        .split(/\r?\n/)
        .filter((line) => line !== "");
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && thrown.status === 404) return [];
      throw thrown;
    }
  }

  /**
   * Waits until `isReady`, which may throw as long as it is not.
   *
   * @throws LeaseholdError with the end of its output when it ends or is not ready in time.
   */
  async untilReady(isReady: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      if (await isReady().catch(() => false)) return;
      const state = await this.state();
      if (state?.Running === true && Date.now() < end) {
        await sleep(200);
        continue;
      }
      const lines = (await this.logs(15)).join("\n");
      throw new LeaseholdError(
        `container ${this.name}`,
        state === undefined
          ? "is not there"
          : state.Running
            ? `was not ready after ${timeoutMs / 1000} s`
            : `ended while starting, with ${state.ExitCode}${state.Error === "" ? "" : ` (${state.Error})`}`,
        `see docker logs ${this.name}; its last lines:\n${lines}`,
      );
    }
  }
}

/** Removes a volume with its data, where it is there. */
export function removeVolume(engine: DockerEngine, name: string): Promise<void> {
  return engine.act(`volumes/${name}`, { method: "DELETE" }, [404]);
}

/** Removes a network, where it is there. */
export function removeNetwork(engine: DockerEngine, name: string): Promise<void> {
  return engine.act(`networks/${name}`, { method: "DELETE" }, [404]);
}
