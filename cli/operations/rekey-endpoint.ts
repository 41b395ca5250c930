import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import type { KeyKind } from "./server-state";

const stateAnswer = z.object({
  started: z.boolean().default(false),
  nonce: z.string().default(""),
  /** New shares and threshold; 0 where nothing is under way. */
  n: z.number().default(0),
  t: z.number().default(0),
  progress: z.number().default(0),
  /** How many of the shares of today it takes. */
  required: z.number().default(0),
  pgp_fingerprints: z.array(z.string()).nullish(),
  /** Set once the new shares were handed out and have yet to be proven. */
  verification_nonce: z.string().default(""),
  keys_base64: z.array(z.string()).nullish(),
  complete: z.boolean().default(false),
});

export type RekeyState = z.output<typeof stateAnswer>;

/** OpenBao wraps the answer as it does any other. */
const answer = z.union([z.object({ data: stateAnswer }).transform(({ data }) => data), stateAnswer]);

/**
 * Where a server has its keys changed: Vault at `sys/rekey`, without a token; OpenBao, since it moved that, at `sys/rotate/root`, with
 * one.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/rekey
 * @see https://openbao.org/api-docs/system/rotate/
 */
export class RekeyEndpoint {
  /** Finds out which of the two the server has. */
  static async of(vault: VaultClient, kind: KeyKind): Promise<RekeyEndpoint> {
    const [first, second] =
      kind === "unseal" ? ["sys/rekey", "sys/rotate/root"] : ["sys/rekey-recovery-key", "sys/rotate/recovery"];
    const endpoint = new RekeyEndpoint(vault, first);
    try {
      await endpoint.state();
      return endpoint;
    } catch (thrown) {
      if (!(thrown instanceof VaultRefusal) || ![404, 405].includes(thrown.status)) throw thrown;
      return new RekeyEndpoint(vault, second);
    }
  }

  private constructor(
    private readonly vault: VaultClient,
    private readonly path: string,
  ) {}

  state(): Promise<RekeyState> {
    return this.vault.read(`${this.path}/init`, answer);
  }

  /** Nothing changes for good until the new shares are proven. */
  begin(shares: number, threshold: number, pgpKeys: readonly string[] | undefined): Promise<RekeyState> {
    return this.vault.ask(
      `${this.path}/init`,
      {
        secret_shares: shares,
        secret_threshold: threshold,
        require_verification: true,
        ...(pgpKeys && { pgp_keys: pgpKeys }),
      },
      answer,
    );
  }

  /** Gives one of the shares of today; the last answer holds the new ones. */
  update(nonce: string, key: string): Promise<RekeyState> {
    return this.vault.ask(`${this.path}/update`, { nonce, key }, answer);
  }

  /** How far the new shares are proven; its `nonce` is the one of the proof. */
  proof(): Promise<RekeyState> {
    return this.vault.read(`${this.path}/verify`, answer);
  }

  /** Proves one of the new shares; with the last one the shares of today end. */
  prove(nonce: string, key: string): Promise<RekeyState> {
    return this.vault.ask(`${this.path}/verify`, { nonce, key }, answer);
  }

  /** Vault wants to be told which one is given up, so that nobody ends another's. */
  async cancel(): Promise<void> {
    const { nonce } = await this.state();
    await this.vault.delete(`${this.path}/init`, { nonce });
  }
}

/** Of a share that the server does not take. */
export function refusedShare(where: string, thrown: unknown, number: number): unknown {
  if (!(thrown instanceof VaultRefusal) || ![400, 500].includes(thrown.status)) return thrown;
  return new LeaseholdError(
    where,
    `the server does not take share ${number} that was given (${thrown.problem})`,
    "give the right one: the same command goes on; after the last share of a threshold that does not fit, give all of them again",
  );
}
