import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { duration, mountPath, secret } from "../fields";
import { duplicates, type Misfit } from "../misfit";
import { mountFields } from "./mount";
import { pathOrLocation } from "./secret-location";

const versions = z.int().min(1).max(1_000);

/** What is said about a secret of a KV mount; people write its values. */
const kvSecret = z.strictObject({
  /** Where it lies below the mount, as a text or by the convention. */
  path: pathOrLocation(mountPath),
  customMetadata: z.record(z.string(), z.string()).optional(),
  maxVersions: versions.optional(),
  casRequired: z.boolean().optional(),
  deleteVersionAfter: duration.optional(),
  /** What it begins with, by key. */
  data: z.record(z.string(), secret).optional(),
  dataVersion: z.int().min(1).optional(),
  valueInStateReason: z.string().optional(),
  destroyReason: z.string().optional(),
});

export const kvEngine = z.strictObject({
  type: z.literal("kv"),
  ...mountFields,
  version: z
    .literal(2, {
      error:
        "must be 2: KV version 1 keeps one value of a secret, and a write or a deletion ends it for good. Leave it out",
    })
    .optional(),
  maxVersions: versions.optional(),
  casRequired: z.boolean().optional(),
  deleteVersionAfter: duration.optional(),
  secrets: z.array(kvSecret).default([]),
});

export type DeclaredKvEngine = z.output<typeof kvEngine>;

/** Secrets that are declared twice. */
export function checkKvEngine({ secrets }: DeclaredKvEngine, path: readonly (string | number)[]): Misfit[] {
  return duplicates(
    "secret",
    secrets.map((each, at) => ({ name: each.path, path: [...path, "secrets", at, "path"] })),
  );
}

/** What the deployer needs below the mount: it never reads a value. */
export function kvDeployerRules({ path, secrets }: DeclaredKvEngine): PolicyRule[] {
  return [
    {
      path: `${path}/config`,
      capabilities: ["create", "read", "update"],
      reason: `How long ${path} keeps versions, and that writes are checked`,
    },
    // Not each by its name: Terraform reads what is declared no more, too.
    {
      path: `${path}/metadata/*`,
      capabilities: ["create", "read", "update"],
      reason: `What is said about the secrets of ${path}; not their values`,
    },
    ...secrets.flatMap(({ path: name, data, destroyReason }): PolicyRule[] => [
      ...(destroyReason === undefined
        ? []
        : [
            {
              path: `${path}/metadata/${name}`,
              capabilities: ["create", "read", "update", "delete"] as const,
              reason: `Destroys ${name} of ${path} with every version when it is declared no more`,
            },
          ]),
      ...(data === undefined
        ? []
        : [
            {
              path: `${path}/data/${name}`,
              capabilities: ["create", "update", "delete"] as const,
              reason: `Writes what ${name} of ${path} begins with; not what people wrote`,
            },
          ]),
    ]),
  ];
}
