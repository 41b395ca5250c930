import { LeaseholdError, show } from "../../core/errors";
import { requireReason } from "../../core/reasons";
import { type Block, block } from "../configuration-text";
import {
  type Fields,
  filePath,
  isLoopback,
  needs,
  type Place,
  renderFields,
  required,
  text,
  url,
  whole,
} from "../fields";

/** The server that an agent or a proxy talks to. */
export interface VaultConnection {
  /** URL of the server. */
  readonly address: string;
  /** File, or folder, of the authorities that signed its certificate. @default the machine's authorities */
  readonly caCert?: string;
  readonly caPath?: string;
  /** Certificate that the program shows, and its key. @default none */
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** Name in the server's certificate. @default the host of its address */
  readonly tlsServerName?: string;
  /** @default the root namespace */
  readonly namespace?: string;
  /** How often a request is tried anew. @default 12 */
  readonly retries?: number;
  /** Why the server is asked in plain text over a network. @default not allowed */
  readonly plainTextReason?: string;
}

const fields: Fields<VaultConnection> = {
  address: required(url("address")),
  caCert: filePath("ca_cert"),
  caPath: filePath("ca_path"),
  clientCert: filePath("client_cert"),
  clientKey: filePath("client_key"),
  tlsServerName: text("tls_server_name"),
  namespace: needs("agentNamespace", text("namespace")),
  plainTextReason: { render: ({ where }, option, value) => (requireReason(where, option, value), {}) },
  retries: {
    render: (place, option, value) => ({
      blocks: [
        block("retry", {
          attributes: whole("num_retries", 1, 1000).render(place, option, value).attributes ?? {},
          blocks: [],
        }),
      ],
    }),
  },
};

/** The `vault` block. */
export function vaultBlock(given: Place, connection: VaultConnection): Block {
  const place = { ...given, where: `${given.where}: vault` };
  const rendered = block("vault", renderFields(place, fields, connection));
  const { address, plainTextReason } = connection;
  const { protocol, hostname } = new URL(address);
  if (protocol === "http:" && plainTextReason === undefined && !isLoopback(`${hostname}:`)) {
    throw new LeaseholdError(
      place.where,
      `address ${show(address)} is asked over a network in plain text, and tokens go there`,
      "write it with https, or say in plainTextReason why it may be so",
    );
  }
  return rendered;
}
