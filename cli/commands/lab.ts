import { Command, InvalidArgumentError, Option } from "commander";
import { type ChosenImages, stackImages } from "../../constructs/docker/model/images";
import type { CliContext } from "../context";
import { type ComposeOptions, writeCompose } from "../lab/compose";
import { Lab } from "../lab/lab";
import { LabDeployment } from "../lab/lab-deployment";
import { labStorages } from "../lab/lab-folder";
import { labUp } from "../lab/up";
import { serverProducts } from "../parts/vault-binary";
import { table } from "../table";

interface LabOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** `leasehold lab`: a Vault and a database of one's own. */
export function labCommand(context: CliContext): Command {
  const lab = new Command("lab").description(
    "a real Vault and a real PostgreSQL on this machine, with the lab environment deployed",
  );
  const command = (name: string, description: string) =>
    lab
      .command(name)
      .description(description)
      .option("--name <name>", "which lab, where there are several", "default")
      .option("--json", "print the result as JSON");

  command("up", "starts what is not running, deploys, and proves a credential; safe to repeat")
    .option("--docker", "run the servers in containers (default: where an engine answers and has their images)")
    .option("--no-docker", "run the servers as processes")
    .addOption(new Option("--server <product>", "which Vault server").choices(serverProducts))
    .addOption(storageOption())
    .addOption(imageOption())
    .option("--vault-port <port>", "port of 127.0.0.1 for Vault (default: a free one)", port)
    .option("--postgres-port <port>", "port of 127.0.0.1 for PostgreSQL (default: a free one)", port)
    .action(async (options: Parameters<typeof labUp>[2] & LabOptions) => {
      const result = await labUp(context, options.name, options);
      context.print(options.json ? JSON.stringify(result) : proofText(result, options.name));
    });

  command("status", "says what runs").action(async ({ name, json }: LabOptions) => {
    const status = await new Lab(context, name).status();
    const { vault, postgres, others } = status;
    context.print(
      json
        ? JSON.stringify(status)
        : table({ server: "server", address: "address", state: "state" }, [
            { server: `${status.product} ${status.version}`, address: vault.address, state: vault.state },
            { server: "postgresql", address: `${postgres.host}:${postgres.port}`, state: postgres.state },
            ...others,
          ]),
    );
  });

  command("env", "prints the variables that point vault, bao and cdktf at the lab; they hold its root token").action(
    async ({ name, json }: LabOptions) => {
      const variables = await new LabDeployment(context, new Lab(context, name)).variables();
      context.print(json ? JSON.stringify(variables) : exports(variables));
    },
  );

  command("logs", "prints the end of the servers' logs")
    .option("--lines <count>", "lines of each server", (text) => whole(text, 1, 1_000_000), 50)
    .action(async ({ name, json, lines }: LabOptions & { readonly lines: number }) => {
      const lab = new Lab(context, name);
      lab.record();
      const logs = await lab.runtime.logs(lines);
      context.print(json ? JSON.stringify(logs) : logs.map(({ server, line }) => `${server}: ${line}`).join("\n"));
    });

  command("down", "stops the servers; their data stays for the next time")
    .option("--volumes", "remove the data too")
    .action(async ({ name, json, volumes }: LabOptions & { readonly volumes?: boolean }) => {
      const stopped = new Lab(context, name);
      stopped.record();
      await (volumes ? stopped.removeAll() : stopped.exclusively(() => stopped.stop()));
      context.print(
        json
          ? JSON.stringify({ name, stopped: true, removed: volumes === true })
          : `lab ${name} is ${volumes ? "removed" : "stopped"}`,
      );
    });

  command("reset", "stops the servers and removes all that the lab has, whatever state it is in").action(
    async ({ name, json }: LabOptions) => {
      await new Lab(context, name).removeAll();
      context.print(
        json ? JSON.stringify({ name, removed: true }) : `lab ${name} is removed: "npm run lab" makes a new one`,
      );
    },
  );

  lab
    .command("compose")
    .description("writes the lab's containers as compose.yaml, for those who want Compose; it starts nothing")
    .option("--name <name>", "which lab, where there are several", "default")
    .addOption(new Option("--server <product>", "which Vault server").choices(serverProducts))
    .addOption(storageOption())
    .addOption(imageOption())
    .option("--output <folder>", "write compose.yaml, the configuration and the secrets there, and print their paths")
    .option("--digests", "pin each image to the digest of the one that the engine has pulled")
    .action(async ({ name, ...options }: ComposeOptions & { readonly name: string }) => {
      context.print(await writeCompose(context, new Lab(context, name), options));
    });
  return lab;
}

function storageOption(): Option {
  return new Option("--storage <storage>", "where Vault in containers keeps its data (default: raft)").choices(
    labStorages,
  );
}

function imageOption(): Option {
  return new Option(
    "--image <what=name>",
    "an image in place of the official one, as in vault=registry.company.com/vault:1.21.1; repeatable",
  ).argParser((text: string, before: ChosenImages | undefined) => ({ ...before, ...image(text) }));
}

function image(text: string): ChosenImages {
  const [, what = "", name = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name !== "" && (stackImages as readonly string[]).includes(what)) return { [what]: name };
  throw new InvalidArgumentError(`Give it as in vault=NAME, for one of ${stackImages.join(", ")}.`);
}

function proofText({ status, credentials, seconds }: Awaited<ReturnType<typeof labUp>>, name: string): string {
  const option = name === "default" ? "" : ` --name ${name}`;
  const columns = { role: "role", user: "user", ttl: "TTL", did: "what it could do" };
  return [
    "",
    table(
      columns,
      credentials.map(({ role, user, ttl, ordersRead, couldWrite }) => ({
        role,
        user,
        ttl,
        did: `read ${ordersRead} orders; ${couldWrite ? "write one" : "not write one: permission denied"}`,
      })),
    ),
    "",
    `${status.product} ${status.version} at ${status.vault.address}, PostgreSQL at ${status.postgres.host}:${status.postgres.port}, ready after ${seconds} s.`,
    "",
    "Next:",
    `  eval "$(npx leasehold lab env${option})"   # point this shell at the lab`,
    `  ${status.binary} read database/creds/app-readonly   # a user of your own`,
    `  npx cdktf deploy lab --skip-provider-lock   # after a change in environments/lab.ts`,
    `  npx leasehold lab status${option}`,
    `  npx leasehold lab down${option}`,
  ].join("\n");
}

/** For `eval` in a POSIX shell. */
function exports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join("\n");
}

function port(text: string): number {
  return whole(text, 1, 65_535);
}

function whole(text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
}
