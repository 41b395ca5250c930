import { Command } from "commander";
import { LeaseholdError } from "../../../constructs/core/errors";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { requireShares } from "../../operations/initialise";
import { nobody, recipientsFor, requireAge } from "../../operations/recipients";
import { rekey, type RekeyProgress, rekeyProgress } from "../../operations/rekey";
import { RekeyEndpoint } from "../../operations/rekey-endpoint";
import { activeNode, keyKindOf, readSeal } from "../../operations/server-state";
import { shareSource, type ShareOptions } from "../../operations/share-source";
import { VaultPlace } from "../../operations/vault-place";
import { count, serverArgument, withRecipients, withShares } from "./arguments";

interface RekeyCommandOptions extends ShareOptions {
  readonly shares?: number;
  readonly threshold?: number;
  readonly out?: string;
  readonly pgpKey?: string[];
  readonly age?: string[];
  readonly status?: boolean;
  readonly cancel?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault rekey";

/** `leasehold vault rekey`: new key shares, in steps that may be days apart. */
export function rekeyCommand(context: CliContext): Command {
  const command = new Command("rekey")
    .description("replaces the key shares, step by step; until new shares are proven, those of today hold")
    .addArgument(serverArgument())
    .option("--shares <count>", "new key shares; begins a rekey where none is under way", count)
    .option("--threshold <count>", "how many of them open the server", count)
    .option(
      "--out <file>",
      "where the new shares go: a new file of its owner's alone; needed by who gives the last share",
    );
  return withRecipients(withShares(command))
    .option("--status", "only say where it is")
    .option("--cancel", "end it: the shares of today stay")
    .option("--yes", "with --cancel: do not ask")
    .option("--json", "print the result as JSON, without keys")
    .action(async (environment: string | undefined, options: RekeyCommandOptions) => {
      const { shares, threshold, out } = options;
      if ((shares === undefined) !== (threshold === undefined)) {
        throw new LeaseholdError(where, "one of --shares and --threshold is given", "give both, or neither to go on");
      }
      if (shares !== undefined && threshold !== undefined) requireShares(where, shares, threshold);
      const place = VaultPlace.of(where, environment, context);
      const vault = (await activeNode(place)).client();
      const kind = keyKindOf(await readSeal(vault));
      const endpoint = await RekeyEndpoint.of(vault, kind);
      const print = (progress: RekeyProgress) =>
        context.print(options.json ? JSON.stringify({ address: place.address, ...progress }) : progressText(progress));
      if (options.status) {
        print(await rekeyProgress(endpoint));
        return;
      }
      if (options.cancel) {
        if (!options.yes) await askForConsent(where, "End the rekey that is under way?", "cancel");
        await endpoint.cancel();
        context.print(
          options.json ? JSON.stringify({ cancelled: true }) : "no rekey is under way; the shares of today hold",
        );
        return;
      }
      const recipients = await recipientsOf(endpoint, options);
      await requireAge(recipients.age);
      print(
        await rekey(endpoint, {
          address: place.address,
          kind,
          shares,
          threshold,
          recipients,
          out,
          source: () => shareSource(where, options),
          now: Date.now(),
        }),
      );
    });
}

/** As many as there will be shares: those that are asked for, or those of the rekey that is under way. */
async function recipientsOf(endpoint: RekeyEndpoint, options: RekeyCommandOptions) {
  if (options.pgpKey === undefined && options.age === undefined) return nobody;
  const shares = options.shares ?? (await endpoint.state()).n;
  return recipientsFor(where, options, shares);
}

function progressText({ step, given, required, shares, threshold, file }: RekeyProgress): string {
  const kept = file === undefined ? [] : [`The new shares are in ${file}.`];
  const goOn = {
    none: ["no rekey is under way"],
    authorising: [
      `a rekey to ${shares} shares with threshold ${threshold} is under way: ${given} of ${required} shares of today are given`,
      "Have the next holder run leasehold vault rekey with their share; whoever gives the last one gives --out FILE too.",
    ],
    proving: [
      `the new shares are handed out, ${given} of ${required} are proven, and those of today still hold`,
      `Have holders run leasehold vault rekey with their new share. If the new shares are lost, --cancel and begin anew.`,
    ],
    complete: [
      `${threshold} of ${shares} new key shares open the server; those of before open nothing any more`,
      "Give each new share to its holder, and destroy the old ones.",
    ],
  }[step];
  return [...goOn, ...kept].join("\n");
}
