import { LeaseholdError } from "../core/errors";
import type { VaultServer } from "../core/server-features";

/** A variable that a program reads from its environment, in place of a value in its configuration. */
export interface EnvironmentVariable {
  readonly name: string;
  /** What it holds, in the middle of a sentence. */
  readonly holds: string;
  /** Whether the program does not start without it. */
  readonly required: boolean;
}

/** Texts that are credentials, or hold some, wherever they stand. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\/\/[^/\s@]*:[^/\s@]*@/, "a URL with a password"],
  [/\b(?:password|passwd|secret|token)=/i, "a password in a connection string"],
  [/\b(?:hv[sbr]|[sb])\.[A-Za-z0-9_-]{20,}/, "a token of Vault's"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, "an access key of AWS"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
];

/**
 * Refuses a text that holds credentials: configuration is read by more people than a secret may be, and lies in repositories,
 * images and process lists.
 *
 * @throws LeaseholdError that never repeats the text.
 */
export function refuseCredentials(where: string, field: string, text: string): string {
  const found = shapes.find(([shape]) => shape.test(text));
  if (found === undefined) return text;
  throw new LeaseholdError(
    where,
    `${field} holds ${found[1]}`,
    "take it out: the program reads it from its environment, or from a file that the configuration names",
  );
}

/** Names of options that would hold a secret, and what carries it instead; the name as Vault or as code writes it. */
const secretOptions: Readonly<Record<string, string>> = {
  connectionurl: "VAULT_PG_CONNECTION_URL (OpenBao: BAO_PG_CONNECTION_URL)",
  accesskey: "AWS_ACCESS_KEY_ID, or a role of the instance",
  secretkey: "AWS_SECRET_ACCESS_KEY, or a role of the instance",
  sessiontoken: "AWS_SESSION_TOKEN",
  clientsecret: "AZURE_CLIENT_SECRET, or a managed identity",
  credentials: "GOOGLE_APPLICATION_CREDENTIALS, which names a file, or a service account of the instance",
  license: "VAULT_LICENSE, or licensePath, which names a file",
  currentkey: "the file that currentKeyFile names, or the variable that currentKeyVariable names",
  secretid: "the file that secretIdFile names",
  roleid: "the file that roleIdFile names",
};

/** What carries a secret whose option somebody looked for, or undefined. */
export function carrierOf(option: string, kind: string): string | undefined {
  const name = option.replaceAll("_", "").toLowerCase();
  if (name === "token" || name === "tokenid") {
    return kind === "transit"
      ? "VAULT_TOKEN (OpenBao: BAO_TOKEN)"
      : kind === "consul"
        ? "CONSUL_HTTP_TOKEN"
        : "the file that tokenFile names";
  }
  return secretOptions[name];
}

/** OpenBao's own name of a variable; it reads Vault's too. */
export function variableOf(product: VaultServer["product"], name: `VAULT_${string}`): string {
  return product === "openbao" ? name.replace(/^VAULT_/, "BAO_") : name;
}
