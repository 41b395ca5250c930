import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { isDeepStrictEqual } from "node:util";
import { LeaseholdError } from "../../constructs/core/errors";
import type { SynthesisedStack } from "./stack-folder";

/** Where Terraform keeps the root module's files in a saved plan. */
const stackEntry = "tfconfig/m-/cdk.tf.json";

/**
 * Refuses a saved plan that is not of this very stack. Terraform itself compares the states only, which two stacks that were
 * never deployed have in common.
 *
 * @throws LeaseholdError that says which stack it is of, or that the declaration has changed.
 */
export function checkPlanIsOf(file: string, environment: string, stack: SynthesisedStack): void {
  const planned = plannedStack(file);
  const plannedFor = nameOf(planned);
  if (plannedFor !== environment) {
    throw new LeaseholdError(
      file,
      `is a plan of ${plannedFor}, not of ${environment}`,
      "give the plan of this environment",
    );
  }
  if (isDeepStrictEqual(planned, JSON.parse(JSON.stringify(stack)))) return;
  throw new LeaseholdError(
    file,
    "was made from another declaration than the present one",
    "make and review a new plan, or go back to the declaration that it was made from",
  );
}

function nameOf(stack: unknown): string {
  const { metadata } = ((stack as { "//"?: unknown })["//"] ?? {}) as { metadata?: { stackName?: unknown } };
  return typeof metadata?.stackName === "string" ? metadata.stackName : "another stack";
}

function plannedStack(file: string): unknown {
  let archive: Buffer;
  try {
    archive = readFileSync(file);
  } catch {
    throw new LeaseholdError(file, "can't be read", "give the file that leasehold review or terraform plan -out wrote");
  }
  try {
    return JSON.parse(entryOf(archive, stackEntry).toString("utf8"));
  } catch {
    throw new LeaseholdError(
      file,
      "is no saved plan of a synthesised stack",
      "give the file, not what terraform show says of it",
    );
  }
}

/**
 * One file of a zip archive.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
function entryOf(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const length = nameLength ?? 0;
    if (archive.toString("utf8", at + 46, at + 46 + length) === name) {
      const local = archive.readUInt32LE(at + 42);
      const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const data = archive.subarray(begin, begin + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    }
    at += 46 + length + (extraLength ?? 0) + (commentLength ?? 0);
  }
  throw new Error(`${name} is not in the archive`);
}
