import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { type Daemon, isRunning, ownIdentity } from "./processes";

/**
 * Takes a lock file, and returns what releases it; undefined while another live process holds it. The lock of a process that
 * is gone is taken over.
 */
export async function lock(path: string): Promise<(() => void) | undefined> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, JSON.stringify(await ownIdentity()));
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        linkSync(draft, path); // fails when the file is there, and shows it with its content otherwise
        return () => rmSync(path, { force: true });
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
      }
      if (await isHeld(path)) return undefined;
      if (!(await removeStale(path))) return undefined;
    }
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** One process at a time, or the second would remove the lock that the first has just taken. */
async function removeStale(path: string): Promise<boolean> {
  const release = await lock(`${path}.takeover`);
  if (release === undefined) return false;
  try {
    if (await isHeld(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    release();
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    return await isRunning(JSON.parse(readFileSync(path, "utf8")) as Daemon);
  } catch (thrown) {
    // Released in between: whoever comes first may have taken it anew, so there is nothing to remove.
    return (thrown as NodeJS.ErrnoException).code === "ENOENT";
  }
}
