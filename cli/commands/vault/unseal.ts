import { Command } from "commander";
import { LeaseholdError } from "../../../constructs/core/errors";
import { ClosedGate } from "../../closed-gate";
import type { CliContext } from "../../context";
import { readShares } from "../../operations/key-file";
import { untilServing } from "../../operations/server-state";
import { listed, shareSource, type ShareSource, type ShareOptions } from "../../operations/share-source";
import { unseal } from "../../operations/unseal";
import { VaultPlace } from "../../operations/vault-place";
import { serverArgument, withShares } from "./arguments";

interface UnsealOptions extends ShareOptions {
  readonly node?: string[];
  readonly reset?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault unseal";

/** `leasehold vault unseal`: key shares until the server is open. */
export function unsealCommand(context: CliContext): Command {
  const command = new Command("unseal")
    .description("opens a sealed server with key shares, yours or all; exit code 2 while shares are missing")
    .addArgument(serverArgument());
  return withShares(command)
    .option("--node <url...>", "the nodes to open, each by its own address (default: the one address)")
    .option("--reset", "forget the shares that were given so far")
    .option("--json", "print the result as JSON")
    .action(async (environment: string | undefined, { node, reset, json, ...shares }: UnsealOptions) => {
      const place = VaultPlace.of(where, environment, context);
      const places = node === undefined ? [place] : node.map((address) => place.node(address));
      if (places.length > 1 && shares.keys === undefined) {
        throw new LeaseholdError(
          where,
          "several nodes are named, and shares are read once",
          "give --keys FILE, or a node at a time",
        );
      }
      const results = [];
      for (const each of places) {
        const progress = await unseal(each.client(), each.address, await sourceFor(shares), reset);
        const state = progress.sealed ? "sealed" : await untilServing(each);
        results.push({ address: each.address, state, ...progress });
      }
      const text = results.map(({ address, state, sealed, progress, threshold, given }) =>
        sealed
          ? `${address} is sealed: ${progress} of ${threshold} key shares are given`
          : `${address} is ${state}${given === 0 ? ": it was open already" : ""}`,
      );
      context.print(json ? JSON.stringify(results) : text.join("\n"));
      const sealed = results.filter((result) => result.sealed);
      if (sealed.length === 0) return;
      throw new ClosedGate(
        where,
        `${sealed.length} of ${results.length} nodes are sealed`,
        "have the next holder run the same command",
        2,
      );
    });
}

/** A server that is open is asked for no share, so none is read before one is needed. */
function sourceFor(options: ShareOptions): Promise<ShareSource> {
  if (options.keys !== undefined) return Promise.resolve(listed(readShares("--keys", options.keys)));
  let source: Promise<ShareSource> | undefined;
  return Promise.resolve({
    count: undefined,
    next: async (question) => (await (source ??= shareSource(where, options))).next(question),
  });
}
