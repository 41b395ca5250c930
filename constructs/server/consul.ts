import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import {
  choice,
  type Field,
  type Fields,
  filePath,
  flattened,
  isLoopback,
  type Place,
  requireHostAndPort,
  required,
} from "./fields";

export interface ConsulTls {
  /** File of the authority that signed Consul's certificate. */
  readonly caFile: string;
  /** Certificate that the server shows Consul, and its key. @default none */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** @default "tls12" */
  readonly minVersion?: "tls12" | "tls13";
}

/** How Consul is reached. There is no option for the token: CONSUL_HTTP_TOKEN carries it. */
export interface ConsulConnection {
  /** Host and port. @default "127.0.0.1:8500" */
  readonly address?: string;
  /** TLS towards Consul. @default none, which is for loopback */
  readonly tls?: ConsulTls;
  /** Why Consul is asked in plain text over a network. @default not allowed */
  readonly plainTextReason?: string;
}

const tls: Fields<ConsulTls> = {
  caFile: required(filePath("tls_ca_file")),
  certFile: filePath("tls_cert_file"),
  keyFile: filePath("tls_key_file"),
  minVersion: choice("tls_min_version", ["tls12", "tls13"]),
};

const tlsOptions: Field<ConsulTls> = {
  render: (place, option, value) => {
    const rendered = flattened(tls).render(place, option, { minVersion: "tls12", ...value });
    return { ...rendered, attributes: { scheme: "https", ...rendered.attributes } };
  },
};

/** Fields of whatever talks to Consul. */
export const consulFields: Fields<ConsulConnection> = {
  address: {
    render: ({ where }, option, value) => ({ attributes: { [option]: requireHostAndPort(where, option, value) } }),
  },
  tls: tlsOptions,
  plainTextReason: { render: ({ where }, option, value) => (requireReason(where, option, value), {}) },
};

/**
 * Refuses a way to Consul on which its token could be read.
 *
 * @throws LeaseholdError that names the address.
 */
export function requireGuarded(where: string, { address, tls: given, plainTextReason }: ConsulConnection): void {
  if (given !== undefined || plainTextReason !== undefined || address === undefined || isLoopback(address)) return;
  throw new LeaseholdError(
    where,
    `address ${show(address)} is reached over a network in plain text, and the token with it`,
    "give tls, ask the Consul agent of the same machine, or say in plainTextReason why it may be so",
  );
}

/** Writes down where Consul's token comes from. */
export function readsConsulToken(place: Place): void {
  place.reads({
    name: "CONSUL_HTTP_TOKEN",
    holds: "the token for Consul, where Consul has access control",
    required: false,
  });
}
