import { setTimeout as sleep } from "node:timers/promises";
import { existsSync, readFileSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import { type Daemon, isRunning } from "../processes";

/**
 * Waits until a server is ready.
 *
 * @throws LeaseholdError with the end of its log when it ends or is not ready in time.
 */
export async function waitUntilReady(
  server: { readonly name: string; readonly daemon: Daemon; readonly logFile: string },
  isReady: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    const running = await isRunning(server.daemon);
    if (running && Date.now() < end) {
      await sleep(50);
      continue;
    }
    const log = existsSync(server.logFile)
      ? readFileSync(server.logFile, "utf8").trim().split("\n").slice(-15).join("\n")
      : "";
    throw new LeaseholdError(
      server.name,
      running ? `was not ready after ${timeoutMs / 1000} s` : "ended while starting",
      `see ${server.logFile}; its last lines:\n${log}`,
    );
  }
}
