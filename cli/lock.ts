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
      rmSync(path, { force: true });
    }
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    return await isRunning(JSON.parse(readFileSync(path, "utf8")) as Daemon);
  } catch {
    return false;
  }
}
