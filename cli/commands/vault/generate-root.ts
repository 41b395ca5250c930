import { Command } from "commander";
import { LeaseholdError } from "../../../constructs/core/errors";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import {
  decodeRoot,
  forgetAttempt,
  generateRoot,
  RootEndpoint,
  type RootProgress,
  rootProgress,
} from "../../operations/generate-root";
import { readPgpKey } from "../../operations/recipients";
import { shareSource, type ShareOptions } from "../../operations/share-source";
import { activeNode } from "../../operations/server-state";
import { VaultPlace } from "../../operations/vault-place";
import { serverArgument, withShares } from "./arguments";

interface GenerateRootCommandOptions extends ShareOptions {
  readonly out?: string;
  readonly pgpKey?: string;
  readonly decode?: string;
  readonly status?: boolean;
  readonly cancel?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault generate-root";

/** `leasehold vault generate-root`: a root token, where enough holders of key shares agree. */
export function generateRootCommand(context: CliContext): Command {
  const command = new Command("generate-root")
    .description("makes a root token with a threshold of key shares, step by step")
    .addArgument(serverArgument())
    .option(
      "--out <file>",
      "begin, or go on with what you began: where the token goes, a new file of its owner's alone",
    )
    .option("--pgp-key <file>", "with --out: PGP public key that the token is encrypted to");
  return withShares(command)
    .option("--decode <encoded>", "with --out: write the token out of what the last share's holder was shown")
    .option("--status", "only say where it is")
    .option("--cancel", "end the attempt")
    .option("--yes", "with --cancel: do not ask")
    .option("--json", "print the result as JSON, without the token")
    .action(async (environment: string | undefined, options: GenerateRootCommandOptions) => {
      const { out, pgpKey, decode, json } = options;
      if (out === undefined && (pgpKey !== undefined || decode !== undefined)) {
        throw new LeaseholdError(where, "--out does not say where the token goes", "give --out FILE");
      }
      if (decode !== undefined && out !== undefined) {
        await decodeRoot(out, decode);
        context.print(json ? JSON.stringify({ step: "complete", file: out }) : `the root token is in ${out}`);
        return;
      }
      const key = pgpKey === undefined ? undefined : readPgpKey(pgpKey);
      const place = VaultPlace.of(where, environment, context);
      const endpoint = await RootEndpoint.of((await activeNode(place)).client(), place.hasToken);
      if (options.status) {
        const progress = await rootProgress(endpoint);
        context.print(json ? JSON.stringify(progress) : progressText(progress));
        return;
      }
      if (options.cancel) {
        if (!options.yes) await askForConsent(where, "End the attempt that is under way?", "cancel");
        await endpoint.cancel();
        forgetAttempt(out);
        context.print(json ? JSON.stringify({ cancelled: true }) : "no attempt is under way");
        return;
      }
      const progress = await generateRoot(endpoint, { out, pgpKey: key, source: () => shareSource(where, options) });
      context.print(json ? JSON.stringify(progress) : progressText(progress));
    });
}

function progressText({ step, given, required, encoded, file, encrypted }: RootProgress): string {
  if (step === "none") return `no attempt is under way; it takes ${required} key shares`;
  if (step === "authorising") {
    return [
      `an attempt is under way: ${given} of ${required} key shares are given`,
      "Have the next holder run leasehold vault generate-root with their share.",
    ].join("\n");
  }
  if (file === undefined) {
    return [
      "the last share was given. Hand this to whoever began, for leasehold vault generate-root --decode; alone it is worth nothing:",
      encoded ?? "",
    ].join("\n");
  }
  return [
    `the root token is in ${file}${encrypted ? `, encrypted: base64 -d ${file} | gpg -dq` : ""}`,
    "Revoke it as soon as its work is done: vault token revoke -self",
  ].join("\n");
}
