import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CliContext } from "../../cli/context";
import { projectRoot } from "../../cli/context";
import { writeFileAtomically } from "../../cli/files";
import { Lab } from "../../cli/lab/lab";
import type { ComposeCommand } from "../../cli/parts/docker-compose";
import type { ServerProduct } from "../../cli/parts/vault-binary";
import type { VaultProviderSource } from "../../cli/parts/vault-provider";
import { hostEnvironment } from "../../environments/load";

/** The real parts that the setup found, for the test files, which run in processes of their own. */
export interface Parts {
  readonly provider: VaultProviderSource;
  /** By product, why it is not there; empty where it is. */
  readonly missing: Readonly<Partial<Record<ServerProduct, string>>>;
  /** Version of the MariaDB that is installed; undefined where there is none. */
  readonly mariadb?: string | undefined;
  /** By engine, why there can be no container of it; empty where there can. */
  readonly containers: Readonly<Partial<Record<"mysql" | "mongodb", string>>>;
  /** Why no dev stack of locally built images can run; undefined where it can. */
  readonly docker?: string | undefined;
  /** Docker Compose as a command; undefined where having it would take minutes. */
  readonly compose?: ComposeCommand | undefined;
}

const partsFile = join(projectRoot, ".lab", "e2e-parts.json");

export function writeParts(parts: Parts): void {
  writeFileAtomically(partsFile, JSON.stringify(parts));
}

export function removeParts(): void {
  rmSync(partsFile, { force: true });
}

export function readParts(): Parts {
  if (!existsSync(partsFile))
    throw new Error("the end-to-end set-up did not run: start the tests with npm run test:e2e");
  return JSON.parse(readFileSync(partsFile, "utf8")) as Parts;
}

/** The tests' surroundings: what the command line prints is kept, not shown. */
export function testContext(overrides: Readonly<Record<string, string | undefined>> = {}): CliContext {
  return { root: projectRoot, env: { ...hostEnvironment(), ...overrides }, print: () => undefined };
}

/**
 * The lab that all files of one of Jest's workers share: a product's servers, with nothing deployed. Files that run at the same time
 * are in different workers, and so in different labs: one may change a whole server.
 */
export function sharedLab(product: ServerProduct, worker = Number(hostEnvironment()["JEST_WORKER_ID"] ?? 1)): Lab {
  return new Lab(testContext(), `e2e-${product}-${worker}`);
}

/** What Jest tells of a run. */
export interface JestRun {
  readonly maxWorkers: number;
}

/** Every shared lab of a run. */
export function sharedLabs(product: ServerProduct, { maxWorkers }: JestRun): Lab[] {
  return Array.from({ length: maxWorkers }, (_, at) => sharedLab(product, at + 1));
}
