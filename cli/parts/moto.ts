import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { projectRoot } from "../context";
import { runOrFail } from "../processes";
import { cached } from "./cache";
import { findCommand, onPath } from "./executables";

const version = "5.2.5";
const python = { command: "python3", versionArguments: ["--version"], oldest: "3.10" } as const;

/** The program that runs moto's server, and an archive of its packages, which whoever starts it unpacks. */
export interface Moto {
  readonly python: string;
  readonly archive: string;
}

/** Why there can be no moto here, without trying to get it; undefined where there can. */
export function reasonAgainstMoto(env: HostEnvironment): string | undefined {
  return onPath(env, python.command) === undefined ? "python3 is not on PATH to run a stand-in for AWS" : undefined;
}

/**
 * moto, which answers as IAM and STS do, by pip into the cache: every package pinned with its hash. Its packages hold compiled code
 * for one version of Python.
 *
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 * @throws LeaseholdError when Python or pip is missing, or a package has another hash.
 */
export async function findMoto(env: HostEnvironment, progress: (line: string) => void): Promise<Moto> {
  const found = await findCommand(env, python);
  if (found === undefined) {
    throw new LeaseholdError("moto", "python3 is not on PATH to run it", "install Python 3.10 or later with pip");
  }
  const [major, minor] = found.version.split(".");
  const archive = await cached(env, {
    folder: `moto-${version}-python${major}.${minor}-${process.platform}-${process.arch}`,
    file: "site.tar",
    make: async (target, scratch) => {
      progress(`downloading moto ${version} (82 MB unpacked, once)`);
      const requirements = join(projectRoot, "cli", "parts", "modules", "moto", "requirements.txt");
      const pip = ["-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-compile"];
      await runOrFail(
        found.path,
        [...pip, "--progress-bar=off", "--disable-pip-version-check", "--target", "site", "-r", requirements],
        { env, cwd: scratch, onLine: progress },
      );
      await runOrFail(found.path, ["-m", "tarfile", "-c", target, "site"], { env, cwd: scratch });
    },
  });
  return { python: found.path, archive };
}
