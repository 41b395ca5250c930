import { Command, InvalidArgumentError, Option } from "commander";
import { type Duration, durationForm, isDuration } from "../../constructs/core/duration";
import { isMountPath, isName, nameForm } from "../../constructs/core/names";
import { type Tier, tiers } from "../../constructs/core/tier";
import { duration } from "../auth/arguments";
import type { CliContext } from "../context";
import { type Change, checkChanges, differenceOf, formatted, writeChanges } from "../new/draft";
import { Interview, oneOf, ownTerminal, type Terminal } from "../new/interview";
import {
  defaultVersions,
  type NewEngine,
  newDatabase,
  newEngines,
  type RoleKind,
  roleKinds,
} from "../new/new-database";
import { isStrict, newEnvironment } from "../new/new-environment";
import { newRole, presets } from "../new/new-role";

interface CommonOptions {
  readonly dryRun?: boolean;
}

interface EnvironmentOptions extends CommonOptions {
  readonly address?: string;
  readonly tier?: Tier;
  readonly server?: "vault" | "openbao";
  readonly serverVersion?: string;
  readonly auditDocument?: string;
}

interface DatabaseOptions extends CommonOptions {
  readonly engine?: NewEngine;
  readonly engineVersion?: string;
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly tls?: string;
  readonly mount?: string;
  readonly adminUsername?: string;
  readonly passwordVariable?: string;
  readonly roles: readonly RoleKind[];
}

interface RoleOptions extends CommonOptions {
  readonly group?: string;
  readonly access?: keyof typeof presets;
  readonly on?: readonly string[];
  readonly ownerRole?: string;
  readonly defaultTtl?: Duration;
  readonly maxTtl?: Duration;
}

const serverVersions = { vault: "1.21", openbao: "2.7" } as const;

const problems = {
  name: (text: string) => (isName(text) ? undefined : `is not a name: use ${nameForm}`),
  environment: (text: string) =>
    /^[a-z][a-z0-9-]*$/.test(text) ? undefined : "is used as a stack's name: use lower-case letters, digits and -",
  address: (text: string) => {
    return URL.canParse(text) && /^https?:\/\//.test(text) ? undefined : "is not an http(s) URL";
  },
  mount: (text: string) => (isMountPath(text) ? undefined : `is not a mount path: use names joined by "/"`),
  duration: (text: string) => (isDuration(text) ? undefined : `is not a duration: write ${durationForm}`),
  present: (text: string) => (text.trim() === "" ? "is empty" : undefined),
} as const;

