import type { ProviderFeature } from "./provider-features";
import type { ServerFeature } from "./server-features";

interface KeyType {
  readonly encrypts: boolean;
  /** One key for both directions, with a nonce that must not come twice: it has to be rotated. */
  readonly symmetric: boolean;
  readonly signs: boolean;
  /** Whether it can have a context, which derives a key of its own. */
  readonly derives: boolean;
  /** What not every server has. @default every one has it */
  readonly server?: ServerFeature;
  /** What not every provider has. @default every one has it */
  readonly provider?: ProviderFeature;
  /** Values of `parameterSet`, one of which is needed. @default it has none */
  readonly parameterSets?: readonly string[];
}

const cipher = { encrypts: true, symmetric: true, signs: false, derives: true } as const;
const signature = { encrypts: false, symmetric: false, signs: true, derives: false } as const;
const rsa = { encrypts: true, symmetric: false, signs: true, derives: false } as const;
const mac = { encrypts: false, symmetric: true, signs: false, derives: false } as const;
const newer = { provider: "transitNewerKeyTypes" } as const;

/**
 * The types of keys. Those of CBC are left out, since they don't notice a forged text, and those that name a managed key, which an
 * HSM holds and Vault can't rotate.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit#create-key
 * @see https://openbao.org/api-docs/secret/transit/#create-key
 */
export const transitTypes = {
  "aes128-gcm96": cipher,
  "aes256-gcm96": cipher,
  "chacha20-poly1305": cipher,
  "xchacha20-poly1305": { ...cipher, ...newer, server: "transitXChaCha20" },
  ed25519: { ...signature, derives: true },
  "ecdsa-p256": signature,
  "ecdsa-p384": signature,
  "ecdsa-p521": signature,
  "rsa-2048": rsa,
  "rsa-3072": rsa,
  "rsa-4096": rsa,
  hmac: mac,
  "aes128-cmac": { ...mac, ...newer, server: "transitCmac" },
  "aes192-cmac": { ...mac, ...newer, server: "transitCmac192" },
  "aes256-cmac": { ...mac, ...newer, server: "transitCmac" },
  "ml-dsa": { ...signature, ...newer, server: "transitMlDsa", parameterSets: ["44", "65", "87"] },
  "slh-dsa": {
    ...signature,
    ...newer,
    server: "transitSlhDsa",
    parameterSets: ["128s", "128f", "192s", "192f", "256s", "256f"].flatMap((size) =>
      ["sha2", "shake"].map((hash) => `slh-dsa-${hash}-${size}`),
    ),
  },
} as const satisfies Record<string, KeyType>;

export type TransitKeyType = keyof typeof transitTypes;

export const transitTypeNames = Object.keys(transitTypes) as readonly TransitKeyType[];

export function isTransitKeyType(text: string): text is TransitKeyType {
  return Object.hasOwn(transitTypes, text);
}

/** What a key of the type can do, and what it needs. */
export function transitType(type: TransitKeyType): KeyType {
  return transitTypes[type];
}
