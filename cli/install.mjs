// Brings node_modules to what package-lock.json says. Plain JavaScript without dependencies: it runs before there are any.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const oldestNode = [20, 16];

/** Installs what is missing, or ends the process with a sentence that says what to do. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    fail(`Node ${process.versions.node} is too old: install Node ${oldestNode.join(".")} or later.`);
  }
  if (isInstalled()) return;
  console.error("Installing npm dependencies by package-lock.json ...");
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2], // standard output is for results
    shell: process.platform === "win32",
  });
  if (error) fail(`npm can't be started (${error.message}): install npm, which comes with Node.`);
  if (status !== 0) fail(`npm ci exited with ${status}: see its output above, then try again.`);
}

/** Whether every package of the lock file that this platform must have is there in its version. */
function isInstalled() {
  const installedLock = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedLock)) return false;
  const [wanted, installed] = [join(root, "package-lock.json"), installedLock].map(
    (path) => JSON.parse(readFileSync(path, "utf8")).packages,
  );
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
