import { ServerConfiguration, type ServerProps } from "../../../constructs/server/server-configuration";

export const vault = { product: "vault", edition: "community", version: "1.21" } as const;
export const enterprise = { product: "vault", edition: "enterprise", version: "1.21" } as const;
export const openbao = { product: "openbao", version: "2.7" } as const;

export const tls = { certFile: "/etc/vault/tls/vault.crt", keyFile: "/etc/vault/tls/vault.key" };

/** A configuration with nothing but what it has to have. */
export const sound = {
  apiAddress: "https://vault-1.company.com:8200",
  clusterAddress: "https://vault-1.company.com:8201",
  listeners: [{ type: "tcp", address: "0.0.0.0:8200", tls }],
  storage: { type: "raft", path: "/opt/vault/data", nodeId: "vault-1" },
} as const satisfies ServerProps;

/** What somebody wrote whose types nobody checked. */
export const configured = (change: object): ServerConfiguration => new ServerConfiguration({ ...sound, ...change });

/** The same with a listener of somebody's. */
export const listening = (change: object): ServerConfiguration =>
  configured({ listeners: [{ type: "tcp", address: "0.0.0.0:8200", ...change }] });
