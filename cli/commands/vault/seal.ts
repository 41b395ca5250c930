import { Command } from "commander";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { sealAll } from "../../operations/seal";
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
    .description("closes a server: it answers nothing until key shares open it, and no lease ends on time meanwhile")
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
      const text = results.map(
        ({ address, before, state }) =>
          `${address} is ${state}${before === state ? " already" : ""}${state === "standby" ? ": it serves nobody without a majority; end its process" : ""}`,
      );
      context.print(json ? JSON.stringify(results) : text.join("\n"));
    });
}
