import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";

const synthesised = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).optional(),
  terraform: z.looseObject({ backend: z.record(z.string(), z.record(z.string(), z.unknown())).optional() }),
});

export type SynthesisedStack = z.output<typeof synthesised>;

/** Where Terraform runs on a synthesised stack. */
export interface StackFolder {
  readonly folder: string;
  /** Where the synthesis wrote the stack. */
  readonly synthesised: string;
  /** The state file that is to be served to Terraform; undefined where it reaches the state by itself. */
  readonly stateFile: string | undefined;
  readonly stack: SynthesisedStack;
}

/**
 * The folder of a stack. One whose state is a local file is written a second time, with Terraform's `http` backend in place of
 * the `local` one: the folder of cdktf's stays as it is for cdktf.
 *
 * @throws LeaseholdError when the stack was not synthesised.
 */
export function stackFolder(output: string, environment: string, env: HostEnvironment): StackFolder {
  const folder = join(output, "stacks", environment);
  const file = join(folder, "cdk.tf.json");
  const stack = readStack(file);
  const path = stack.terraform.backend?.["local"]?.["path"];
  // A local backend keeps other workspaces in other files.
  const isDefault = (env["TF_WORKSPACE"] ?? "default") === "default";
  if (typeof path !== "string" || !isDefault) return { folder, synthesised: folder, stateFile: undefined, stack };
  const direct = join(output, "direct", environment);
  mkdirSync(direct, { recursive: true });
  const served = { ...stack, terraform: { ...stack.terraform, backend: { http: {} } } };
  writeFileSync(join(direct, "cdk.tf.json"), JSON.stringify(served, undefined, 2));
  return { folder: direct, synthesised: folder, stateFile: resolve(folder, path), stack: served };
}

function readStack(file: string): SynthesisedStack {
  try {
    return synthesised.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new LeaseholdError(file, "is no synthesised stack", "see that the app of cdktf.json synthesises it");
  }
}
