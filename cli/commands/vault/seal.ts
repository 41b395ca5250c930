import { Command } from "commander";
import { ClosedGate } from "../../closed-gate";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { sealAll, type SealedNode } from "../../operations/seal";
import { VaultPlace } from "../../operations/vault-place";
import { serverArgument } from "./arguments";

interface SealOptions {
  readonly node?: string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

const where = "leasehold vault seal";

/** `leasehold vault seal`: in an emergency, nobody reads anything any more. */
export function sealCommand(context: CliContext): Command {
  return new Command("seal")
    .description(
      "closes a server: it answers nothing until key shares open it, and no lease ends on time meanwhile; exit code 2 where a node is not closed",
    )
    .addArgument(serverArgument())
    .option("--node <url...>", "the nodes to close, each by its own address: a standby takes over from a closed node")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .action(async (environment: string | undefined, { node, yes, json }: SealOptions) => {
      const place = VaultPlace.of(where, environment, context);
      place.requireToken(where, "update sys/seal, with sudo");
      const places = node === undefined ? [place] : node.map((address) => place.node(address));
      if (!yes) await askForConsent(where, `Close ${places.map(({ address }) => address).join(" and ")}?`, "seal");
      const results = await sealAll(places);
      context.print(json ? JSON.stringify(results) : results.map(nodeText).join("\n"));
      const open = results.filter(({ state }) => state !== "sealed" && state !== "uninitialised");
      if (open.length === 0) return;
      throw new ClosedGate(
        where,
        `${open.length} of ${results.length} nodes are not sealed`,
        "end their processes: a server comes up sealed",
        2,
      );
    });
}

function nodeText({ address, before, state }: SealedNode): string {
  const already = before === state && state !== "unreachable" ? " already" : "";
  if (state === "standby")
    return `${address} is standby${already}: it can't be closed, and serves nobody without a majority`;
  return `${address} is ${state}${already}`;
}
