import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import { lock } from "../lock";

/** The user's cache folder for parts that were downloaded or built; `LEASEHOLD_CACHE` moves it. */
export function cacheFolder(env: HostEnvironment): string {
  const home = env["HOME"] ?? homedir();
  const base =
    env["XDG_CACHE_HOME"] || (process.platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache"));
  return env["LEASEHOLD_CACHE"] || join(base, "leasehold");
}

export interface CachedFile {
  /** Folder below the cache, such as `openbao-2.7.2`. */
  readonly folder: string;
  readonly file: string;
  /** Makes the file at the path it is given; the folder around it is new and goes away afterwards. */
  readonly make: (path: string, scratch: string) => Promise<void>;
}

/**
 * The path of a file in the cache, made when it is missing or its checksum is not the recorded one. Of two processes that want
 * it at once one makes it. A make that is cut short leaves nothing behind that could be taken for the file.
 */
export async function cached(env: HostEnvironment, { folder, file, make }: CachedFile): Promise<string> {
  const root = cacheFolder(env);
  const path = join(root, folder, file);
  if (await isSound(path)) return path;
  mkdirSync(join(root, folder), { recursive: true });
  const release = await waitForLock(join(root, folder, ".lock"));
  try {
    if (await isSound(path)) return path;
    const scratch = join(root, folder, ".making");
    rmSync(scratch, { recursive: true, force: true }); // what a killed process left
    mkdirSync(scratch, { recursive: true });
    try {
      const draft = join(scratch, file);
      await make(draft, scratch);
      if (!existsSync(draft))
        throw new LeaseholdError(`cache ${folder}`, `${file} was not made`, "report this as a fault of Leasehold");
      const sum = await checksum(draft);
      rmSync(checksumFile(path), { force: true });
      renameSync(draft, path);
      writeFileAtomically(checksumFile(path), `${sum}\n`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  } finally {
    release();
  }
  return path;
}

async function isSound(path: string): Promise<boolean> {
  if (!existsSync(path) || !existsSync(checksumFile(path))) return false;
  return (await checksum(path)) === readFileSync(checksumFile(path), "utf8").trim();
}

function checksumFile(path: string): string {
  return `${path}.sha256`;
}

/** SHA-256 of a file, in hex. */
export async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** Builds take minutes, so another process's lock is waited for. */
async function waitForLock(path: string): Promise<() => void> {
  for (;;) {
    const release = await lock(path);
    if (release !== undefined) return release;
    await sleep(500);
  }
}
