import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { findCommand, type FoundCommand } from "./executables";

/** What runs the plans. */
export type Terraform = FoundCommand & { readonly command: "terraform" | "tofu" };

/** 1.11 is the first of either with write-only arguments. */
const oldest = "1.11";

/**
 * Terraform or else OpenTofu on PATH; `TERRAFORM_BINARY_NAME`, which cdktf reads too, chooses.
 *
 * @throws LeaseholdError when neither is there, or it is older than 1.11.
 */
export async function findTerraform(env: HostEnvironment): Promise<Terraform> {
  const chosen = env["TERRAFORM_BINARY_NAME"] || undefined;
  for (const command of ["terraform", "tofu"] as const) {
    if (chosen !== undefined && chosen !== command) continue;
    const found = await findCommand(env, { command, versionArguments: ["version"], oldest });
    if (found !== undefined) return { ...found, command };
  }
  throw new LeaseholdError(
    "terraform",
    `${chosen ?? "neither terraform nor tofu"} is ${chosen === undefined ? "" : "not "}on PATH`,
    "install Terraform 1.11 or later, or OpenTofu 1.11 or later",
  );
}
