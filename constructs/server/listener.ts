import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { requireCidrs } from "../core/networks";
import { type Block, block, type Body, type Value } from "./configuration-text";
import {
  checked,
  choice,
  type Field,
  type Fields,
  filePath,
  flag,
  flattened,
  hostAndPort,
  isLoopback,
  needs,
  plainText,
  type Place,
  renderFields,
  required,
  requireSome,
  text,
  time,
  whole,
} from "./fields";
import type { Duration } from "../core/duration";

/** Cipher suites of TLS 1.2 that Go calls secure; those of TLS 1.3 can't be chosen. */
const cipherSuites = [
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
] as const;

export type CipherSuite = (typeof cipherSuites)[number];

/** Whether callers show certificates: `require` refuses those without one that `clientCaFile` signed. */
const clientCertificates = ["request", "require", "disable"] as const;

export interface ListenerTls {
  /** Certificate of the server, with those that lead to its authority. */
  readonly certFile: string;
  /** Its private key. */
  readonly keyFile: string;
  /** @default "tls12" */
  readonly minVersion?: "tls12" | "tls13";
  /** Suites of TLS 1.2, the preferred first. @default Go's own */
  readonly cipherSuites?: readonly CipherSuite[];
  /** File of the authority that signs callers' certificates. @default the machine's authorities */
  readonly clientCaFile?: string;
  /** @default "request" */
  readonly clientCertificates?: (typeof clientCertificates)[number];
}

/** TLS, or why there is none. */
export type ListenerSecurity =
  | { readonly tls: ListenerTls; readonly tlsDisable?: never }
  /** `true` is for loopback alone; elsewhere the reason is asked for, such as a proxy on the same machine that ends TLS. */
  | { readonly tls?: never; readonly tlsDisable: true | string };

/** PROXY protocol of a load balancer in front: whose word counts for where a caller is. */
export type ProxyProtocol =
  | { readonly behavior: "allow_authorized" | "deny_unauthorized"; readonly authorizedAddresses: readonly string[] }
  /** Any caller can then say that it is another. */
  | { readonly behavior: "use_always"; readonly reason: string };

/** X-Forwarded-For of a load balancer in front. */
export interface ForwardedFor {
  /** Networks of the load balancers. */
  readonly authorizedAddresses: readonly string[];
  /** Addresses that are skipped from the end. @default 0 */
  readonly hopSkips?: number;
  /** Refuse requests without the header. @default true */
  readonly rejectNotPresent?: boolean;
  /** Refuse requests with the header from elsewhere. @default true */
  readonly rejectNotAuthorized?: boolean;
}

/** By status, such as `default`, `4xx` or `404`, headers and their values. */
export type ResponseHeaders = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface TcpOptions {
  readonly type: "tcp";
  /** Host and port that callers are served on. */
  readonly address: string;
  /** Host and port for other servers of the cluster. @default one port above */
  readonly clusterAddress?: string;
  readonly proxyProtocol?: ProxyProtocol;
  readonly xForwardedFor?: ForwardedFor;
  readonly customResponseHeaders?: ResponseHeaders;
  /** Why anybody may read `sys/metrics` here without a token, where Prometheus can't have one. @default nobody may */
  readonly unauthenticatedMetricsReason?: string;
  /** @default 33554432 bytes */
  readonly maxRequestSize?: number;
  /** @default "90s" */
  readonly maxRequestDuration?: Duration;
  /** Keep addresses, the cluster's name, the version out of answers to callers without a token (Vault). @default false */
  readonly redactAddresses?: boolean;
  readonly redactClusterName?: boolean;
  readonly redactVersion?: boolean;
}

/**
 * A port.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/listener/tcp
 */
export type TcpListener = TcpOptions & ListenerSecurity;

/**
 * A socket of this machine.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/listener/unix
 */
export interface UnixListener {
  readonly type: "unix";
  /** Path of the socket. */
  readonly address: string;
  /** User and group that own it, by name or number: without both, the servers leave the mode at 0755. */
  readonly socketUser: string;
  readonly socketGroup: string;
  /** Who may write to it, and so use it: octal, four digits. @default "0600" */
  readonly socketMode?: string;
}

