import { createServer, type Server } from "node:net";
import { freePort, requireFreePort } from "../../../cli/servers/ports";
import { rejection } from "../scratch";

const remedy = "choose another one";

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => resolve(server));
  });
}

const close = (server: Server) => new Promise((resolve) => server.close(resolve));

describe("freePort", () => {
  it("is one that a server can have", async () => {
    const port = await freePort();
    expect(port).toBeGreaterThan(0);
    await close(await listen(port));
  });
});

describe("requireFreePort", () => {
  it("refuses a port that something listens on, and takes it when that has ended", async () => {
    const server = await listen(0);
    const { port } = server.address() as { port: number };
    expect((await rejection(requireFreePort("--vault-port", port, remedy))).message).toBe(
      `[--vault-port] port ${port} of 127.0.0.1 is in use by another process: choose another one`,
    );
    await close(server);
    await expect(requireFreePort("--vault-port", port, remedy)).resolves.toBeUndefined();
  });
});
