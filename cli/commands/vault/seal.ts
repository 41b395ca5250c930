import { Command } from "commander";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { readHealth } from "../../operations/server-state";
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
      const results = [];
      // Standbys first: the active node goes last, so that none of them takes over.
      const known = await Promise.all(places.map(async (each) => ({ each, ...(await readHealth(each.client())) })));
      const inOrder = [...known].sort((a, b) => Number(a.state === "active") - Number(b.state === "active"));
      for (const { each, state } of inOrder) {
        const closes = state === "active" || state === "standby";
        if (closes) await each.client().write("sys/seal", {});
        results.push({ address: each.address, before: state, state: (await readHealth(each.client())).state });
      }
      const text = results.map(
        ({ address, before, state }) => `${address} is ${state}${before === state ? " already" : ""}`,
      );
      context.print(json ? JSON.stringify(results) : text.join("\n"));
    });
}
