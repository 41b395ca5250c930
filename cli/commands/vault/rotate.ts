import { Command } from "commander";
import { type Duration, parseDuration } from "../../../constructs/core/duration";
import { duration } from "../../auth/arguments";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { rotateStorageKey } from "../../operations/rotate";
import { activeNode } from "../../operations/server-state";
import { VaultPlace } from "../../operations/vault-place";
import { serverArgument } from "./arguments";

interface RotateOptions {
  readonly ifOlderThan?: Duration;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault rotate";

/** `leasehold vault rotate`: a new key for what is stored from now on. */
export function rotateCommand(context: CliContext): Command {
  return new Command("rotate")
    .description(
      "has the server make a new storage key; key shares stay as they are, and what is stored stays readable",
    )
    .addArgument(serverArgument())
    .option(
      "--if-older-than <duration>",
      "do nothing where the key is younger, so that the call may be repeated",
      duration,
    )
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .action(async (environment: string | undefined, { ifOlderThan, yes, json }: RotateOptions) => {
      const place = VaultPlace.of(where, environment, context);
      place.requireToken(where, "read sys/key-status, and update sys/rotate with sudo");
      if (!yes) await askForConsent(where, `Have ${place.address} make a new storage key?`, "rotate");
      const { before, after } = await rotateStorageKey((await activeNode(place)).client(), {
        olderThanMs: ifOlderThan && parseDuration("--if-older-than", "ifOlderThan", ifOlderThan) * 1000,
        now: Date.now(),
      });
      const rotated = after.term > before.term;
      const since = new Date(before.installed).toISOString();
      const text = rotated
        ? `${place.address} encrypts with the key of term ${after.term}; term ${before.term} was of ${since}, with ${before.encryptions} encryptions`
        : `the key of term ${before.term} is of ${since}: it is young enough, and stays`;
      context.print(json ? JSON.stringify({ address: place.address, rotated, before, after }) : text);
    });
}
