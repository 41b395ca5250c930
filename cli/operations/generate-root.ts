import { existsSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { VaultRefusal, type VaultClient } from "../vault-client";
import { refusedShare } from "./rekey-endpoint";
import { type SecretFile, withSecretFile } from "./secret-file";
import type { ShareSource } from "./share-source";

const where = "leasehold vault generate-root";

const attemptAnswer = z.object({
  started: z.boolean().default(false),
  nonce: z.string().default(""),
  progress: z.number().default(0),
  required: z.number().default(0),
  complete: z.boolean().default(false),
  /** Told once, when an attempt begins. */
  otp: z.string().default(""),
  encoded_token: z.string().default(""),
  pgp_fingerprint: z.string().default(""),
});

export type RootAttempt = z.output<typeof attemptAnswer>;

const answer = z.union([z.object({ data: attemptAnswer }).transform(({ data }) => data), attemptAnswer]);

/**
 * Where a server lets a threshold of share holders have a root token: Vault, and an OpenBao that allows it, without a token; else
 * OpenBao with one.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/generate-root
 * @see https://openbao.org/api-docs/system/generate-root/
 */
export class RootEndpoint {
  /**
   * @throws LeaseholdError when the server asks for a token and there is none.
   */
  static async of(vault: VaultClient, hasToken: boolean): Promise<RootEndpoint> {
    const open = new RootEndpoint(vault, "sys/generate-root");
    try {
      await open.attempt();
      return open;
    } catch (thrown) {
      if (!(thrown instanceof VaultRefusal) || ![404, 405].includes(thrown.status)) throw thrown;
      if (hasToken) return new RootEndpoint(vault, "sys/generate-root-token");
      throw new LeaseholdError(
        where,
        "this OpenBao makes no root token for who has no token",
        "set VAULT_TOKEN to one that may update sys/generate-root-token; if none is left, set disable_unauthed_generate_root_endpoints = false in the listener of its configuration, restart it, and take that out again afterwards",
      );
    }
  }

  private constructor(
    private readonly vault: VaultClient,
    private readonly path: string,
  ) {}

  attempt(): Promise<RootAttempt> {
    return this.vault.read(`${this.path}/attempt`, answer);
  }

  begin(pgpKey: string | undefined): Promise<RootAttempt> {
    return this.vault.ask(`${this.path}/attempt`, pgpKey === undefined ? {} : { pgp_key: pgpKey }, answer);
  }

  update(nonce: string, key: string): Promise<RootAttempt> {
    return this.vault.ask(`${this.path}/update`, { nonce, key }, answer);
  }

  async cancel(): Promise<void> {
    const { nonce } = await this.attempt();
    await this.vault.delete(`${this.path}/attempt`, { nonce });
  }
}

/** What an attempt's beginner keeps until its end: without it, what the last share gets is worth nothing. */
const begun = z.strictObject({ nonce: z.string(), otp: z.string() });

export interface GenerateRootOptions {
  /** Where the root token goes; a holder who only gives a share needs none. */
  readonly out?: string | undefined;
  /** In base64: who alone shall read the token. */
  readonly pgpKey?: string | undefined;
  readonly source: () => Promise<ShareSource>;
}

export interface RootProgress {
  readonly step: "none" | "authorising" | "complete";
  readonly given: number;
  readonly required: number;
  /** For whoever began: opens with what they keep, and is worth nothing to anybody else. */
  readonly encoded?: string;
  /** Where the token is. */
  readonly file?: string;
  /** Whether the file holds it encrypted to a PGP key. */
  readonly encrypted?: boolean;
}

export async function rootProgress(endpoint: RootEndpoint): Promise<RootProgress> {
  const { started, progress, required } = await endpoint.attempt();
  return { step: started ? "authorising" : "none", given: progress, required };
}

/**
 * Begins an attempt, or goes on with the one that is under way, as far as the shares go that there are.
 *
 * @throws LeaseholdError when there is none and `out` is not given, or what its beginner keeps is another one's.
 */
export async function generateRoot(endpoint: RootEndpoint, options: GenerateRootOptions): Promise<RootProgress> {
  const { out, pgpKey } = options;
  const found = await endpoint.attempt();
  if (!found.started && out === undefined) {
    throw new LeaseholdError(where, "no attempt is under way", "begin one with --out FILE");
  }
  if (found.started && pgpKey !== undefined && found.pgp_fingerprint === "") {
    throw new LeaseholdError(
      where,
      "an attempt is under way whose token is encrypted to nobody",
      "go on without --pgp-key, or end it with --cancel",
    );
  }
  if (found.started && out !== undefined && found.pgp_fingerprint === "") requireBegun(out, found.nonce);
  if (out === undefined) return give(endpoint, found, options, undefined);
  return withSecretFile(where, out, async (file) => {
    const attempt = found.started ? found : await begin(endpoint, out, pgpKey);
    return give(endpoint, attempt, options, file);
  });
}

/** The one-time password is on the disk before a share is asked for. */
async function begin(endpoint: RootEndpoint, out: string, pgpKey: string | undefined): Promise<RootAttempt> {
  if (pgpKey !== undefined) return endpoint.begin(pgpKey);
  // Of an attempt that is over: none is under way.
  if (readBegun(otpFile(out)) !== undefined) rmSync(otpFile(out));
  return withSecretFile(where, otpFile(out), (file) =>
    file.uninterrupted(async () => {
      const attempt = await endpoint.begin(undefined);
      file.write(`${JSON.stringify({ nonce: attempt.nonce, otp: attempt.otp })}\n`);
      return attempt;
    }),
  );
}

async function give(
  endpoint: RootEndpoint,
  { nonce, required, progress, pgp_fingerprint: fingerprint }: RootAttempt,
  { out, source }: GenerateRootOptions,
  file: SecretFile | undefined,
): Promise<RootProgress> {
  const shares = await source();
  let given = progress;
  for (let number = 1; ; number++) {
    const share = await shares.next(`Key share ${given + 1} of ${required}`);
    if (share === undefined) return { step: "authorising", given, required };
    const step = () => endpoint.update(nonce, share);
    const answered = await (file === undefined ? step() : file.uninterrupted(step)).catch((thrown: unknown) => {
      throw refusedShare(where, thrown, number);
    });
    given = answered.progress;
    if (!answered.complete) continue;
    const done = { step: "complete" as const, given: required, required };
    if (file === undefined || out === undefined) return { ...done, encoded: answered.encoded_token };
    if (fingerprint !== "") {
      file.write(`${answered.encoded_token}\n`);
      return { ...done, file: out, encrypted: true };
    }
    file.write(`${decoded(answered.encoded_token, requireBegun(out, nonce))}\n`);
    rmSync(otpFile(out));
    return { ...done, file: out, encrypted: false };
  }
}

/**
 * Writes the token that another holder's last share got, out of its encoded form.
 *
 * @throws LeaseholdError when what the beginner keeps is not there, or does not fit.
 */
export async function decodeRoot(out: string, encoded: string): Promise<void> {
  const otp = requireBegun(out, undefined);
  await withSecretFile(where, out, (file) => {
    file.write(`${decoded(encoded, otp)}\n`);
    return Promise.resolve();
  });
  rmSync(otpFile(out));
}

/** Forgets what an attempt's beginner keeps. */
export function forgetAttempt(out: string | undefined): void {
  if (out !== undefined) rmSync(otpFile(out), { force: true });
}

function otpFile(out: string): string {
  return `${out}.otp`;
}

/** The one-time password that is kept beside `out`; `nonce` is that of the attempt under way, where that is known. */
function requireBegun(out: string, nonce: string | undefined): string {
  const path = otpFile(out);
  const kept = readBegun(path);
  if (kept !== undefined && (nonce === undefined || kept.nonce === nonce)) return kept.otp;
  throw new LeaseholdError(
    where,
    kept === undefined
      ? `there is no ${path}, or nothing of an attempt in it: somebody else began it`
      : `${path} is of another attempt than the one under way`,
    "give your share without --out, and what is printed at the end to whoever began; or end the attempt with --cancel",
  );
}

/** Undefined where there is no such file, or it holds something else, such as nothing after a crash. */
function readBegun(path: string): z.output<typeof begun> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return begun.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** The token is told as its exclusive or with the one-time password. */
function decoded(encoded: string, otp: string): string {
  const bytes = Buffer.from(encoded, "base64");
  const key = Buffer.from(otp);
  const token = Buffer.from(bytes.map((byte, at) => byte ^ (key[at] ?? 0))).toString("utf8");
  if (bytes.length === key.length && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new LeaseholdError(
    where,
    "the encoded token is not of this attempt",
    "give what the last share's holder was shown",
  );
}
