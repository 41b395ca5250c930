import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cached, type CachedFile, cacheFolder, checksum } from "../../../cli/parts/cache";
import { rejection, scratchFolder, write } from "../scratch";

const scratch = scratchFolder();

describe("cacheFolder", () => {
  const platformCache = process.platform === "darwin" ? join("Library", "Caches") : ".cache";

  it("is leasehold in the user's cache folder", () => {
    expect(cacheFolder({ HOME: "/home/me" })).toBe(join("/home/me", platformCache, "leasehold"));
    expect(cacheFolder({})).toBe(join(homedir(), platformCache, "leasehold"));
  });

  it("follows XDG_CACHE_HOME, and LEASEHOLD_CACHE before that", () => {
    expect(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/leasehold");
    expect(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "/var/cache/me", LEASEHOLD_CACHE: "/srv/parts" })).toBe(
      "/srv/parts",
    );
  });

  it("takes an empty variable for one that is not set, as the XDG specification says", () => {
    expect(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "", LEASEHOLD_CACHE: "" })).toBe(
      join("/home/me", platformCache, "leasehold"),
    );
  });
});

describe("cached", () => {
  const env = () => ({ LEASEHOLD_CACHE: scratch() });
  const path = () => join(scratch(), "tool-1.0.0", "tool");

  /** The file `tool`, each time made with other content. */
  function counted(): CachedFile & { readonly made: () => number } {
    let made = 0;
    return {
      folder: "tool-1.0.0",
      file: "tool",
      make: (target) => {
        made += 1;
        writeFileSync(target, `make ${made}`);
        return Promise.resolve();
      },
      made: () => made,
    };
  }

  it("makes a file once", async () => {
    const file = counted();
    expect(await cached(env(), file)).toBe(path());
    expect(await cached(env(), file)).toBe(path());
    expect(file.made()).toBe(1);
    expect(readFileSync(path(), "utf8")).toBe("make 1");
  });

  it("leaves the file and its checksum, and nothing else", async () => {
    await cached(env(), counted());
    expect(readdirSync(join(scratch(), "tool-1.0.0")).sort()).toEqual(["tool", "tool.sha256"]);
    expect(readFileSync(`${path()}.sha256`, "utf8")).toBe(`${await checksum(path())}\n`);
  });

  it("makes a file once for several that want it at once", async () => {
    const file = counted();
    expect(await Promise.all([cached(env(), file), cached(env(), file)])).toEqual([path(), path()]);
    expect(file.made()).toBe(1);
  });

  it.each([
    ["was changed", () => writeFileSync(path(), "another")],
    ["was cut short", () => writeFileSync(path(), "")],
    ["is gone", () => rmSync(path())],
    ["has no checksum", () => rmSync(`${path()}.sha256`)],
    ["has another checksum", () => writeFileSync(`${path()}.sha256`, "0000\n")],
  ])("makes a file anew that %s", async (_, spoil) => {
    const file = counted();
    await cached(env(), file);
    spoil();
    await cached(env(), file);
    expect(file.made()).toBe(2);
    expect(readFileSync(path(), "utf8")).toBe("make 2");
  });

  it("leaves nothing of a make that failed, and makes the file the next time", async () => {
    const failing = {
      ...counted(),
      make: (target: string) => {
        writeFileSync(target, "half");
        return Promise.reject(new Error("no space left"));
      },
    };
    expect((await rejection(cached(env(), failing))).message).toBe("no space left");
    expect(readdirSync(join(scratch(), "tool-1.0.0"))).toEqual([]);
    await cached(env(), counted());
    expect(readFileSync(path(), "utf8")).toBe("make 1");
  });

  it("hands a new folder to the make, whatever a killed one left", async () => {
    write(join(scratch(), "tool-1.0.0", ".making", "half"), "half");
    write(path(), "half");
    const seen: string[][] = [];
    const make = (target: string, folder: string) => {
      seen.push(readdirSync(folder));
      writeFileSync(target, "whole");
      mkdirSync(join(folder, "unpacked"));
      return Promise.resolve();
    };
    await cached(env(), { folder: "tool-1.0.0", file: "tool", make });
    expect(seen).toEqual([[]]);
    expect(existsSync(join(scratch(), "tool-1.0.0", ".making"))).toBe(false);
    expect(readFileSync(path(), "utf8")).toBe("whole");
  });

  it("refuses a make that made nothing", async () => {
    const file = { ...counted(), make: () => Promise.resolve() };
    expect((await rejection(cached(env(), file))).message).toBe(
      "[cache tool-1.0.0] tool was not made: report this as a fault of Leasehold",
    );
  });
});

describe("checksum", () => {
  it("is the file's SHA-256", async () => {
    const file = write(join(scratch(), "file"), "abc");
    expect(await checksum(file)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