export type Listener = TcpListener | UnixListener;

const suites: Field<readonly CipherSuite[]> = checked("tls_cipher_suites", (where, option, given) => {
  const unknown = requireSome(where, option, given).find((each) => !cipherSuites.includes(each));
  if (unknown === undefined) return given.join(",");
  throw new LeaseholdError(
    where,
    `${option} ${show(unknown)} is none that is secure and can be chosen`,
    `use some of ${cipherSuites.join(", ")}`,
  );
});

const certificates: Field<(typeof clientCertificates)[number]> = {
  render: (place, option, value) => {
    if (requireChoice(place.where, option, value, clientCertificates) === "request") return {};
    return {
      attributes: { [value === "require" ? "tls_require_and_verify_client_cert" : "tls_disable_client_certs"]: true },
    };
  },
};

const tls: Fields<ListenerTls> = {
  certFile: required(filePath("tls_cert_file")),
  keyFile: required(filePath("tls_key_file")),
  minVersion: choice("tls_min_version", ["tls12", "tls13"]),
  cipherSuites: suites,
  clientCaFile: filePath("tls_client_ca_file"),
  clientCertificates: certificates,
};

const listenerTls: Field<ListenerTls> = {
  render: (place, option, value) => {
    const where = `${place.where}: ${option}`;
    if (value.clientCertificates === "require" && value.clientCaFile === undefined) {
      throw new LeaseholdError(
        where,
        "clientCertificates is require, and no clientCaFile is given",
        "name the file of the authority that signs them: any authority of the machine would do otherwise",
      );
    }
    if (value.minVersion === "tls13" && value.cipherSuites !== undefined) {
      throw new LeaseholdError(where, "cipherSuites are of TLS 1.2, and minVersion is tls13", "leave cipherSuites out");
    }
    return flattened(tls).render(place, option, { minVersion: "tls12", ...value });
  },
};

const proxyProtocol: Field<ProxyProtocol> = {
  render: ({ where }, option, value): Partial<Body> => {
    const at = `${where}: ${option}`;
    const behaviors = ["allow_authorized", "deny_unauthorized", "use_always"] as const;
    const behavior = requireChoice(at, "behavior", value.behavior, behaviors);
    if (value.behavior === "use_always") {
      requireReason(at, "reason", value.reason);
      return { attributes: { proxy_protocol_behavior: behavior } };
    }
    const authorized = requireAddresses(at, "authorizedAddresses", value.authorizedAddresses);
    return { attributes: { proxy_protocol_behavior: behavior, proxy_protocol_authorized_addrs: authorized } };
  },
};

const xForwardedFor: Fields<ForwardedFor> = {
  authorizedAddresses: required(checked("x_forwarded_for_authorized_addrs", requireAddresses)),
  hopSkips: whole("x_forwarded_for_hop_skips", 0, 32),
  rejectNotPresent: flag("x_forwarded_for_reject_not_present"),
  rejectNotAuthorized: flag("x_forwarded_for_reject_not_authorized"),
};

const tlsDisable: Field<true | string> = checked("tls_disable", (where, option, value) => {
  if (value !== true) requireReason(where, option, value);
  return true;
});

const metrics: Field<string> = {
  render: ({ where }, option, value) => {
    requireReason(where, option, value);
    return { blocks: [block("telemetry", { attributes: { unauthenticated_metrics_access: true }, blocks: [] })] };
  },
};

const headers: Field<ResponseHeaders> = checked("custom_response_headers", (where, option, given) => {
  const entries = Object.entries(given).map(([status, named]): [string, Value] => {
    if (!/^(?:default|[1-5]xx|[1-5]\d\d)$/.test(status)) {
      throw new LeaseholdError(
        where,
        `${option} has the status ${show(status)}`,
        "use default, one such as 4xx, or one such as 404",
      );
    }
    return [
      status,
      Object.fromEntries(
        Object.entries(named).map(([name, values]) => [
          requireHeader(where, option, name),
          headerValues(where, `${option} ${name}`, values),
        ]),
      ),
    ];
  });
  return Object.fromEntries(entries);
});

