import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

/** The addresses on which somebody listens at a port, from the kernel's table. */
export function listeners(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = "", , state]) => local.endsWith(`:${hex}`) && state === "0A")
      .map(([, local = ""]) => local.split(":")[0] ?? "")
      .map((address) => (address === "0100007F" ? "127.0.0.1" : address)),
  );
}

/** Listens on 127.0.0.1 in the place of a server. */
export function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => resolve(server));
  });
}
