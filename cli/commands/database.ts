import { Command } from "commander";
import { LeaseholdError } from "../../constructs/core/errors";
import type { DatabaseDefinition } from "../../environments/databases/schema";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { allDatabases } from "../../environments/namespaces/contents";
import { askForConsent } from "../consent";
import type { CliContext } from "../context";
import { administratorOf, type LentLogin } from "../database/lent-login";
import {
  type Cleared,
  clearOrphans,
  type OrphanReport,
  reportOrphans,
  sharesServer,
  type SharingDatabase,
} from "../database/orphans";
import { reseed, rotateRoot } from "../database/root-password";
import { chosenPlaces } from "../declared";
import { table } from "../table";
import { vaultOf } from "../token";
import type { VaultClient } from "../vault-client";

interface Options extends LentLogin {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly clean?: boolean;
}

/** `leasehold database`: what a deployed database needs now and then. */
export function databaseCommand(context: CliContext): Command {
  const database = new Command("database").description("looks after the databases of a deployed environment");
  const command = (name: string, description: string) =>
    database
      .command(name)
      .description(description)
      .argument("<environment>", environmentNames.join(", "))
      .argument("<database>", "its name in the environment, of one in a namespace <namespace>/<name>")
      .option("--json", "print the result as JSON");
  const lent = (each: Command) =>
    each
      .option(
        "--user <name>",
        "login that may drop users and set passwords; its password is in LEASEHOLD_DATABASE_PASSWORD",
      )
      .option("--host <host>", "where this machine reaches the database (default: as declared)")
      .option("--port <port>", "its port (default: as declared)");

  command("rotate-root", "has Vault change its own password in the database to one that nobody knows").action(
    async (name: string, databaseName: string, { json }: Options) => {
      const { vault, declared } = opened(
        context,
        "rotate-root",
        name,
        databaseName,
        "update <mount>/rotate-root and config",
      );
      await rotateRoot(vault, declared);
      const text = `Vault changed the password of ${declared.admin.username}, and logs in with the new one`;
      context.print(json ? JSON.stringify({ database: declared.name, rotated: true }) : text);
    },
  );

  lent(command("reseed", "break-glass: gives Vault a new password in the database when the one it has is lost"))
    .option("--yes", "do not ask")
    .action(async (name: string, databaseName: string, options: Options) => {
      const { vault, declared } = opened(
        context,
        "reseed",
        name,
        databaseName,
        "update <mount>/config and rotate-root",
      );
      const administrator = administratorOf(context.env, declared, options);
      const { username } = declared.admin;
      if (!options.yes) await askForConsent("leasehold database reseed", `Give ${username} a new password?`, username);
      await reseed(vault, declared, administrator);
      const text = `${username} has a new password, which Vault rotated: nobody knows it`;
      context.print(options.json ? JSON.stringify({ database: declared.name, reseeded: true }) : text);
    });

  lent(
    command(
      "orphans",
      "lists users without a live lease, users past their end, and leases that Vault gave up revoking",
    ),
  )
    .option("--clean", "drop those users and end those leases")
    .option("--yes", "with --clean: do not ask")
    .action(async (name: string, databaseName: string, options: Options) => {
      const { vault, declared, sharing } = opened(
        context,
        "orphans",
        name,
        databaseName,
        "list and look up leases (sys/leases, with sudo)",
      );
      const administrator = administratorOf(context.env, declared, options);
      const report = await reportOrphans(vault, declared, administrator, sharing);
      if (!options.clean) {
        context.print(options.json ? JSON.stringify(report) : reportText(report));
        return;
      }
      if (!options.json) context.print(reportText(report));
      if (!options.yes) {
        await askForConsent("leasehold database orphans", "Drop these users and end these leases?", declared.name);
      }
      const cleared = await clearOrphans(vault, administrator, report);
      context.print(options.json ? JSON.stringify({ ...report, cleared }) : clearedText(cleared));
    });
  return database;
}

function opened(
  context: CliContext,
  command: string,
  environmentName: string,
  databaseName: string,
  purpose: string,
): {
  readonly vault: VaultClient;
  readonly declared: DatabaseDefinition;
  /** Other databases of its server. */
  readonly sharing: readonly SharingDatabase[];
} {
  const environment = loadEnvironment(environmentName, context.env);
  const [chosen] = chosenPlaces(environment, databaseName);
  if (chosen === undefined) throw new LeaseholdError(command, "no database was chosen", "name one");
  const vault = vaultOf(environment, context, `leasehold database ${command}`, purpose);
  const sharing = allDatabases(environment)
    .filter(({ database }) => database !== chosen.database && sharesServer(database, chosen.database))
    .map(({ namespace, database }) => ({ vault: vault.inNamespace(namespace), database }));
  return { vault: vault.inNamespace(chosen.namespace), declared: chosen.database, sharing };
}

function reportText({ users, leases, orphans, expired, irrevocable, strangerSessions }: OrphanReport): string {
  const rows = [
    ...orphans.map(({ user, certain }) => ({
      what: user.name,
      why: `${certain ? "has no live lease" : "it, or one made with it, has no live lease"}${user.locked ? "; locked" : ""}; ${user.sessions} sessions`,
      end: dateOf(user.validUntil),
    })),
    ...expired.map((user) => ({
      what: user.name,
      why: `is past its end; ${user.sessions} sessions`,
      end: dateOf(user.validUntil),
    })),
    ...irrevocable.map((lease) => ({ what: lease, why: "Vault gave up revoking it", end: "" })),
  ];
  return [
    `${users} users, ${leases} leases: ${orphans.length} users without a lease, ${expired.length} past their end, ` +
      `${irrevocable.length} irrevocable leases, ${strangerSessions} sessions of users that are gone`,
    ...(rows.length > 0 ? ["", table({ what: "what", why: "why", end: "valid until" }, rows)] : []),
  ].join("\n");
}

function clearedText({ users, leases, sessions }: Cleared): string {
  return `dropped ${users.length} users, ended ${leases.length} leases and ${sessions} sessions`;
}

function dateOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "for ever" : new Date(milliseconds).toISOString();
}
