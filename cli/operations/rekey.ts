import { LeaseholdError } from "../../constructs/core/errors";
import { keyFileText, readKeyFile } from "./key-file";
import { type Recipients, sealedShares } from "./recipients";
import { type RekeyEndpoint, type RekeyState, refusedShare } from "./rekey-endpoint";
import type { KeyKind } from "./server-state";
import { withSecretFile } from "./secret-file";
import { listed, type ShareSource } from "./share-source";

const where = "leasehold vault rekey";

/** Where a rekey is. `proving`: the new shares are handed out, and those of today still hold. */
export interface RekeyProgress {
  readonly step: "none" | "authorising" | "proving" | "complete";
  /** Shares that were given in this step, and how many it takes. */
  readonly given: number;
  readonly required: number;
  /** New shares and threshold. */
  readonly shares: number;
  readonly threshold: number;
  /** Where the new shares are, if it was this call that got them. */
  readonly file?: string;
}

export interface RekeyOptions {
  readonly address: string;
  readonly kind: KeyKind;
  /** New shares and threshold; those of a rekey that is under way if they are left out. */
  readonly shares?: number | undefined;
  readonly threshold?: number | undefined;
  readonly recipients: Recipients;
  /** Where the new shares go. */
  readonly out?: string | undefined;
  /** Shares: those of today, and once the new ones are handed out, new ones. */
  readonly source: () => Promise<ShareSource>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Where it is, and nothing more. */
export async function rekeyProgress(endpoint: RekeyEndpoint): Promise<RekeyProgress> {
  const state = await endpoint.state();
  if (!state.started) return { step: "none", given: 0, required: state.required, shares: 0, threshold: 0 };
  const { n: shares, t: threshold } = state;
  if (state.verification_nonce === "") {
    return { step: "authorising", given: state.progress, required: state.required, shares, threshold };
  }
  const { progress } = await endpoint.proof();
  return { step: "proving", given: progress, required: threshold, shares, threshold };
}

/**
 * Begins a rekey, or goes on with the one that is under way, as far as the shares go that there are. Until enough new shares are
 * proven, those of today hold: a step that is cut short loses nothing.
 *
 * @throws LeaseholdError when what is asked for is not what is under way, or a share is refused.
 */
export async function rekey(endpoint: RekeyEndpoint, options: RekeyOptions): Promise<RekeyProgress> {
  const state = await begunState(endpoint, options);
  if (state.verification_nonce !== "") return prove(endpoint, await sourceOfProof(options), undefined);
  const source = await options.source();
  const { out } = options;
  if (out === undefined) {
    if (state.required - state.progress <= (source.count ?? 1)) {
      throw new LeaseholdError(
        where,
        `these are the last shares that it takes, and --out does not say where the new ones go`,
        "give --out FILE, which must not be there yet",
      );
    }
    await authorise(state, source, 1, (share) => endpoint.update(state.nonce, share));
    return rekeyProgress(endpoint);
  }
  const last = await withSecretFile(where, out, (file) =>
    // Any share may be the last one, whose answer holds the new ones.
    authorise(state, source, 0, (share) =>
      file.uninterrupted(async () => {
        const answered = await endpoint.update(state.nonce, share);
        if (answered.complete) file.write(await newKeys(state, answered, options));
        return answered;
      }),
    ),
  );
  if (!last.complete) return rekeyProgress(endpoint);
  // What is proven is what the file holds, not what was answered.
  const written = readKeyFile(out);
  if (written?.encryption === "none") return prove(endpoint, listed(written.keys), out);
  return { ...(await rekeyProgress(endpoint)), file: out };
}

async function begunState(
  endpoint: RekeyEndpoint,
  { shares, threshold, recipients }: RekeyOptions,
): Promise<RekeyState> {
  const state = await endpoint.state();
  if (!state.started) {
    if (shares === undefined || threshold === undefined) {
      throw new LeaseholdError(where, "no rekey is under way", "begin one with --shares and --threshold");
    }
    return endpoint.begin(shares, threshold, recipients.pgpKeys);
  }
  const differs =
    (shares !== undefined && shares !== state.n) ||
    (threshold !== undefined && threshold !== state.t) ||
    (recipients.pgpKeys !== undefined && (state.pgp_fingerprints ?? []).length === 0) ||
    (recipients.age !== undefined && (state.pgp_fingerprints ?? []).length > 0);
  if (!differs) return state;
  throw new LeaseholdError(
    where,
    `a rekey to ${state.n} shares with threshold ${state.t}${state.pgp_fingerprints?.length ? " for PGP keys" : ""} is under way`,
    "go on with it by leaving out what differs, or end it with --cancel",
  );
}

/** Gives shares of today until there are no more, or so many are missing, or the answer to the last one holds the new ones. */
async function authorise(
  state: RekeyState,
  source: ShareSource,
  missing: number,
  give: (share: string) => Promise<RekeyState>,
): Promise<RekeyState> {
  let answered = state;
  // One that was given before counts once: what is given is not what is missing less.
  for (let number = 1; !answered.complete && state.required - answered.progress > missing; number++) {
    const share = await source.next(`Share ${answered.progress + 1} of ${state.required} that holds today`);
    if (share === undefined) break;
    answered = await give(share).catch((thrown: unknown) => {
      throw refusedShare(where, thrown, number);
    });
  }
  return answered;
}

/** The file of the new shares. */
async function newKeys(begun: RekeyState, answered: RekeyState, options: RekeyOptions): Promise<string> {
  const { address, kind, recipients, now } = options;
  const fingerprints = answered.pgp_fingerprints ?? [];
  const names = fingerprints.length > 0 ? fingerprints : recipients.age;
  return keyFileText({
    address,
    created: new Date(now).toISOString(),
    kind,
    threshold: begun.t,
    encryption: fingerprints.length > 0 ? "pgp" : recipients.encryption,
    ...(names && { recipients: [...names] }),
    keys: await sealedShares(answered.keys_base64 ?? [], recipients),
  });
}

/** The file that this command wrote before it was cut short, or else what the holders of new shares give. */
async function sourceOfProof({ out, source }: RekeyOptions): Promise<ShareSource> {
  const written = out === undefined ? undefined : readKeyFile(out);
  return written?.encryption === "none" ? listed(written.keys) : source();
}

/** Gives new shares until the server has seen that enough of them are kept; then they are the ones that hold. */
async function prove(endpoint: RekeyEndpoint, source: ShareSource, file: string | undefined): Promise<RekeyProgress> {
  const begun = await endpoint.state();
  const { n: shares, t: threshold } = begun;
  const known = { shares, threshold, required: threshold, ...(file !== undefined && { file }) };
  const { nonce, ...proof } = await endpoint.proof();
  let given = proof.progress;
  for (let number = 1; ; number++) {
    const share = await source.next(`New share ${given + 1} of ${threshold}`);
    if (share === undefined) return { step: "proving", given, ...known };
    const answered = await endpoint.prove(nonce, share).catch((thrown: unknown) => {
      throw refusedShare(where, thrown, number);
    });
    if (answered.complete) return { step: "complete", given: threshold, ...known };
    given = answered.progress;
  }
}
