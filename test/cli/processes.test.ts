import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, isRunning, ownIdentity, run, runOrFail, startDaemon, stopDaemon } from "../../cli/processes";
import { fakeCommand, rejection, scratchFolder, write } from "./scratch";

const scratch = scratchFolder();
const shell = (script: string, options?: Parameters<typeof run>[2]) => run("/bin/sh", ["-c", script], options);

describe("run", () => {
  it("returns the exit code and both streams", async () => {
    expect(await shell("echo out; echo err >&2; exit 3")).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("gives the process its folder, its whole environment and its input", async () => {
    const { stdout } = await shell('pwd; echo "[$GIVEN][$HOME]"; read line; echo "$line"', {
      cwd: scratch(),
      env: { GIVEN: "value" },
      input: "typed\n",
    });
    expect(stdout.split("\n")).toEqual([scratch(), "[value][]", "typed", ""]);
  });

  it("takes arguments as they are, past any shell", async () => {
    const { stdout } = await run("/bin/echo", ["$HOME", "a b", "; exit 1"]);
    expect(stdout).toBe("$HOME a b ; exit 1\n");
  });

  it("tells each line of either stream, also one that comes in pieces", async () => {
    const lines: string[] = [];
    const script = "printf 'fir'; sleep 0.05; printf 'st\\nsec'; sleep 0.05; printf 'ond\\r\\n'; echo third >&2";
    await shell(script, { onLine: (line) => void lines.push(line) });
    expect(lines.sort()).toEqual(["first", "second", "third"]);
  });

  it("tells the last line also where it has no end", async () => {
    const lines: string[] = [];
    await shell("printf 'first\\nlast'", { onLine: (line) => void lines.push(line) });
    expect(lines).toEqual(["first", "last"]);
  });

  it("takes a process that was killed for one that failed", async () => {
    expect(await shell("kill -KILL $$")).toMatchObject({ code: 1 });
  });

  it("does not mind a process that ends before it has read its input", async () => {
    expect(await shell("exit 0", { input: "x".repeat(1 << 20) })).toMatchObject({ code: 0 });
  });

  it("says that a command is not installed", async () => {
    expect((await rejection(run("no-such-command", []))).message).toBe(
      "[no-such-command] is not installed, or not on PATH: install no-such-command and try again",
    );
  });

  it("says why a command can't be started", async () => {
    const path = write(join(scratch(), "plain-file"));
    expect((await rejection(run(path, []))).message).toBe(
      `[${path}] can't be started (spawn ${path} EACCES): install ${path} and try again`,
    );
  });

  it("ends a process that takes too long", async () => {
    const began = Date.now();
    expect((await rejection(run("sleep", ["30"], { timeoutMs: 50 }))).message).toBe(
      "[sleep] took longer than 0.05 s and was ended: try again, or see what holds it up",
    );
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it("leaves a process alone that ends in time", async () => {
    expect(await shell("exit 0", { timeoutMs: 10_000 })).toMatchObject({ code: 0 });
  });
});

describe("runOrFail", () => {
  it("returns what the command wrote to standard output", async () => {
    expect(await runOrFail("/bin/sh", ["-c", "echo out; echo err >&2"])).toBe("out\n");
  });

  it("fails with the command, its exit code and its output", async () => {
    const command = fakeCommand(scratch(), "failing", "echo out", "echo err >&2", "exit 3");
    expect((await rejection(runOrFail(command, ["a", "b"]))).message).toBe(
      `[${command} a b] exited with 3: its last output:\nout\n\nerr`,
    );
  });

  it("shows the last 30 lines of a long output", async () => {
    const command = fakeCommand(
      scratch(),
      "failing",
      "i=1",
      "while [ $i -le 40 ]; do echo line $i; i=$((i+1)); done",
      "exit 1",
    );
    const shown = (await rejection(runOrFail(command, []))).message.split("\n").slice(1);
    expect(shown).toHaveLength(30);
    expect([shown[0], shown[29]]).toEqual(["line 11", "line 40"]);
  });
});

describe("a daemon", () => {
  const started: Daemon[] = [];
  afterEach(async () => {
    for (const daemon of started.splice(0)) await stopDaemon(daemon, "SIGTERM", 0);
  });

  async function start(...lines: readonly string[]): Promise<Daemon> {
    const command = fakeCommand(scratch(), "server", ...lines);
    const daemon = await startDaemon(command, [], { logFile: log(), env: { GIVEN: "value" }, cwd: scratch() });
    started.push(daemon);
    return daemon;
  }
  const log = () => join(scratch(), "server.log");

  /** Until the server has written a line to its log. */
  async function logged(line: string): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (readFileSync(log(), "utf8").includes(line)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`the log never said ${line}`);
  }

  it("runs until it is stopped", async () => {
    const daemon = await start("exec sleep 30");
    expect(await isRunning(daemon)).toBe(true);
    await stopDaemon(daemon);
    expect(await isRunning(daemon)).toBe(false);
  });

  it("writes to the end of its log, which only its owner reads", async () => {
    await start('echo "first [$GIVEN] $(pwd)"', "exec sleep 30");
    await logged(`first [value] ${scratch()}\n`);
    await start("echo second >&2", "exec sleep 30");
    await logged("second");
    expect(readFileSync(log(), "utf8")).toBe(`first [value] ${scratch()}\nsecond\n`);
    expect(statSync(log()).mode & 0o777).toBe(0o600);
  });

  it("is refused where its command is missing", async () => {
    const options = { logFile: log(), env: {}, cwd: scratch() };
    expect((await rejection(startDaemon("no-such-server", [], options))).message).toBe(
      "[no-such-server] is not installed, or not on PATH: install no-such-server and try again",
    );
  });

  it("gets the signal that it is to be stopped with", async () => {
    const daemon = await start("trap 'echo interrupted; exit 0' INT", "echo ready", "while :; do sleep 0.02; done");
    await logged("ready");
    await stopDaemon(daemon, "SIGINT");
    expect(readFileSync(log(), "utf8")).toBe("ready\ninterrupted\n");
  });

  it("is ended for good when it does not mind the signal", async () => {
    const daemon = await start("trap '' TERM", "echo ready", "while :; do sleep 0.02; done");
    await logged("ready");
    await stopDaemon(daemon, "SIGTERM", 100);
    expect(await isRunning(daemon)).toBe(false);
  });

  it("is not mistaken for another process that has its id, which is left alone", async () => {
    const daemon = await start("exec sleep 30");
    const earlier = { ...daemon, birthmark: "another" };
    expect(await isRunning(earlier)).toBe(false);
    await stopDaemon(earlier, "SIGTERM", 0);
    expect(await isRunning(daemon)).toBe(true);
  });

  it("can be stopped again when it is gone", async () => {
    const daemon = await start("exit 0");
    await stopDaemon(daemon);
    await stopDaemon(daemon);
    expect(await isRunning(daemon)).toBe(false);
  });
});

describe("ownIdentity", () => {
  it("is that of the running process, the same each time", async () => {
    const own = await ownIdentity();
    expect(own.pid).toBe(process.pid);
    expect(await ownIdentity()).toEqual(own);
    expect(await isRunning(own)).toBe(true);
  });
});
