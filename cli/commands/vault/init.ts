import { Command } from "commander";
import { readFileSync } from "node:fs";
import { LeaseholdError, messageOf } from "../../../constructs/core/errors";
import type { CliContext } from "../../context";
import { initialise, requireShares, type RootTokenRecipient } from "../../operations/initialise";
import { readAgeRecipients, readPgpKey, recipientsFor, requireAge } from "../../operations/recipients";
import { withSecretFile } from "../../operations/secret-file";
import { isAutomatic, type NodeState, readHealth, readSeal, untilServing } from "../../operations/server-state";
import { listed } from "../../operations/share-source";
import { unseal } from "../../operations/unseal";
import { VaultPlace } from "../../operations/vault-place";
import { readKeyFile } from "../../operations/key-file";
import { count, serverArgument, withRecipients } from "./arguments";

interface InitOptions {
  readonly shares: number;
  readonly threshold: number;
  readonly out?: string;
  readonly pgpKey?: string[];
  readonly age?: string[];
  readonly rootTokenPgpKey?: string;
  readonly rootTokenAge?: string;
  readonly unseal?: boolean;
  readonly show?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault init";
/** Milliseconds: whoever stops waiting loses the keys, and a slow storage takes its time. */
const answerMs = 600_000;

/** `leasehold vault init`: the step from a new server to one that has keys. */
export function initCommand(context: CliContext): Command {
  const init = new Command("init")
    .description("initialises a new server and writes its keys to a file; one that is initialised is left as it is")
    .addArgument(serverArgument())
    .option("--out <file>", "where the keys go: a new file of its owner's alone (mode 600); needed on a new server")
    .option("--shares <count>", "key shares", count, 5)
    .option("--threshold <count>", "how many of them open the server", count, 3);
  return withRecipients(init)
    .option("--root-token-pgp-key <file>", "PGP public key that the root token is encrypted to")
    .option("--root-token-age <recipient>", "age recipient that the root token is encrypted to")
    .option("--unseal", "open the server with the new keys at once; not where they are encrypted")
    .option("--show", "also show the file's content, at a terminal only")
    .option("--json", "print the result as JSON, without keys")
    .action(async (environment: string | undefined, options: InitOptions) => {
      const { out, shares, threshold, rootTokenPgpKey, rootTokenAge } = options;
      requireShares(where, shares, threshold);
      const recipients = recipientsFor(where, options, shares);
      if (rootTokenPgpKey !== undefined && rootTokenAge !== undefined) {
        throw new LeaseholdError(where, "both --root-token-pgp-key and --root-token-age are given", "give one of them");
      }
      if (options.unseal && recipients.encryption !== "none") {
        throw new LeaseholdError(
          where,
          "--unseal is given, and the keys are encrypted to their holders",
          "leave it out: the holders open the server with leasehold vault unseal",
        );
      }
      if (options.show && !process.stdout.isTTY) {
        throw new LeaseholdError(
          where,
          "--show is given, and the output is no terminal",
          "leave it out: keys go to the file only",
        );
      }
      const rootToken = rootTokenRecipient(options);
      await requireAge(recipients.age);
      if (rootToken?.age !== undefined) await requireAge([rootToken.age]);
      const place = VaultPlace.of(where, environment, context);
      const vault = place.client();
      const { state } = await readHealth(vault);
      if (state !== "uninitialised") {
        const next = state === "sealed" ? ": leasehold vault unseal opens it" : "";
        const text = `${place.address} is initialised already, and ${state}${next}; nothing was changed`;
        context.print(options.json ? JSON.stringify({ address: place.address, state, initialised: false }) : text);
        return;
      }
      if (out === undefined) {
        throw new LeaseholdError(
          where,
          "--out does not say where the keys go",
          "give --out FILE, which must not be there yet",
        );
      }
      const seal = await readSeal(vault);
      await withSecretFile(where, out, (file) =>
        initialise(place.client(answerMs), seal, file, {
          address: place.address,
          shares,
          threshold,
          recipients,
          rootToken,
          now: Date.now(),
        }),
      );
      const now = await stateAfter(place, isAutomatic(seal), options.unseal === true, out);
      const result = { address: place.address, state: now, initialised: true, shares, threshold, file: out };
      const text = [
        isAutomatic(seal)
          ? `${place.address} is initialised, and ${now}: its seal (${seal.type}) opens it, and ${threshold} of ${shares} recovery keys prove who asks for more`
          : `${place.address} is initialised, and ${now}: ${threshold} of ${shares} key shares open it`,
        `The shares and the root token are in ${out}${recipients.encryption === "none" ? ", readable" : `, encrypted with ${recipients.encryption}`}.`,
        recipients.encryption === "none"
          ? "Give each share to another person, and remove the file: whoever has it owns the server."
          : "Give each holder their share. Only they can read it.",
        ...(rootToken === undefined
          ? ["The root token in it is readable: revoke it once a deployment has its own login."]
          : []),
        ...(options.show ? ["", readFileSync(out, "utf8").trimEnd()] : []),
      ];
      context.print(options.json ? JSON.stringify(result) : text.join("\n"));
    });
}

/** What the server is in the end. Whatever goes wrong from here on, it is initialised, and where its keys are is said. */
async function stateAfter(place: VaultPlace, automatic: boolean, opens: boolean, out: string): Promise<NodeState> {
  try {
    // A seal of its own opens it a moment later.
    if (automatic) return await untilServing(place);
    if (!opens) return (await readHealth(place.client())).state;
    await unseal(place.client(), place.address, listed(readKeyFile(out)?.keys ?? []));
    return await untilServing(place);
  } catch (thrown) {
    throw new LeaseholdError(
      where,
      `${place.address} is initialised, its keys are in ${out}, and it did not open (${messageOf(thrown)})`,
      automatic ? "see its log: it must reach its seal" : `run leasehold vault unseal --keys ${out}`,
    );
  }
}

function rootTokenRecipient({ rootTokenPgpKey, rootTokenAge }: InitOptions): RootTokenRecipient | undefined {
  if (rootTokenPgpKey !== undefined) return { pgpKey: readPgpKey(rootTokenPgpKey) };
  if (rootTokenAge === undefined) return undefined;
  const [age, ...more] = readAgeRecipients(rootTokenAge);
  if (age !== undefined && more.length === 0) return { age };
  throw new LeaseholdError(where, `--root-token-age names ${more.length + 1} recipients`, "name one");
}
