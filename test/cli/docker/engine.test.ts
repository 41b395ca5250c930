import { chmodSync } from "node:fs";
import { z } from "zod";
import { DockerEngine, takenPort } from "../../../cli/docker/engine";
import { freePort } from "../../../cli/servers/ports";
import { rejection, scratchFolder } from "../scratch";
import { type Answers, SocketEngine } from "./socket-engine";

const scratch = scratchFolder();
let opened: SocketEngine[] = [];

async function engine(answers: Answers = {}): Promise<SocketEngine> {
  const made = await new SocketEngine(scratch()).answers(answers);
  opened.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  opened = [];
});

const find = (host: string) => DockerEngine.find({ DOCKER_HOST: host });
const anything = z.unknown();

describe("an engine", () => {
  it("is found at DOCKER_HOST with its version", async () => {
    const { host } = await engine();
    expect(await find(host)).toMatchObject({ host, version: "28.2.2" });
  });

  it.each(["1.41", "1.52"])("serves with API %s", async (ApiVersion) => {
    const { host } = await engine({ "GET /version": [200, { Version: "20.10.24", ApiVersion }] });
    expect((await find(host)).version).toBe("20.10.24");
  });

  it("is refused where it is too old", async () => {
    const { host } = await engine({ "GET /version": [200, { Version: "19.03.15", ApiVersion: "1.40" }] });
    expect((await rejection(find(host))).message).toBe(
      `[${host}] is Docker 19.03.15 with API 1.40, and API 1.41 (Docker 20.10) or later is needed: ` +
        "install a newer Docker, or set DOCKER_HOST to another engine",
    );
  });

  it("is refused where something else answers", async () => {
    const { host } = await engine({ "GET /version": [200, { Version: 1 }] });
    expect((await rejection(find(host))).message).toMatch(
      /\/version\] the answer is not what Docker's API documents \(Version: .*; ApiVersion: .*\): check that a Docker engine/,
    );
  });

  it("that does not run is told from one that may not be used", async () => {
    expect((await rejection(find(`unix://${scratch()}/none`))).message).toBe(
      `[unix://${scratch()}/none] no Docker engine is running there (ENOENT): start Docker, or set DOCKER_HOST to where it listens`,
    );
    const port = await freePort();
    expect((await rejection(find(`tcp://127.0.0.1:${port}`))).message).toContain("is running there (ECONNREFUSED)");
  });

  it("whose socket is not this user's is told how it becomes so", async () => {
    const { host, socket } = await engine();
    chmodSync(socket, 0o000);
    const refused = await asNobody(() => rejection(find(host)));
    expect(refused.message).toBe(
      `[${host}] this user has no permission on the engine's socket: ` +
        `join its group (sudo usermod -aG docker "$USER", then log in again), or use a rootless Docker`,
    );
  });

  it("that refuses is quoted", async () => {
    const { host } = await engine({ "GET /info": [500, { message: "disk full" }] });
    const found = await find(host);
    expect((await rejection(found.ask("info", anything))).message).toBe(
      `[GET ${host}/info] the engine answered 500 (disk full): see the engine's log`,
    );
    await expect(found.act("info", {}, [500])).resolves.toBeUndefined();
    await expect(found.act("info", {}, [404])).rejects.toThrow("disk full");
  });

  it.each([
    ["Bind for 127.0.0.1:8200 failed: port is already allocated", 8200],
    ["Error starting userland proxy: listen tcp4 127.0.0.1:5432: bind: address already in use", 5432],
    ["Get https://registry:5000/v2/: connection refused", undefined],
  ])("has %j understood", (message, port) => {
    expect(takenPort(`driver failed programming external connectivity on endpoint x (0a1b): ${message}`)).toBe(port);
  });

  it("that could not start a container for its port names the port", async () => {
    const message = "driver failed: Bind for 127.0.0.1:8200 failed: port is already allocated";
    const { host } = await engine({ "POST /containers/one/start": [500, { message }] });
    const refused = await rejection((await find(host)).act("containers/one/start", { method: "POST" }));
    expect(refused.message).toContain(": port 8200 is in use: end what listens there, or choose another");
  });
});

/** Root may use every socket: the test is another user meanwhile. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act();
  chmodSync(scratch(), 0o755);
  process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
