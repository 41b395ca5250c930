import type { HostEnvironment } from "../../environments/load";

/** Names of variables whose values a server may repeat in an error. */
const secretNames = /^(TF_VAR_|VAULT_TOKEN$|BAO_TOKEN$|PG_CONN_STR$|CONSUL_HTTP_TOKEN$|AWS_SECRET_ACCESS_KEY$)/;

/** Takes what the environment holds as secrets out of texts that others wrote. Shorter values than 4 characters would take words apart. */
export function redactor(env: HostEnvironment): (text: string) => string {
  const secrets = Object.entries(env)
    .filter(([name, value]) => secretNames.test(name) && value !== undefined && value.length >= 4)
    .map(([, value]) => value as string)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "(sensitive)"), text);
}
