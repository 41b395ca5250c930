import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import type { VaultClient } from "../vault-client";
import { type Encryption, keyFileText } from "./key-file";
import { encryptToAge, type Recipients, sealedShares } from "./recipients";
import type { SecretFile } from "./secret-file";
import type { SealState } from "./server-state";

export interface InitialiseOptions {
  readonly address: string;
  readonly shares: number;
  readonly threshold: number;
  readonly recipients: Recipients;
  /** Who alone may read the root token. @default whoever may read the file */
  readonly rootToken?: { readonly pgpKey: string } | { readonly age: string };
  /** Milliseconds since 1970. */
  readonly now: number;
}

const initAnswer = z.object({
  keys_base64: z.array(z.string()).nullish(),
  recovery_keys_base64: z.array(z.string()).nullish(),
  root_token: z.string().min(1),
});

/**
 * What the server says once and never again: its keys and its root token. They are in the file when this returns.
 *
 * @throws LeaseholdError when the server refuses; then nothing was initialised.
 * @see https://developer.hashicorp.com/vault/api-docs/system/init
 */
export async function initialise(
  vault: VaultClient,
  seal: SealState,
  file: SecretFile,
  { address, shares, threshold, recipients, rootToken, now }: InitialiseOptions,
): Promise<void> {
  // A server that a KMS unseals gives recovery keys, which open nothing.
  const kind = seal.recovery_seal === true || seal.type !== "shamir" ? "recovery" : "unseal";
  const prefix = kind === "recovery" ? "recovery" : "secret";
  const answer = await vault.ask(
    "sys/init",
    {
      [`${prefix}_shares`]: shares,
      [`${prefix}_threshold`]: threshold,
      ...(recipients.pgpKeys && { [kind === "recovery" ? "recovery_pgp_keys" : "pgp_keys"]: recipients.pgpKeys }),
      ...(rootToken !== undefined && "pgpKey" in rootToken && { root_token_pgp_key: rootToken.pgpKey }),
    },
    initAnswer,
  );
  const keys = (kind === "recovery" ? answer.recovery_keys_base64 : answer.keys_base64) ?? [];
  file.write(
    keyFileText({
      address,
      created: new Date(now).toISOString(),
      kind,
      threshold,
      encryption: recipients.encryption,
      ...(recipients.age && { recipients: [...recipients.age] }),
      keys: await sealedShares(keys, recipients),
      rootToken:
        rootToken !== undefined && "age" in rootToken
          ? await encryptToAge(answer.root_token, rootToken.age)
          : answer.root_token,
      rootTokenEncryption: encryptionOf(rootToken),
    }),
  );
}

function encryptionOf(rootToken: InitialiseOptions["rootToken"]): Encryption {
  if (rootToken === undefined) return "none";
  return "age" in rootToken ? "age" : "pgp";
}

/**
 * Shares and threshold as the server takes them.
 *
 * @throws LeaseholdError that names the option.
 */
export function requireShares(command: string, shares: number, threshold: number): void {
  if (shares < 1 || shares > 255) {
    throw new LeaseholdError(command, `--shares is ${shares}`, "give 1 to 255");
  }
  if (threshold < 1 || threshold > shares) {
    throw new LeaseholdError(
      command,
      `--threshold ${threshold} can't be met with ${shares} shares`,
      `give 1 to ${shares}`,
    );
  }
  if (threshold === 1 && shares > 1) {
    throw new LeaseholdError(
      command,
      `with --threshold 1 each of ${shares} shares opens the server alone, and Vault refuses that`,
      "give --threshold 2 or more, or --shares 1",
    );
  }
}
