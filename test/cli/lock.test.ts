import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lock } from "../../cli/lock";
import { ownIdentity } from "../../cli/processes";
import { rejection, scratchFolder } from "./scratch";

const scratch = scratchFolder();
const lockFile = () => join(scratch(), ".lock");

/** As a process leaves it that was killed and whose id went to another one. */
async function staleOwner(): Promise<string> {
  return JSON.stringify({ ...(await ownIdentity()), birthmark: "another" });
}

describe("lock", () => {
  it("is taken by the running process", async () => {
    expect(await lock(lockFile())).toBeInstanceOf(Function);
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toEqual(await ownIdentity());
  });

  it("is refused while a live process holds it, and can be had once it is released", async () => {
    const release = await lock(lockFile());
    expect(await lock(lockFile())).toBeUndefined();
    release?.();
    expect(await lock(lockFile())).toBeInstanceOf(Function);
  });

  it("leaves nothing but the lock, and nothing once it is released", async () => {
    const release = await lock(lockFile());
    await lock(lockFile());
    expect(readdirSync(scratch())).toEqual([".lock"]);
    release?.();
    expect(readdirSync(scratch())).toEqual([]);
  });

  it.each([
    ["an owner that is gone", staleOwner],
    ["an id that no process has", () => Promise.resolve(JSON.stringify({ pid: 2 ** 30, birthmark: "gone" }))],
    ["no owner", () => Promise.resolve("")],
    ["half an owner", () => Promise.resolve('{"pid": 1')],
    ["something else", () => Promise.resolve("null")],
  ])("is taken over from %s", async (_, content) => {
    writeFileSync(lockFile(), await content());
    expect(await lock(lockFile())).toBeInstanceOf(Function);
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toEqual(await ownIdentity());
  });

  it("goes to one of several that want it at once", async () => {
    const outcomes = await Promise.all([lock(lockFile()), lock(lockFile()), lock(lockFile())]);
    expect(outcomes.filter((release) => release !== undefined)).toHaveLength(1);
  });

  it("goes to one of several that take it over at once", async () => {
    writeFileSync(lockFile(), await staleOwner());
    const outcomes = await Promise.all([lock(lockFile()), lock(lockFile()), lock(lockFile())]);
    expect(outcomes.filter((release) => release !== undefined)).toHaveLength(1);
  });

  it("passes on what has nothing to do with another owner", async () => {
    expect(await rejection(lock(join(scratch(), "missing", ".lock")))).toMatchObject({ code: "ENOENT" });
  });
});