const tcp: Fields<TcpOptions & { tls?: ListenerTls; tlsDisable?: true | string }> = {
  address: required(hostAndPort("address")),
  clusterAddress: hostAndPort("cluster_address"),
  tls: listenerTls,
  tlsDisable,
  proxyProtocol,
  xForwardedFor: flattened(xForwardedFor),
  maxRequestSize: whole("max_request_size", 1024, 1_073_741_824),
  maxRequestDuration: time("max_request_duration"),
  redactAddresses: needs("redaction", flag("redact_addresses")),
  redactClusterName: needs("redaction", flag("redact_cluster_name")),
  redactVersion: needs("redaction", flag("redact_version")),
  customResponseHeaders: headers,
  unauthenticatedMetricsReason: metrics,
};

const unix: Fields<UnixListener> = {
  address: required(filePath("address")),
  socketUser: required(text("socket_user")),
  socketGroup: required(text("socket_group")),
  socketMode: checked("socket_mode", requireMode),
};

/** A `listener` block. */
export function listenerBlock(given: Place, listener: Listener, at: number): Block {
  const place = { ...given, where: `${given.where}: listeners[${at}] ${listener.type}` };
  switch (listener.type) {
    case "tcp":
      requireSecurity(place.where, listener);
      return block("listener", renderFields(place, tcp, listener), "tcp");
    case "unix":
      return block("listener", renderFields(place, unix, { socketMode: "0600", ...listener }), "unix");
    default:
      throw new LeaseholdError(
        given.where,
        `listeners[${at}] is of the type ${show((listener as { readonly type: unknown }).type)}`,
        "use tcp or unix",
      );
  }
}

/** Whether callers of the listener are served over TLS. */
export function servesTls(listener: Listener): boolean {
  return listener.type === "tcp" && listener.tls !== undefined;
}

function requireSecurity(where: string, listener: TcpListener): void {
  const { address, tls: given, tlsDisable: disabled } = listener;
  if ((given === undefined) === (disabled === undefined)) {
    throw new LeaseholdError(
      where,
      `${given === undefined ? "neither tls nor" : "both tls and"} tlsDisable is given`,
      "give tls with certFile and keyFile, or in tlsDisable the reason why there is none",
    );
  }
  if (disabled === true && !isLoopback(address)) {
    throw new LeaseholdError(
      where,
      `tlsDisable is true, and ${show(address)} is no loopback address`,
      "give tls, or in tlsDisable the reason why there is none",
    );
  }
}

/** Networks and single addresses. */
function requireAddresses(where: string, option: string, values: readonly string[]): readonly string[] {
  const given = requireSome(where, option, values);
  requireCidrs(
    where,
    option,
    given.filter((each) => each.includes("/")),
  );
  const odd = given.find((each) => !/^[0-9A-Fa-f.:]+(?:\/\d+)?$/.test(each));
  if (odd === undefined) return given;
  throw new LeaseholdError(where, `${option} ${show(odd)} is no address`, 'write it as in "10.0.0.7" or "10.0.0.0/24"');
}

function requireHeader(where: string, option: string, name: string): string {
  // Vault refuses to have its own headers set.
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(name) && !/^x-vault-/i.test(name)) return name;
  throw new LeaseholdError(
    where,
    `${option} has a header ${show(name)}`,
    "use letters, digits and -, and none that begins with X-Vault-",
  );
}

function headerValues(where: string, option: string, values: readonly string[]): readonly string[] {
  return requireSome(where, option, values).map((value) => plainText(where, option, value));
}

/**
 * @throws LeaseholdError unless it is octal, and others can't write.
 */
export function requireMode(where: string, option: string, mode: string): string {
  if (/^0[0-7][0-7][0145]$/.test(mode)) return mode;
  throw new LeaseholdError(
    where,
    `${option} ${show(mode)} is no mode`,
    'write it in octal with four digits as in "0640"; others must not write',
  );
}
