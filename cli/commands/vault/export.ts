import { Command } from "commander";
import { ClosedGate } from "../../closed-gate";
import type { CliContext } from "../../context";
import { writeExport } from "../../operations/export/export-folder";
import { exportServer } from "../../operations/export/export-server";
import { VaultPlace } from "../../operations/vault-place";
import { serverArgument } from "./arguments";

const where = "leasehold vault export";

/** `leasehold vault export`: how a server is set up, as files that diff well. */
export function exportCommand(context: CliContext): Command {
  return new Command("export")
    .description(
      "writes policies, mounts, auth methods, roles and settings into files, an object each, and no secret; exit code 1 where the token may not see all",
    )
    .argument(
      "<folder>",
      "a new folder, or one with an earlier export, in which what is gone from the server is removed",
    )
    .addArgument(serverArgument())
    .option("--json", "print what changed as JSON")
    .action(async (folder: string, environment: string | undefined, { json }: { readonly json?: boolean }) => {
      const place = VaultPlace.of(where, environment, context);
      place.requireToken(where, "list and read sys/policies, sys/mounts, sys/auth, sys/audit and what is below them");
      const exported = await exportServer(place.namespacedClient());
      const changes = writeExport(where, folder, exported);
      const { unseen } = exported;
      const text = [
        `${folder}: ${changes.written.length} files written, ${changes.removed.length} removed, ${changes.unchanged} as they were`,
        ...(unseen.length === 0 ? [] : ["", "Not exported:", ...unseen.map((each) => `  ${each}`)]),
      ];
      context.print(json ? JSON.stringify({ folder, ...changes, unseen }) : text.join("\n"));
      const refused = unseen.filter((each) => each.endsWith("the token may not see it"));
      if (refused.length === 0) return;
      throw new ClosedGate(
        where,
        `${refused.length} could not be looked at`,
        "use a token that may read what is named",
        1,
      );
    });
}