/** `leasehold new`: writes declarations, from flags or by asking at a terminal. */
export function newCommand(context: CliContext, terminal: () => Terminal | undefined = ownTerminal): Command {
  const command = new Command("new").description("writes declarations: asks at a terminal, or takes flags");
  const interviewOf = (name: string) => new Interview(`leasehold new ${name}`, terminal());
  const dryRun = () => new Option("--dry-run", "print what would be written, and write nothing");

  command
    .command("environment")
    .description("declares an environment in a file of its own, without databases, and adds it to the list of all")
    .argument("[name]", "what it shall be called")
    .option("--address <url>", "URL of its Vault server")
    .addOption(new Option("--tier <tier>", "how strictly guardrails judge it (default: dev)").choices(tiers))
    .addOption(
      new Option("--server <product>", "what runs there (default: vault)").choices(Object.keys(serverVersions)),
    )
    .option("--server-version <version>", "its major and minor version (default: 1.21 of Vault, 2.7 of OpenBao)")
    .option("--audit-document <where>", "where the configuration with OpenBao's audit devices is kept (staging, prod)")
    .addOption(dryRun())
    .action(async (given: string | undefined, options: EnvironmentOptions) => {
      const ask = interviewOf("environment");
      const name = await ask.answer(given, { flag: "<name>", text: "Name", problem: problems.environment });
      const address = await ask.answer(options.address, {
        flag: "--address",
        text: "URL of its Vault server",
        problem: problems.address,
      });
      const tier = (await ask.answer(options.tier, {
        flag: "--tier",
        text: `Tier (${tiers.join(", ")})`,
        fallback: "dev",
        problem: oneOf(tiers),
      })) as Tier;
      const products = Object.keys(serverVersions);
      const server = (await ask.answer(options.server, {
        flag: "--server",
        text: `Server (${products.join(", ")})`,
        fallback: "vault",
        problem: oneOf(products),
      })) as keyof typeof serverVersions;
      const serverVersion = await ask.answer(options.serverVersion, {
        flag: "--server-version",
        text: "Its version",
        fallback: serverVersions[server],
      });
      const auditDocument =
        server === "openbao" && isStrict(tier)
          ? await ask.answer(options.auditDocument, {
              flag: "--audit-document",
              text: "Where the configuration with its two audit devices is kept",
              problem: problems.present,
            })
          : undefined;
      const where = "leasehold new environment";
      const environment = { name, address, tier, server, serverVersion, auditDocument };
      await carryOut(where, name, await newEnvironment(where, context.root, environment), options);
      if (options.dryRun) return;
      context.print(`next: leasehold new database ${name}, and its place in the workflows of .github`);
    });

  command
    .command("database")
    .description("declares a database in an environment, with roles")
    .argument("[environment]", "name of the environment")
    .argument("[name]", "what its connection shall be called")
    .addOption(new Option("--engine <engine>", "what runs there").choices(newEngines))
    .option("--engine-version <version>", "its version (default: PostgreSQL 17, MySQL 8.4, MariaDB 11.8)")
    .option("--host <host>", "name or address of its server")
    .option("--port <port>", "TCP port (default: the engine's)")
    .option("--database <database>", "database that the roles are for")
    .option("--tls <mode>", "disable, require, verify-ca or verify-full (default: verify-full)")
    .option("--mount <path>", "mount that makes its users (default: database)")
    .option("--admin-username <user>", "user that Vault logs in as (default: vault_admin)")
    .option(
      "--password-variable <variable>",
      "Terraform variable that brings its password (default: made of the names)",
    )
    .option("--roles <kinds>", `its roles, of ${roleKinds.join(",")}`, kindsOf, ["readonly", "writer"])
    .addOption(dryRun())
    .action(async (environmentGiven: string | undefined, given: string | undefined, options: DatabaseOptions) => {
      const ask = interviewOf("database");
      const environment = await ask.answer(environmentGiven, {
        flag: "<environment>",
        text: "Environment",
        problem: problems.environment,
      });
      const name = await ask.answer(given, { flag: "<name>", text: "Name", problem: problems.name });
      const engine = (await ask.answer(options.engine, {
        flag: "--engine",
        text: `Engine (${newEngines.join(", ")})`,
        problem: oneOf(newEngines),
      })) as NewEngine;
      const host = await ask.answer(options.host, { flag: "--host", text: "Host", problem: problems.present });
      const database = await ask.answer(options.database, {
        flag: "--database",
        text: "Database on that server",
        problem: problems.name,
      });
      const engineVersion = await ask.answer(options.engineVersion, {
        flag: "--engine-version",
        text: "Version of the server",
        fallback: defaultVersions[engine],
        problem: (text) => (/^\d+(\.\d+)?$/.test(text) ? undefined : "is not a version such as 17 or 8.4"),
      });
      const mount = await ask.answer(options.mount, {
        flag: "--mount",
        text: "Mount",
        fallback: "database",
        problem: problems.mount,
      });
      const adminUsername = await ask.answer(options.adminUsername, {
        flag: "--admin-username",
        text: "User that Vault logs in as",
        fallback: "vault_admin",
        problem: problems.name,
      });
      const port =
        options.port === undefined
          ? undefined
          : await ask.answer(options.port, {
              flag: "--port",
              text: "Port",
              problem: (text) => (/^[1-9]\d{0,4}$/.test(text) ? undefined : "is not a port from 1 to 65535"),
            });
      const { tls, passwordVariable, roles } = options;
      const where = "leasehold new database";
      const asked = { environment, name, engine, engineVersion, host, port, database, tls, mount, adminUsername };
      const changes = await newDatabase(where, context.root, { ...asked, passwordVariable, roles });
      await carryOut(where, environment, changes, options);
      if (!options.dryRun)
        context.print(`next: leasehold sql bootstrap ${environment} ${name}, and grants of its roles`);
    });

  command
    .command("role")
    .description("declares a role in one of an environment's databases")
    .argument("[environment]", "name of the environment")
    .argument("[database]", "name of the database's connection")
    .argument("[name]", "what the role shall be called")
    .option("--group <group>", "group role whose members its users are (PostgreSQL, MySQL)")
    .addOption(new Option("--access <access>", "what its users may do by themselves").choices(Object.keys(presets)))
    .option("--on <databases>", "databases that --access is for (MySQL, MariaDB), joined by commas", namesOf)
    .option("--owner-role <role>", "owner of the objects in a PostgreSQL database (default: app_owner)")
    .option("--default-ttl <duration>", "how long its users live unless renewed (default: 1h)", duration)
    .option("--max-ttl <duration>", "how long they live at most (default: 24h)", duration)
    .addOption(dryRun())
    .action(
      async (
        environmentGiven: string | undefined,
        databaseGiven: string | undefined,
        given: string | undefined,
        options: RoleOptions,
      ) => {
        const ask = interviewOf("role");
        const environment = await ask.answer(environmentGiven, {
          flag: "<environment>",
          text: "Environment",
          problem: problems.environment,
        });
        const database = await ask.answer(databaseGiven, {
          flag: "<database>",
          text: "Database",
          problem: problems.name,
        });
        const name = await ask.answer(given, { flag: "<name>", text: "Name", problem: problems.name });
        const group =
          options.group === undefined && options.access !== undefined
            ? undefined
            : await ask.answer(options.group, {
                flag: "--group (or --access)",
                text: "Group role",
                problem: problems.name,
              });
        const defaultTtl = await ask.answer(options.defaultTtl, {
          flag: "--default-ttl",
          text: "Default TTL",
          fallback: "1h",
          problem: problems.duration,
        });
        const maxTtl = await ask.answer(options.maxTtl, {
          flag: "--max-ttl",
          text: "Longest TTL",
          fallback: "24h",
          problem: problems.duration,
        });
        const { access, on, ownerRole } = options;
        const where = "leasehold new role";
        const role = { environment, database, name, group, access, on, ownerRole, defaultTtl, maxTtl };
        await carryOut(where, environment, await newRole(where, context.root, role), options);
      },
    );

  async function carryOut(
    where: string,
    environment: string,
    drafted: readonly Change[],
    options: CommonOptions,
  ): Promise<void> {
    const changes = await formatted(context, drafted);
    await checkChanges(where, context, environment, changes);
    if (options.dryRun) {
      context.print(differenceOf(changes));
      return;
    }
    writeChanges(where, context.root, changes);
    for (const { file, before } of changes) context.print(`${before === undefined ? "wrote" : "changed"} ${file}`);
  }

  return command;
}

function kindsOf(text: string): RoleKind[] {
  return namesOf(text).map((each) => {
    const kind = roleKinds.find((known) => known === each);
    if (kind === undefined) throw new InvalidArgumentError(`Use ${roleKinds.join(", ")}, joined by commas.`);
    return kind;
  });
}

function namesOf(text: string): string[] {
  const names = text.split(",").map((each) => each.trim());
  if (names.every(isName)) return [...new Set(names)];
  throw new InvalidArgumentError("Use names, joined by commas.");
}
