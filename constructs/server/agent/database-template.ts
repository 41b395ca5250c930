import { requireChoice } from "../../core/choices";
import { LeaseholdError } from "../../core/errors";
import { requireMountPath, requireName } from "../../core/names";
import type { EnvTemplate, Template, TemplateCommand } from "./template";

/** A role of a database mount. */
export interface DatabaseRole {
  /** Path of the mount. @default "database" */
  readonly mount?: string;
  /** Name of the role. */
  readonly role: string;
  /** Whether it is a static role, whose password changes and whose user stays. @default false */
  readonly isStatic?: boolean;
}

const formats = ["json", "env"] as const;

export interface DatabaseTemplateOptions extends DatabaseRole {
  readonly destination: string;
  /** `json`: `{"username": ..., "password": ...}`; `env`: lines such as `DB_USERNAME=...`. @default "json" */
  readonly format?: (typeof formats)[number];
  /** Beginning of the names in the format `env`. @default "DB" */
  readonly prefix?: string;
  /** Octal, four digits. @default "0640" */
  readonly perms?: string;
  /** What tells the application of a new user. @default nothing */
  readonly exec?: TemplateCommand;
}

/**
 * A template that keeps a user of a role in a file: its lease is renewed as long as it can be, and then there is a new user.
 *
 * @throws LeaseholdError when the mount, the role, the format or the prefix can't be used.
 */
export function databaseTemplate(options: DatabaseTemplateOptions): Template {
  const { destination, format = "json", prefix = "DB", perms, exec } = options;
  const where = `database template ${destination}`;
  const { username, password } = variablesOf(where, prefix);
  const texts = {
    json: `{"username": {{ .Data.username | toJSON }}, "password": {{ .Data.password | toJSON }}}\n`,
    env: `${username}={{ .Data.username }}\n${password}={{ .Data.password }}\n`,
  };
  return {
    contents: withSecret(where, options, texts[requireChoice(where, "format", format, formats)]),
    destination,
    ...(perms === undefined ? {} : { perms }),
    ...(exec === undefined ? {} : { exec }),
  };
}

/**
 * Two variables of a process's environment, user and password of one lease: both ask for the same path, and the program asks the
 * server once.
 *
 * @throws LeaseholdError when the mount, the role or the prefix can't be used.
 */
export function databaseEnvironment(
  options: DatabaseRole & { /** @default "DB" */ readonly prefix?: string },
): readonly EnvTemplate[] {
  const where = `database environment ${options.role}`;
  const { username, password } = variablesOf(where, options.prefix ?? "DB");
  return [
    { name: username, contents: withSecret(where, options, "{{ .Data.username }}") },
    { name: password, contents: withSecret(where, options, "{{ .Data.password }}") },
  ];
}

function withSecret(where: string, { mount = "database", role, isStatic = false }: DatabaseRole, text: string): string {
  const kind = requireChoice(where, "isStatic", isStatic, [true, false]) ? "static-creds" : "creds";
  const path = `${requireMountPath(where, "mount", mount)}/${kind}/${requireName(where, "role", role)}`;
  return `{{ with secret "${path}" }}${text}{{ end }}`;
}

function variablesOf(where: string, prefix: string): { readonly username: string; readonly password: string } {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix))
    return { username: `${prefix}_USERNAME`, password: `${prefix}_PASSWORD` };
  throw new LeaseholdError(
    where,
    `prefix ${JSON.stringify(prefix)} can't begin the name of a variable`,
    'use letters, digits and _, as in "DB"',
  );
}
