import { Command } from "commander";
import { createInterface } from "node:readline/promises";
import { resolve } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { destroy } from "../cdktf";
import type { CliContext } from "../context";
import { drain } from "../drain";
import { runSteps } from "../progress";
import { VaultClient } from "../vault-client";

interface DestroyOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly output: string;
}

/** `leasehold destroy`: what `cdktf destroy` leaves behind, it sees to first. */
export function destroyCommand(context: CliContext): Command {
  return new Command("destroy")
    .description(
      "ends an environment's leases and their users, then runs cdktf destroy, which alone would fail on live leases",
    )
    .argument("<environment>", environmentNames.join(", "))
    .option("--yes", "do not ask")
    .option("--output <folder>", "where the synthesised stacks go, as for cdktf", "cdktf.out")
    .option("--json", "print what was revoked as JSON")
    .action(async (name: string, { yes, json, output }: DestroyOptions) => {
      const environment = loadEnvironment(name, context.env);
      const token = context.env["VAULT_TOKEN"];
      if (token === undefined) {
        throw new LeaseholdError(
          "leasehold destroy",
          "VAULT_TOKEN is not set",
          "set it to a token that may revoke the mounts' leases",
        );
      }
      if (!yes) await askForConsent(name, environment.vault.address);
      const { address, namespace } = environment.vault;
      const vault = new VaultClient({ address, namespace, token, timeoutMs: 600_000 });
      let revoked: Readonly<Record<string, number>> = {};
      await runSteps([
        {
          title: "Leases are revoked",
          run: async () => {
            ({ revoked } = await drain(vault, environment));
          },
        },
        {
          title: `cdktf destroy ${name}`,
          run: async (report) => {
            await destroy(name, {
              root: context.root,
              output: resolve(context.root, output),
              env: { ...context.env, CI: "1" },
              onLine: report,
            });
          },
        },
      ]);
      const text = Object.entries(revoked).map(
        ([mount, count]) => `${mount}: ${count} leases revoked, mount destroyed`,
      );
      context.print(json ? JSON.stringify({ environment: name, revoked }) : text.join("\n"));
    });
}

async function askForConsent(name: string, address: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new LeaseholdError("leasehold destroy", "has no terminal to ask for consent", "give --yes");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Destroy ${name} at ${address}, with every user that lives? Type its name: `);
  terminal.close();
  if (answer.trim() === name) return;
  throw new LeaseholdError("leasehold destroy", "was not confirmed", `type ${name}, or give --yes`);
}
