import { createServer } from "node:net";
import { LeaseholdError } from "../../constructs/core/errors";

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const port = await listenOn(0);
  if (port === undefined)
    throw new LeaseholdError("127.0.0.1", "no port is free", "end a server that you no longer need");
  return port;
}

/**
 * @throws LeaseholdError when something listens on the port already.
 */
export async function requireFreePort(purpose: string, port: number, remedy: string): Promise<void> {
  if ((await listenOn(port)) !== undefined) return;
  throw new LeaseholdError(purpose, `port ${port} of 127.0.0.1 is in use by another process`, remedy);
}

function listenOn(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
