import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, isRunning, startDaemon } from "../../../cli/processes";
import { ThrowAway } from "../../../cli/servers/throw-away";
import { hostEnvironment } from "../../../environments/load";

/** A server of sorts. */
async function sleeper(place: ThrowAway): Promise<Daemon> {
  const folder = place.folderFor("sleeper");
  const logFile = join(folder, "log");
  return place.keep(await startDaemon("sleep", ["60"], { logFile, env: hostEnvironment(), cwd: folder }));
}

describe("ThrowAway", () => {
  it("stops its servers and removes its folder when the work is done", async () => {
    const { folder, daemon } = await ThrowAway.use(async (place) => {
      const started = await sleeper(place);
      expect(await isRunning(started)).toBe(true);
      return { folder: place.folder, daemon: started };
    });
    expect(await isRunning(daemon)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("does so when the work fails, and passes the failure on", async () => {
    let left: { folder: string; daemon: Daemon } | undefined;
    const work = ThrowAway.use(async (place) => {
      left = { folder: place.folder, daemon: await sleeper(place) };
      throw new Error("the work failed");
    });
    await expect(work).rejects.toThrow("the work failed");
    expect(left && (await isRunning(left.daemon))).toBe(false);
    expect(left && existsSync(left.folder)).toBe(false);
  });

  it("removes what a killed process left, and nothing of one that works", async () => {
    const left = await ThrowAway.open();
    const works = await ThrowAway.open();
    const daemon = await sleeper(left);
    // As if its owner had been killed: the id belongs to nobody of that birth.
    const file = join(left.folder, "inventory.json");
    const inventory = JSON.parse(readFileSync(file, "utf8")) as { owner: Daemon };
    writeFileSync(file, JSON.stringify({ ...inventory, owner: { ...inventory.owner, birthmark: "another" } }));
    await ThrowAway.use(() => Promise.resolve());
    expect(await isRunning(daemon)).toBe(false);
    expect(existsSync(left.folder)).toBe(false);
    expect(existsSync(works.folder)).toBe(true);
    await works.close();
  });

  it("leaves a folder alone that is not its own kind", async () => {
    const place = await ThrowAway.open();
    writeFileSync(join(place.folder, "inventory.json"), "not yet written");
    await ThrowAway.use(() => Promise.resolve());
    expect(existsSync(place.folder)).toBe(true);
    await place.close();
  });
});
