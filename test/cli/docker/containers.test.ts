import { EngineContainer } from "../../../cli/docker/containers";
import { DockerEngine } from "../../../cli/docker/engine";
import { logText } from "../../../cli/docker/log-stream";
import { removeOthers, removeStack } from "../../../cli/docker/stack-remains";
import { rejection, scratchFolder } from "../scratch";
import { type Answers, SocketEngine } from "./socket-engine";

const scratch = scratchFolder();
let server: SocketEngine | undefined;

async function engine(answers: Answers): Promise<DockerEngine> {
  server = await new SocketEngine(scratch()).answers(answers);
  return DockerEngine.at(server.host);
}

async function container(answers: Answers): Promise<EngineContainer> {
  return new EngineContainer(await engine(answers), "one");
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A piece of output as the engine frames it. */
function piece(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const state = (Status: string, change: object = {}): [number, unknown] => [
  200,
  { Id: "1", State: { Status, Running: Status === "running", ExitCode: 0, Error: "", ...change } },
];

describe("what a container wrote", () => {
  it("is both streams without their headers, wherever pieces were cut", () => {
    expect(logText(Buffer.concat([piece(1, "on"), piece(2, "e\ntwö"), piece(1, "\n")]))).toBe("one\ntwö\n");
    expect(logText(Buffer.alloc(0))).toBe("");
  });

  it("is refused where it ends within a header", () => {
    expect(() => logText(piece(1, "x").subarray(0, 5))).toThrow("[docker logs] ends within a header: ask again");
  });

  it("is given line by line", async () => {
    const one = await container({ "GET /containers/one/logs": Buffer.concat([piece(1, "a\r\n"), piece(2, "b\n")]) });
    expect(await one.logs(7)).toEqual(["a", "b"]);
    expect(server?.asked.at(-1)).toBe("GET /containers/one/logs?stdout=true&stderr=true&tail=7");
  });
});

describe("a container that is not there", () => {
  it("has no state and no logs, and can be started, stopped and removed in vain", async () => {
    const one = await container({});
    expect([await one.state(), await one.isRunning(), await one.logs(1)]).toEqual([undefined, false, []]);
    await one.start();
    await one.stop();
    await one.remove();
  });
});

describe("waiting for a container", () => {
  it("ends when it is ready, however often it was not", async () => {
    const one = await container({ "GET /containers/one/json": state("running") });
    const answers = [() => Promise.reject(new Error("refused")), () => Promise.resolve(false)];
    await one.untilReady(() => (answers.shift() ?? (() => Promise.resolve(true)))());
    expect(answers).toEqual([]);
  });

  it("ends with its last lines where it has ended", async () => {
    const one = await container({
      "GET /containers/one/json": state("exited", { ExitCode: 1, Error: "no such file" }),
      "GET /containers/one/logs": piece(2, "no configuration\n"),
    });
    expect((await rejection(one.untilReady(() => Promise.resolve(false)))).message).toBe(
      "[container one] ended while starting, with 1 (no such file): see docker logs one; its last lines:\nno configuration",
    );
  });

  it("ends where it takes too long, or is not there", async () => {
    const one = await container({ "GET /containers/one/json": state("running") });
    expect((await rejection(one.untilReady(() => Promise.resolve(false), 1))).message).toContain(
      "[container one] was not ready after 0.001 s: see docker logs one",
    );
    await server?.close();
    const gone = await container({});
    expect((await rejection(gone.untilReady(() => Promise.resolve(false)))).message).toContain("] is not there");
  });
});

describe("what is left of a stack", () => {
  const filters = `filters=${encodeURIComponent('{"label":["leasehold.stack=leasehold-a"]}')}`;
  const left = {
    [`GET /containers/json?all=true&${filters}`]: [200, [{ Id: "c1" }, { Id: "c2" }]],
    [`GET /volumes?${filters}`]: [200, { Volumes: [{ Name: "leasehold-a-vault" }] }],
    [`GET /networks?${filters}`]: [200, [{ Id: "n1" }]],
    "DELETE /containers/c1": [204, ""],
    "DELETE /containers/c2": [204, ""],
    "DELETE /volumes/leasehold-a-vault": [204, ""],
    "DELETE /networks/n1": [204, ""],
  } as const;
  const removed = () => server?.asked.filter((asked) => asked.startsWith("DELETE"));

  it("is removed whole, containers first", async () => {
    await removeStack(await engine(left), "leasehold-a");
    expect(removed()).toEqual([
      "DELETE /containers/c1?force=true&v=true",
      "DELETE /containers/c2?force=true&v=true",
      "DELETE /networks/n1",
      "DELETE /volumes/leasehold-a-vault",
    ]);
  });

  it("keeps its data and what is known where a deployment goes on", async () => {
    await removeOthers(await engine(left), "leasehold-a", new Set(["c1", "n1"]));
    expect(removed()).toEqual(["DELETE /containers/c2?force=true&v=true"]);
  });
});
