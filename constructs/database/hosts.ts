import { LeaseholdError } from "../core/errors";

/** A host name, an IPv4 address, or an IPv6 address in brackets; perhaps a port. */
const placePattern = /^(?<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d{1,5}))?$/;

/** A host and its port apart; undefined when the text is neither `host` nor `host:port`. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const { host, port } = placePattern.exec(text)?.groups ?? {};
  return host === undefined ? undefined : { host, port: port === undefined ? undefined : Number(port) };
}

/**
 * The hosts, when each can be one.
 *
 * @throws LeaseholdError that names `where`.
 */
export function hostList(where: string, host: string | readonly string[]): readonly string[] {
  const hosts = typeof host === "string" ? [host] : host;
  if (hosts.length === 0) throw new LeaseholdError(where, "host is empty", "give one host, or a list of them");
  for (const each of hosts) {
    const place = hostAndPort(each);
    if (place !== undefined && place.port === undefined) continue;
    throw new LeaseholdError(
      where,
      `host ${JSON.stringify(each)} is not a host name or address`,
      "give it as in postgres.company.com, 10.0.0.5 or [fd00::5], the port apart",
    );
  }
  return hosts;
}
