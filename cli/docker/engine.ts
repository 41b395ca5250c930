import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { parseJson } from "../json";
import { compareVersions } from "../parts/executables";
import { sendStreamed, textOf } from "../transport";
import { engineAddresses, socketOf } from "./engine-address";

const versionAnswer = z.object({ Version: z.string(), ApiVersion: z.string() });
const refusalAnswer = z.object({ message: z.string() });

/**
 * The API of Docker 20.10, which is the oldest engine that distributions still keep (Debian 12 does) and the oldest that the stacks were
 * run on.
 */
const oldestApi = "1.41";

/** Milliseconds that a question may take which the engine answers from what it knows. */
const patience = 20_000;

/** The engine said no; `status` is the HTTP status. */
export class EngineRefusal extends LeaseholdError {
  constructor(
    where: string,
    readonly status: number,
    /** What the engine says. */
    readonly reason: string,
    remedy: string,
  ) {
    super(where, `the engine answered ${status} (${reason})`, remedy);
  }
}

export interface EngineRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  /** JSON. @default no body */
  readonly body?: unknown;
  /** Milliseconds; 0 for what takes as long as it takes. @default 20000 */
  readonly timeoutMs?: number;
}

/**
 * A Docker engine by its HTTP API, without Docker's command. Paths have no version, which means the newest that the engine speaks.
 *
 * @see https://docs.docker.com/reference/api/engine/
 */
export class DockerEngine {
  /**
   * The engine of this machine.
   *
   * @throws LeaseholdError when none answers, it may not be used, or it is too old.
   */
  static async find(env: HostEnvironment): Promise<DockerEngine> {
    const addresses = engineAddresses(env);
    const problems: LeaseholdError[] = [];
    for (const address of addresses) {
      try {
        return await DockerEngine.at(address.host);
      } catch (thrown) {
        if (!(thrown instanceof LeaseholdError)) throw thrown;
        problems.push(thrown);
      }
    }
    throw problems[0] ?? noEngine();
  }

  /**
   * The engine at an address, as DOCKER_HOST has it.
   *
   * @throws LeaseholdError when none answers there, it may not be used, or it is too old.
   */
  static async at(host: string): Promise<DockerEngine> {
    const { Version: version, ApiVersion: api } = await new DockerEngine(host, "").ask("version", versionAnswer);
    if (compareVersions(api, oldestApi) >= 0) return new DockerEngine(host, version);
    throw new LeaseholdError(
      host,
      `is Docker ${version} with API ${api}, and API ${oldestApi} (Docker 20.10) or later is needed`,
      "install a newer Docker, or set DOCKER_HOST to another engine",
    );
  }

  private constructor(
    /** As DOCKER_HOST has it. */
    readonly host: string,
    /** Such as `28.2.2`. */
    readonly version: string,
  ) {}

  /** A question and its answer, in the form that it must have. */
  async ask<T>(path: string, answer: z.ZodType<T>, request: EngineRequest = {}): Promise<T> {
    const text = await textOf(await this.stream(path, { timeoutMs: patience, ...request }));
    const parsed = answer.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new LeaseholdError(
      `${this.host}/${path}`,
      `the answer is not what Docker's API documents (${parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ")})`,
      "check that a Docker engine listens there",
    );
  }

  /** What has no answer that matters; `unless` lists statuses that mean that it is so already. */
  async act(path: string, request: EngineRequest, unless: readonly number[] = []): Promise<void> {
    try {
      (await this.stream(path, { timeoutMs: patience, ...request })).resume();
    } catch (thrown) {
      if (thrown instanceof EngineRefusal && unless.includes(thrown.status)) return;
      throw thrown;
    }
  }

  /**
   * An answer as it comes.
   *
   * @throws EngineRefusal when the engine refuses.
   */
  async stream(path: string, { method = "GET", body, timeoutMs = 0 }: EngineRequest = {}): Promise<IncomingMessage> {
    const socketPath = socketOf(this);
    const base = socketPath === undefined ? this.host.replace("tcp:", "http:").replace(/\/+$/, "") : "http://docker";
    const answer = await sendStreamed(
      `${base}/${path}`,
      {
        method,
        // One that is kept open would be of no use after the engine was started anew.
        headers: { Connection: "close", ...(body !== undefined && { "Content-Type": "application/json" }) },
        body: body === undefined ? undefined : () => JSON.stringify(body),
        signal: timeoutMs === 0 ? undefined : AbortSignal.timeout(timeoutMs),
      },
      { socketPath },
    ).catch((thrown: unknown) => {
      throw unanswered(this.host, thrown);
    });
    const { statusCode = 0 } = answer;
    if (statusCode < 400) return answer;
    const text = await textOf(answer);
    const { message = text.trim() } = refusalAnswer.safeParse(parseJson(text)).data ?? {};
    throw refusal(`${method} ${this.host}/${path}`, statusCode, message);
  }
}

function noEngine(): LeaseholdError {
  return new LeaseholdError(
    "Docker",
    "no engine listens at the usual places, and neither DOCKER_HOST nor a context names one",
    "start Docker, or set DOCKER_HOST to where it listens",
  );
}

function unanswered(host: string, thrown: unknown): LeaseholdError {
  const { code } = thrown as { code?: unknown };
  if (code === "EACCES" || code === "EPERM") {
    return new LeaseholdError(
      host,
      "this user has no permission on the engine's socket",
      `join its group (sudo usermod -aG docker "$USER", then log in again), or use a rootless Docker`,
    );
  }
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTFOUND") {
    return new LeaseholdError(
      host,
      `no Docker engine is running there (${code})`,
      "start Docker, or set DOCKER_HOST to where it listens",
    );
  }
  return new LeaseholdError(
    host,
    `the Docker engine does not answer (${messageOf(thrown)})`,
    "see that it is healthy: docker info",
  );
}

function refusal(where: string, status: number, message: string): EngineRefusal {
  const port = takenPort(message);
  return new EngineRefusal(
    where,
    status,
    message,
    port === undefined ? "see the engine's log" : `port ${port} is in use: end what listens there, or choose another`,
  );
}

/** The port that something else listens on, where that is why a container could not start. */
export function takenPort(message: string): number | undefined {
  const taken = /:(\d+)(?: failed: port is already allocated|: bind: address already in use)/.exec(message);
  return taken === null ? undefined : Number(taken[1]);
}
