import { requireChoice } from "../core/choices";
import { LeaseholdError } from "../core/errors";

/** Kinds of key that Vault makes. */
export type PkiKeyType = "ec" | "rsa" | "ed25519";

export interface PkiKeyOptions {
  /** @default "ec" */
  readonly keyType?: PkiKeyType;
  /** Bits: 256, 384 or 521 of `ec`; 2048, 3072 or 4096 of `rsa`; none of `ed25519`. @default 384 or 3072 */
  readonly keyBits?: number;
}

const sizes: Readonly<Record<PkiKeyType, readonly number[]>> = {
  ec: [256, 384, 521],
  rsa: [2048, 3072, 4096],
  ed25519: [],
};

/**
 * Type and bits of a key as the provider takes them; 0 bits where there is nothing to choose.
 *
 * @throws LeaseholdError that names the option when there is no such key.
 */
export function keyAttributes(
  where: string,
  { keyType = "ec", keyBits }: PkiKeyOptions,
  defaults: Readonly<Record<"ec" | "rsa", number>> = { ec: 384, rsa: 3072 },
): { readonly keyType: PkiKeyType; readonly keyBits: number } {
  requireChoice(where, "keyType", keyType, ["ec", "rsa", "ed25519"]);
  if (keyType === "ed25519") {
    if (keyBits === undefined) return { keyType, keyBits: 0 };
    throw new LeaseholdError(where, `keyBits ${keyBits} is given, and an ed25519 key has but one size`, "leave it out");
  }
  const bits = keyBits ?? defaults[keyType];
  if (sizes[keyType].includes(bits)) return { keyType, keyBits: bits };
  throw new LeaseholdError(
    where,
    `keyBits ${bits} is no size of a key of type ${keyType} that is strong enough`,
    `use one of ${sizes[keyType].join(", ")}`,
  );
}
