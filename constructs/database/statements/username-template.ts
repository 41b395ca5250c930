import { LeaseholdError } from "../../core/errors";

/**
 * How Vault names a PostgreSQL user: `v-<role>-<hash of the login's display name>-<random>-<time>`.
 *
 * Vault's default puts the display name itself into the name, and an LDAP or JWT user can choose theirs: with `a";--` it would
 * reach the SQL. The hash still tells two logins apart. PostgreSQL cuts names at 63 characters.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/username-templating
 */
export const postgresUsernameTemplate =
  '{{ printf "v-%s-%s-%s-%s" (.RoleName | truncate 14) (.DisplayName | sha256 | truncate 8) (random 20) (unix_time) | truncate 63 }}';

/** How Vault names a user of MySQL or MariaDB, whose names end at 32 characters: `v-<role>-<random>`. */
export const mysqlUsernameTemplate = '{{ printf "v-%s-%s" (.RoleName | truncate 9) (random 20) | truncate 32 }}';

/** How Vault names a MongoDB user; MongoDB itself sets no limit that matters. */
export const mongodbUsernameTemplate = postgresUsernameTemplate;

/** Longest user name, by what the server does with a longer one: PostgreSQL cuts it, MySQL refuses it. */
export const longestUsername = { postgresql: 63, mysql: 32, mariadb: 32, mongodb: 255, other: 255 } as const;

const quotedText = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;

/** What is wrong with a template: the names that it makes are unsafe in statements, or may be longer than the server's. */
export interface TemplateFinding {
  readonly kind: "unsafe" | "long";
  readonly problem: string;
  readonly remedy: string;
}

/** What is wrong with a template; undefined when the names that it makes are safe to put into statements and fit the server. */
export function usernameTemplateFinding(template: string, longest: number): TemplateFinding | undefined {
  const code = [...template.matchAll(/\{\{([^{}]*)\}\}/g)]
    .map((match) => match[1]?.replace(quotedText, '""'))
    .join(" ");
  // A dot alone, and $, is all fields at once, the display name among them.
  if (/\$|(?<!\w)\.(?!RoleName\b|DisplayName\s*\|\s*sha256\b)/.test(code)) {
    return {
      kind: "unsafe",
      problem:
        "holds .DisplayName as it is, or all fields at once: whoever chooses a login's name could write SQL with it",
      remedy: "write (.DisplayName | sha256 | truncate 8), or leave it out",
    };
  }
  // Only what is inside the one action can be cut to length.
  const action = /^\{\{([^{}]*)\}\}$/.exec(template)?.[1];
  if (action === undefined || (action.match(quotedText) ?? []).some((text) => !/^.[\w.%-]*.$/.test(text))) {
    return {
      kind: "unsafe",
      problem: "is not one action whose own text is letters, digits, _, - and .",
      remedy: 'write it as {{ printf "v-%s-%s" (.RoleName | truncate 14) (random 20) | truncate 63 }}',
    };
  }
  if (!/\brandom\s+(?:1[2-9]|[2-9]\d)\b|\buuid\b/.test(code)) {
    return { kind: "unsafe", problem: "makes names that can be guessed or met twice", remedy: "add (random 20)" };
  }
  const cut = /\|\s*truncate\s+(\d+)\s*$/.exec(code)?.[1];
  if (cut !== undefined && Number(cut) <= longest) return undefined;
  return {
    kind: "long",
    problem: `may make names longer than ${longest} characters`,
    remedy: `end it with | truncate ${longest} }}`,
  };
}

/**
 * The template itself, when the names that it makes are safe to put into statements and fit the server.
 *
 * @throws LeaseholdError that names `where` and the field.
 */
export function requireUsernameTemplate(where: string, template: string, longest: number): string {
  const finding = usernameTemplateFinding(template, longest);
  if (finding === undefined) return template;
  throw new LeaseholdError(where, `usernameTemplate ${finding.problem}`, finding.remedy);
}
