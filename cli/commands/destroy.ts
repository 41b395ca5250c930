import { Command, InvalidArgumentError } from "commander";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { countsInWords } from "../change/draining";
import { askForConsent } from "../consent";
import type { CliContext } from "../context";
import {
  type Destroyed,
  destroyEnvironment,
  type PlannedDestruction,
  requireUnprotected,
} from "../destroy/destruction";
import { table } from "../table";
import { withVault } from "../token";

interface DestroyOptions {
  readonly yes?: boolean;
  readonly force?: number;
  readonly json?: boolean;
  readonly output: string;
}

const command = "leasehold destroy";

/** `leasehold destroy`: leases, roles, connections, mounts, in that order. */
export function destroyCommand(context: CliContext): Command {
  return new Command("destroy")
    .description(
      "ends an environment's leases and their users, then destroys it: Terraform alone would fail on live leases",
    )
    .argument("<environment>", environmentNames.join(", "))
    .option("--yes", "do not ask")
    .option("--force <count>", "leave at most that many users behind in databases that Vault can't log in to", count)
    .option("--output <folder>", "where the synthesised stacks go, as for cdktf", "cdktf.out")
    .option("--json", "print what was revoked and destroyed as JSON")
    .action(async (name: string, { yes, force, json, output }: DestroyOptions) => {
      const environment = loadEnvironment(name, context.env);
      requireUnprotected(environment);
      const agree = async (planned: PlannedDestruction) => {
        const question = questionOf(name, environment.vault.address, planned);
        if (yes) process.stderr.write(`${question}\n`);
        else await askForConsent(command, question, name);
      };
      const destroyed = await withVault(environment, context, command, "revoke the mounts' leases", (vault) =>
        destroyEnvironment({
          root: context.root,
          env: context.env,
          environment,
          output,
          vault,
          force,
          listFolder: context.root,
          agree,
        }),
      );
      context.print(json ? JSON.stringify({ environment: name, ...destroyed }) : resultText(name, destroyed));
    });
}

function questionOf(name: string, address: string, { resources, leases, left }: PlannedDestruction): string {
  const lost = left.reduce((sum, each) => sum + each.leases, 0);
  return [
    `Destroys ${name} at ${address}: ${resources} resources, and ${countsInWords(leases)} with every user.`,
    ...(lost > 0 ? [`${lost} of these users stay in databases that Vault can't log in to.`] : []),
  ].join("\n");
}

function resultText(name: string, { resources, revoked, left, list }: Destroyed): string {
  const lines = Object.entries(revoked).map(([mount, leases]) => `${mount}: ${leases} leases revoked`);
  if (resources === 0) return [...lines, `${name}: nothing is left to destroy`].join("\n");
  lines.push(`${name}: ${resources} resources destroyed`);
  if (list === undefined) return lines.join("\n");
  const rows = left.flatMap(({ database, users }) =>
    users.map(({ role, nameBegins, issued, expires }) => ({
      database,
      user: `${nameBegins ?? "?"}…`,
      role,
      issued: issued ?? "",
      expires: expires ?? "",
    })),
  );
  const columns = { database: "database", user: "user", role: "role", issued: "issued", expires: "valid until" };
  return [
    ...lines,
    "",
    `${rows.length} users were left behind; they are listed in ${list}:`,
    table(columns, rows),
    "",
    "When the database is back, find and drop them:",
    ...left.map(({ remove }) => `  ${remove}`),
  ].join("\n");
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give how many users may be left behind, 1 or more.");
}
