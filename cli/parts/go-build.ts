import { join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { projectRoot } from "../context";
import { runOrFail } from "../processes";
import { cached } from "./cache";
import { findCommand } from "./executables";

/** A program that is built from its Go module, pinned by one of the folders in `modules/`. */
export interface GoProgram {
  /** Folder in `modules/`, with a go.mod and a go.sum of ours. */
  readonly module: string;
  /** Import path of its main package. */
  readonly mainPackage: string;
  /** The version it is cached under. */
  readonly version: string;
  /** Name of the built file. */
  readonly file: string;
  /** Variables of its packages that the linker sets, by their full names. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** @default that of most programs */
  readonly oldestGo?: string;
}

const oldestGoOfMost = "1.25.3";

/** The public checksum database lacks these providers' commits; go.sum still holds every module to its hash. */
const unlisted = [
  "github.com/hashicorp/terraform-provider-vault",
  "github.com/kreuzwerker/terraform-provider-docker",
].join(",");

/**
 * Builds a Go program into the cache, or takes it from there.
 *
 * @throws LeaseholdError when Go is missing or too old, or the build fails.
 */
export function buildGoProgram(
  env: HostEnvironment,
  program: GoProgram,
  progress: (line: string) => void,
): Promise<string> {
  return cached(env, {
    folder: `${program.module}-${program.version}`,
    file: program.file,
    make: async (path) => {
      const { oldestGo = oldestGoOfMost } = program;
      const go = await findCommand(env, { command: "go", versionArguments: ["version"], oldest: oldestGo });
      if (go === undefined) {
        throw new LeaseholdError(
          program.file,
          `has to be built, and go is not on PATH`,
          `install Go ${oldestGo} or later`,
        );
      }
      progress(`building ${program.file} ${program.version} from its Go module (minutes, once)`);
      const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
      const linker = ["-s", "-w", ...variables].join(" ");
      await runOrFail(
        go.path,
        ["build", "-v", "-mod=readonly", "-trimpath", "-ldflags", linker, "-o", path, program.mainPackage],
        {
          cwd: join(projectRoot, "cli", "parts", "modules", program.module),
          env: { ...env, GONOSUMDB: unlisted, GOFLAGS: "" },
          onLine: progress,
        },
      );
    },
  });
}
