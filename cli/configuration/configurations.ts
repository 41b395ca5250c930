import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { EnvironmentVariable } from "../../constructs/server/credentials";
import { writeFileAtomically } from "../files";

const kinds = ["server", "agent", "proxy"] as const;

/** What a program is configured by: as much of the classes as the commands need. */
export interface Configuration {
  readonly kind: (typeof kinds)[number];
  readonly environment: readonly EnvironmentVariable[];
  toHcl(): string;
  toJson(): string;
}

/** A configuration with the name that its file has. */
export interface NamedConfiguration {
  readonly name: string;
  readonly configuration: Configuration;
}

/**
 * The configurations that a TypeScript file exports, each under the export's name; of a cluster each node under its own.
 *
 * @throws LeaseholdError when there is no such file, or it exports none of these kinds, or two of one name.
 */
export function loadConfigurations(
  file: string,
  wanted: readonly Configuration["kind"][],
): readonly NamedConfiguration[] {
  const path = resolve(file);
  if (!path.endsWith(".ts") || !existsSync(path)) {
    throw new LeaseholdError(
      file,
      "is no TypeScript file that is there",
      "give the path of one, from the current folder",
    );
  }
  const exported = createRequire(__filename)(path) as Readonly<Record<string, unknown>>;
  const found = [
    ...new Map(
      Object.entries(exported)
        .flatMap(([name, value]) => named(name, value))
        .map((each) => [each.configuration, each]),
    ).values(),
  ];
  const chosen = found.filter(({ configuration }) => wanted.includes(configuration.kind));
  if (chosen.length === 0) {
    throw new LeaseholdError(
      file,
      `exports no configuration of ${wanted.map((kind) => articles[kind]).join(" or ")}`,
      `export one, as in: export const vault = new ${classes[wanted[0] ?? "server"]}({ ... })`,
    );
  }
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new LeaseholdError(
      file,
      `exports two configurations that are called ${twice}`,
      "give each a name of its own",
    );
  return chosen;
}

const articles = { server: "a server", agent: "an agent", proxy: "a proxy" } as const;

const classes = { server: "ServerConfiguration", agent: "AgentConfiguration", proxy: "ProxyConfiguration" } as const;

function named(name: string, value: unknown): readonly NamedConfiguration[] {
  if (typeof value !== "object" || value === null) return [];
  if (isConfiguration(value)) return [{ name, configuration: value }];
  return Object.entries(value).flatMap(([member, each]) =>
    isConfiguration(each) ? [{ name: member, configuration: each }] : [],
  );
}

function isConfiguration(value: unknown): value is Configuration {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("toHcl" in value)) return false;
  return kinds.some((kind) => kind === value.kind);
}

export interface RenderOptions {
  /** The one of that name alone. */
  readonly name?: string;
  readonly json?: boolean;
  /** Folder that gets a file for each. */
  readonly output?: string;
}

/**
 * What a command prints: a configuration, or the files that it wrote with what each needs from its environment.
 *
 * @throws LeaseholdError when there are several and no folder for them, or none of that name.
 */
export function renderConfigurations(
  file: string,
  all: readonly NamedConfiguration[],
  { name, json = false, output }: RenderOptions,
): string {
  const chosen = all.filter((each) => name === undefined || each.name === name);
  const names = all.map((each) => each.name).join(", ");
  const [first, second] = chosen;
  if (first === undefined) throw new LeaseholdError(file, `exports no ${JSON.stringify(name)}`, `use one of ${names}`);
  if (output !== undefined) {
    mkdirSync(output, { recursive: true });
    return chosen.map((each) => written(output, each, json)).join("\n");
  }
  if (second !== undefined)
    throw new LeaseholdError(
      file,
      `exports ${chosen.length} configurations: ${names}`,
      "choose one with --name, or give a folder for all with --output",
    );
  const { configuration } = first;
  return (json ? configuration.toJson() : header(configuration) + configuration.toHcl()).trimEnd();
}

function written(folder: string, { name, configuration }: NamedConfiguration, json: boolean): string {
  const path = join(folder, `${name}.${json ? "json" : "hcl"}`);
  // Whoever runs the server reads it, as a member of its group; nobody else need know where everything is.
  writeFileAtomically(path, json ? configuration.toJson() : header(configuration) + configuration.toHcl(), 0o640);
  return [path, ...configuration.environment.map((each) => `  ${inWords(each)}`)].join("\n");
}

/** Comments for whoever installs the file. */
function header({ environment }: Configuration): string {
  return environment.length === 0 ? "" : `${environment.map((each) => `# ${inWords(each)}\n`).join("")}\n`;
}

function inWords({ name, holds, required }: EnvironmentVariable): string {
  return `from the environment: ${name}${required ? "" : " (perhaps)"}, ${holds}`;
}
