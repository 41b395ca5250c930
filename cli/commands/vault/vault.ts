import { Command } from "commander";
import type { CliContext } from "../../context";
import { exportCommand } from "./export";
import { generateRootCommand } from "./generate-root";
import { initCommand } from "./init";
import { rekeyCommand } from "./rekey";
import { rotateCommand } from "./rotate";
import { sealCommand } from "./seal";
import { snapshotCommand } from "./snapshot";
import { statusCommand } from "./status";
import { unsealCommand } from "./unseal";

/** `leasehold vault`: what a server needs of the people who run it. */
export function vaultCommand(context: CliContext): Command {
  return new Command("vault")
    .description("runs a Vault or OpenBao server: keys, seal, snapshots, exports")
    .addCommand(initCommand(context))
    .addCommand(unsealCommand(context))
    .addCommand(sealCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(rotateCommand(context))
    .addCommand(rekeyCommand(context))
    .addCommand(generateRootCommand(context))
    .addCommand(snapshotCommand(context))
    .addCommand(exportCommand(context));
}
