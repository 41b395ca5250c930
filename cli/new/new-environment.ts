import { LeaseholdError, show } from "../../constructs/core/errors";
import type { Tier } from "../../constructs/core/tier";
import { type Change, textOf } from "./draft";
import { Source } from "./source";

export interface NewEnvironment {
  readonly name: string;
  readonly address: string;
  readonly tier: Tier;
  readonly server: "vault" | "openbao";
  /** Major and minor version, such as `1.21`. */
  readonly serverVersion: string;
  /** Where a reviewer finds the audit devices of a server that has no API for them. */
  readonly auditDocument?: string | undefined;
}

const list = "environments/load.ts";

/** Whether people depend on it, so that guardrails ask for all that production has. */
export function isStrict(tier: Tier): boolean {
  return tier === "staging" || tier === "prod";
}

/**
 * The file of a new environment, and its place in the list of all.
 *
 * @throws LeaseholdError when there is such a file or such an environment, or the list has an unknown shape.
 */
export async function newEnvironment(command: string, root: string, environment: NewEnvironment): Promise<Change[]> {
  const { name } = environment;
  const file = `environments/${name}.ts`;
  if (textOf(root, file) !== undefined) {
    throw new LeaseholdError(command, `${file} exists`, "give another <name>, or edit that file");
  }
  const before = textOf(root, list);
  const source = await Source.of(list, before ?? "");
  const definitions = source.literal({ variable: "definitions" });
  const variable = variableOf(name, source);
  if (before === undefined || definitions === undefined) {
    throw new LeaseholdError(
      command,
      `${list} has no list named definitions`,
      "restore it as the project came with it",
    );
  }
  return [
    { file, before: undefined, after: environmentText(variable, environment) },
    { file: list, before, after: source.with({ in: definitions }, variable, { [`./${name}`]: [variable] }) },
  ];
}

/** `qa-eu` is `qaEu`; a word that means something else already gets an end. */
function variableOf(name: string, source: Source): string {
  const camel = name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());
  return source.isFree(camel) && !(camel in helpers) ? camel : `${camel}Environment`;
}

/** What standard.ts has for a strict environment. */
const helpers = { deployerLogin: true, standardAudit: true, standardHardening: true };

function environmentText(variable: string, environment: NewEnvironment): string {
  const { name, tier, address, server, serverVersion } = environment;
  const strict = isStrict(tier);
  const imported = Object.keys(helpers).filter((each) => strict && (each !== "standardAudit" || server === "vault"));
  const product =
    server === "vault"
      ? `{ product: "vault", edition: "community", version: ${show(serverVersion)} }`
      : `{ product: "openbao", version: ${show(serverVersion)} }`;
  return [
    `import type { EnvironmentDefinition } from "./schema";`,
    ...(strict ? [`import { ${imported.join(", ")} } from "./standard";`] : []),
    "",
    `export const ${variable}: EnvironmentDefinition = {`,
    `name: ${show(name)},`,
    `tier: ${show(tier)},`,
    ...(tier === "prod" ? ["preventDestroy: true,"] : []),
    "vault: {",
    `address: ${show(address)},`,
    `server: ${product},`,
    ...(strict ? ["login: deployerLogin,"] : []),
    "},",
    `state: { backend: "local" },`,
    ...(strict ? [`audit: ${auditText(environment)},`, "auditedHeaders: standardHardening.auditedHeaders,"] : []),
    `mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],`,
    "databases: [],",
    "auth: [],",
    "policies: [],",
    "};",
    "",
  ].join("\n");
}

function auditText({ server, auditDocument = "" }: NewEnvironment): string {
  if (server === "vault") return "standardAudit";
  const device = (path: string) =>
    `{ type: "server-configuration", path: "${path}", document: ${show(auditDocument)} }`;
  return `[${device("file")}, ${device("syslog")}]`;
}
