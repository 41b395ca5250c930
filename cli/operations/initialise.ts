import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import { type Encryption, keyFileText } from "./key-file";
import { encryptToAge, type Recipients, sealedShares } from "./recipients";
import type { SecretFile } from "./secret-file";
import { keyKindOf, readSeal, type SealState } from "./server-state";

/** In base64, or as age names them. */
export type RootTokenRecipient =
  { readonly pgpKey: string; readonly age?: never } | { readonly age: string; readonly pgpKey?: never };

export interface InitialiseOptions {
  readonly address: string;
  readonly shares: number;
  readonly threshold: number;
  readonly recipients: Recipients;
  /** Who alone may read the root token. @default whoever may read the file */
  readonly rootToken?: RootTokenRecipient | undefined;
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
 * @throws LeaseholdError when the server refuses, and nothing was initialised; or when it was, and its answer is lost.
 * @see https://developer.hashicorp.com/vault/api-docs/system/init
 */
export function initialise(
  vault: VaultClient,
  seal: SealState,
  file: SecretFile,
  { address, shares, threshold, recipients, rootToken, now }: InitialiseOptions,
): Promise<void> {
  const kind = keyKindOf(seal);
  const isRecovery = kind === "recovery";
  const prefix = isRecovery ? "recovery" : "secret";
  const request = {
    [`${prefix}_shares`]: shares,
    [`${prefix}_threshold`]: threshold,
    ...(recipients.pgpKeys && { [isRecovery ? "recovery_pgp_keys" : "pgp_keys"]: recipients.pgpKeys }),
    ...(rootToken?.pgpKey !== undefined && { root_token_pgp_key: rootToken.pgpKey }),
  };
  return file.uninterrupted(async () => {
    const answer = await vault.ask("sys/init", request, initAnswer).catch(async (thrown: unknown) => {
      throw await meaningOf(vault, address, thrown);
    });
    const keys = (isRecovery ? answer.recovery_keys_base64 : answer.keys_base64) ?? [];
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
          rootToken?.age === undefined ? answer.root_token : await encryptToAge(answer.root_token, rootToken.age),
        rootTokenEncryption: encryptionOf(rootToken),
      }),
    );
  });
}

/** What it means that no keys came: a refusal changes nothing, but an answer may be lost on its way, and the keys with it. */
async function meaningOf(vault: VaultClient, address: string, thrown: unknown): Promise<unknown> {
  const seal = await readSeal(vault).catch(() => undefined);
  if (seal?.initialized === false) return thrown;
  if (seal !== undefined && thrown instanceof VaultRefusal && thrown.status === 400) {
    return new LeaseholdError(
      address,
      "somebody else has initialised it meanwhile",
      "ask for their file of keys: none was made here",
    );
  }
  return new LeaseholdError(
    address,
    `${seal === undefined ? "may have been" : "was"} initialised, and its answer with the keys was lost (${messageOf(thrown)})`,
    "unless somebody else has its keys, nobody will: stop the server, empty its storage, which holds nothing yet, and begin anew",
  );
}

function encryptionOf(rootToken: InitialiseOptions["rootToken"]): Encryption {
  if (rootToken === undefined) return "none";
  return rootToken.age === undefined ? "pgp" : "age";
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
