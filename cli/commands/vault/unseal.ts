import { Command } from "commander";
import { LeaseholdError, messageOf } from "../../../constructs/core/errors";
import { ClosedGate } from "../../closed-gate";
import type { CliContext } from "../../context";
import { readShares } from "../../operations/key-file";
import { listed, shareSource, type ShareSource, type ShareOptions } from "../../operations/share-source";
import { type FailedNode, type OpenedNode, unsealAll } from "../../operations/unseal";
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
      const results = await unsealAll(places, () => sourceFor(shares), reset === true);
      const [only, ...others] = results;
      if (only !== undefined && others.length === 0 && hasFailed(only)) throw only.problem;
      const told = results.map((each) => (hasFailed(each) ? { ...each, problem: messageOf(each.problem) } : each));
      context.print(json ? JSON.stringify(told) : results.map(nodeText).join("\n"));
      requireAllOpen(results);
    });
}

function hasFailed(node: OpenedNode | FailedNode): node is FailedNode {
  return "problem" in node;
}

function nodeText(node: OpenedNode | FailedNode): string {
  if (hasFailed(node)) return messageOf(node.problem);
  const { address, state, sealed, serving, progress, threshold, given } = node;
  if (sealed) return `${address} is sealed: ${progress} of ${threshold} key shares are given`;
  const since = given === 0 ? ": it was open already" : "";
  return serving ? `${address} is ${state}${since}` : `${address} is open, and no node of its cluster is active yet`;
}

/** @throws ClosedGate that says what is missing, where a node is not open or does not serve. */
function requireAllOpen(results: readonly (OpenedNode | FailedNode)[]): void {
  const failed = results.filter(hasFailed).length;
  const opened = results.flatMap((each) => (hasFailed(each) ? [] : [each]));
  const sealed = opened.filter((each) => each.sealed).length;
  if (failed > 0) {
    throw new ClosedGate(
      where,
      `${failed} of ${results.length} nodes could not be opened`,
      "do what is said of each",
      1,
    );
  }
  if (sealed > 0) {
    const remedy = "have the next holder run the same command";
    throw new ClosedGate(where, `${sealed} of ${results.length} nodes are sealed`, remedy, 2);
  }
  if (opened.some(({ serving }) => serving)) return;
  throw new ClosedGate(
    where,
    "what was opened serves nobody: too few nodes of the cluster are open to have an active one",
    "open the others; see leasehold vault status",
    1,
  );
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
