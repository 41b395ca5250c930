import type { Duration } from "../../core/duration";
import { LeaseholdError, show } from "../../core/errors";
import {
  checked,
  type Field,
  type Fields,
  filePath,
  flag,
  nested,
  type Place,
  plainText,
  renderFields,
  required,
  requireSome,
  text,
  time,
} from "../fields";
import { block, type Block } from "../configuration-text";
import { refuseCredentials } from "../credentials";
import { requireMode } from "../listener";

/** What runs after a template was rendered anew: no shell is between. */
export interface TemplateCommand {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** @default "30s" */
  readonly timeout?: Duration;
}

interface AnyTemplate {
  /** File that is written, through a file beside it, so that nobody reads half of it. */
  readonly destination: string;
  /** Mode of the file: octal, four digits. @default "0640" */
  readonly perms?: string;
  /** Owner and group of the file, by name or number. @default the program's own */
  readonly user?: string;
  readonly group?: string;
  /** What tells the application. @default nothing */
  readonly exec?: TemplateCommand;
  /** Whether folders on the way are made. @default true */
  readonly createDestDirs?: boolean;
  /** Whether a field that the secret lacks is an error; `<no value>` is written otherwise. @default true */
  readonly errorOnMissingKey?: boolean;
  /** @default "{{" and "}}" */
  readonly leftDelimiter?: string;
  readonly rightDelimiter?: string;
}

/**
 * A file that is rendered from secrets, in Consul Template's language: from a file, or from a text of the configuration.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/agent/template
 */
export type Template = AnyTemplate &
  (
    | { /** File of the template. */ readonly source: string; readonly contents?: never }
    | { /** The template itself. */ readonly contents: string; readonly source?: never }
  );

/** A variable of the process's environment, rendered from secrets. */
export interface EnvTemplate {
  readonly name: string;
  /** The template of its value. */
  readonly contents: string;
}

const command: Fields<TemplateCommand> = {
  command: required(checked("command", requireCommand)),
  timeout: time("timeout"),
};

const contents: Field<string> = checked("contents", requireTemplate);

const template: Fields<AnyTemplate & { source?: string; contents?: string }> = {
  source: filePath("source"),
  contents,
  destination: required(filePath("destination")),
  perms: checked("perms", requireMode),
  user: text("user"),
  group: text("group"),
  createDestDirs: flag("create_dest_dirs"),
  errorOnMissingKey: flag("error_on_missing_key"),
  leftDelimiter: text("left_delimiter"),
  rightDelimiter: text("right_delimiter"),
  exec: nested("exec", command),
};

/** A `template` block. */
export function templateBlock(given: Place, value: Template, at: number): Block {
  const place = { ...given, where: `${given.where}: templates[${at}]` };
  if ((value.source === undefined) === (value.contents === undefined)) {
    throw new LeaseholdError(
      place.where,
      `${value.source === undefined ? "neither source nor" : "both source and"} contents is given`,
      "give the one that the template is in",
    );
  }
  const safe = { perms: "0640", createDestDirs: true, errorOnMissingKey: true };
  const execTimeout = value.exec === undefined ? {} : { exec: { timeout: "30s" as const, ...value.exec } };
  return block("template", renderFields(place, template, { ...safe, ...value, ...execTimeout }));
}

/** An `env_template` block. */
export function envTemplateBlock(given: Place, { name, contents: value, ...others }: EnvTemplate, at: number): Block {
  const place = { ...given, where: `${given.where}: envTemplates[${at}]` };
  renderFields(place, {}, others);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new LeaseholdError(place.where, `name ${show(name)} is no name of a variable`, "use letters, digits and _");
  }
  const body = contents.render(place, "contents", value);
  return block("env_template", { attributes: { ...body.attributes, error_on_missing_key: true }, blocks: [] }, name);
}

/**
 * @throws LeaseholdError unless it is a program and its arguments.
 */
export function requireCommand(where: string, option: string, words: readonly string[]): readonly string[] {
  return requireSome(where, option, words).map((word) => plainText(where, option, word));
}

/** Template text is no secret itself; what the configuration's own syntax would fill in has no place in it. */
function requireTemplate(where: string, option: string, value: string): string {
  if (typeof value === "string") refuseCredentials(where, option, value);
  if (typeof value === "string" && value.trim() !== "" && !/[$%]\{|(?![\n\t])\p{Cc}|\p{Cs}/u.test(value)) return value;
  throw new LeaseholdError(
    where,
    `${option} ${show(value)} can't be part of a configuration`,
    "give a text without ${, %{ and control characters, or a file of it as source",
  );
}
