import { z } from "zod";
import { transitTypeNames } from "../../constructs/core/transit-types";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { duration, name } from "../fields";
import { duplicates, type Misfit, unknown } from "../misfit";
import { mountFields } from "./mount";

const version = z.int().min(1);

const transitKey = z.strictObject({
  name,
  type: z.enum(transitTypeNames).optional(),
  rotationPeriod: z.union([z.literal("never"), duration]).optional(),
  minDecryptionVersion: version.optional(),
  minEncryptionVersion: version.optional(),
  derived: z.boolean().optional(),
  convergent: z.boolean().optional(),
  keySize: z.int().min(32).max(512).optional(),
  parameterSet: z.string().optional(),
  exportableReason: z.string().optional(),
  plaintextBackupReason: z.string().optional(),
  deletableReason: z.string().optional(),
});

export const transitEngine = z.strictObject({
  type: z.literal("transit"),
  ...mountFields,
  keys: z.array(transitKey).default([]),
});

export type DeclaredTransitEngine = z.output<typeof transitEngine>;

/** Keys that are declared twice. */
export function checkTransitEngine({ keys }: DeclaredTransitEngine, path: readonly (string | number)[]): Misfit[] {
  return duplicates(
    "key",
    keys.map((key, at) => ({ name: key.name, path: [...path, "keys", at, "name"] })),
  );
}

/** Granted keys that their mount does not have, where it is declared. */
export function undeclaredKeys(
  granted: readonly { readonly mount: string; readonly key: string }[],
  engines: readonly { readonly path: string; readonly type: string }[],
  path: readonly (string | number)[],
): Misfit[] {
  return granted.flatMap(({ mount, key }, at) => {
    const engine = engines.find((each) => each.path === mount && isTransit(each));
    if (engine === undefined || !isTransit(engine)) return [];
    const declared = engine.keys.map((each) => each.name);
    return unknown(`key of ${mount}`, [key], declared, [...path, at, "key"]);
  });
}

function isTransit(engine: { readonly type: string }): engine is DeclaredTransitEngine {
  return engine.type === "transit";
}

/** What the deployer needs below the mount: it uses no key. */
export function transitDeployerRules({ path }: DeclaredTransitEngine): PolicyRule[] {
  return [
    // Not each by its name: what is declared no more has to be removed too.
    { path: `${path}/keys/+`, capabilities: ["create", "read", "update", "delete"], reason: `Keys of ${path}` },
    {
      path: `${path}/keys/+/config`,
      capabilities: ["create", "update"],
      reason: `How the keys of ${path} rotate, and which versions count`,
    },
  ];
}
