import { Command } from "commander";
import { resolve } from "node:path";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { destroy } from "../cdktf";
import { askForConsent } from "../consent";
import type { CliContext } from "../context";
import { drain } from "../drain";
import { runSteps } from "../progress";
import { vaultOf } from "../token";

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
      const vault = vaultOf(environment, context, "leasehold destroy", "revoke the mounts' leases");
      if (!yes) {
        const { address } = environment.vault;
        await askForConsent("leasehold destroy", `Destroy ${name} at ${address}, with every user that lives?`, name);
      }
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
