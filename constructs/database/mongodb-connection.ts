import type { Construct } from "constructs";
import { parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { requireWhole } from "../core/numbers";
import {
  type ConnectionKind,
  type ConnectionOptions,
  DatabaseConnection,
  type DatabaseConnectionProps,
} from "./database-connection";
import { hostAndPort } from "./hosts";
import { longestUsername, mongodbUsernameTemplate, requireUsernameTemplate } from "./statements/username-template";
import { requireServerFile } from "./tls";

/**
 * How Vault checks a MongoDB server: not at all without TLS, encrypted only, by its certificate and name. The driver can't
 * check the certificate alone.
 */
export const mongodbTlsModes = ["disable", "require", "verify-full"] as const;

export type MongoDbTlsMode = (typeof mongodbTlsModes)[number];

export interface MongoDbConnectionOptions extends ConnectionOptions {
  /**
   * The servers as the Vault server reaches them, each as `host` or `host:port`, of a replica set several. The port is 27017
   * where none is named.
   */
  readonly hosts: readonly string[];
  /**
   * Whether DNS names the servers (`mongodb+srv://`, as Atlas does): `hosts` is then one name without a port.
   * @default false
   */
  readonly srv?: boolean | undefined;
  /** Name of the replica set, where only its members may be connected to. @default whatever the servers say they are */
  readonly replicaSet?: string | undefined;
  /** @default "verify-full" */
  readonly tls?: MongoDbTlsMode | undefined;
  /** Who signed the servers' certificates, as a file on the Vault server. @default the Vault server's own authorities */
  readonly certificateAuthority?: { readonly serverFile: string } | undefined;
  /**
   * A certificate by which Vault shows the servers who it is: one file on the Vault server, mode 0600, that holds the
   * certificate and its key. @default none
   */
  readonly clientCertificate?: { readonly file: string } | undefined;
  /**
   * The database that the admin is kept in. Static users must be kept there too: that is where the plug-in changes passwords.
   * @default "admin"
   */
  readonly authenticationDatabase?: string | undefined;
}

export type MongoDbConnectionProps = MongoDbConnectionOptions & DatabaseConnectionProps;

/**
 * A MongoDB database that Vault makes users in. OpenBao has no plug-in for MongoDB.
 *
 * The plug-in fills the admin's password into the URL as it is, so it must be one that needs no escaping there: letters,
 * digits, `-`, `_`, `.` and `~`.
 *
 * The plug-in reads no pool settings of Vault's: the driver's own are in the URL. There `maxOpenConnections` is what the driver
 * calls maxPoolSize, connections to each server apart from the one or two that watch it. The driver has no counterpart of
 * `maxIdleConnections` and `maxConnectionLifetime`, so they are refused. `connectTimeout` is the driver's
 * serverSelectionTimeoutMS, how long any request waits for a server that can be used: connectTimeoutMS and socketTimeoutMS the
 * plug-in sets to a minute, whatever the URL says.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases/mongodb
 * @see https://www.mongodb.com/docs/manual/reference/connection-string/
 */
export class MongoDbConnection extends DatabaseConnection {
  /**
   * @throws LeaseholdError when an option can't be used. A connection without roles fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: MongoDbConnectionProps) {
    super(scope, id, props, (where) => describe(where, props));
  }
}

function describe(where: string, props: MongoDbConnectionProps): ConnectionKind {
  refuseUnservedOptions(where, props);
  const places = hostPlaces(where, props);
  return {
    dialect: "mongodb",
    pluginName: "mongodb-database-plugin",
    block: "mongodb",
    unencrypted: props.tls === "disable",
    loginPlace: [...places].sort().join(","),
    settings: {
      connectionUrl: connectionUrl(where, places, props),
      usernameTemplate: requireUsernameTemplate(
        where,
        props.usernameTemplate ?? mongodbUsernameTemplate,
        longestUsername.mongodb,
      ),
    },
  };
}

function refuseUnservedOptions(where: string, options: MongoDbConnectionOptions): void {
  for (const field of ["maxIdleConnections", "maxConnectionLifetime"] as const) {
    if (options[field] === undefined) continue;
    throw new LeaseholdError(
      where,
      `${field} is given, and the MongoDB driver has no such setting`,
      "leave it out; maxOpenConnections limits the connections to each server",
    );
  }
}

/** The servers as the URL names them. */
function hostPlaces(where: string, { hosts, srv = false }: MongoDbConnectionOptions): readonly string[] {
  if (hosts.length === 0) throw new LeaseholdError(where, "hosts is empty", "name at least one server");
  if (srv && hosts.length > 1) {
    throw new LeaseholdError(
      where,
      `hosts names ${hosts.length} servers, and with srv DNS names them`,
      "give the one name that DNS knows, or leave srv out",
    );
  }
  return hosts.map((each) => {
    const place = hostAndPort(each);
    if (place === undefined) {
      throw new LeaseholdError(
        where,
        `hosts holds ${show(each)}, which is not a host or host:port`,
        "write it as in mongodb.company.com, mongodb.company.com:27018, 10.0.0.5 or [fd00::5]:27017",
      );
    }
    const { host, port } = place;
    if (!srv) return `${host}:${requireWhole(where, `port of ${host}`, port ?? 27_017, 1, 65_535)}`;
    if (port === undefined) return host;
    throw new LeaseholdError(
      where,
      `hosts holds ${show(each)}, and with srv DNS names the port`,
      `write ${show(host)}`,
    );
  });
}

/** The URL that Vault fills the admin into: it never holds a credential itself. */
function connectionUrl(where: string, places: readonly string[], props: MongoDbConnectionOptions): string {
  const database = requireName(where, "authenticationDatabase", props.authenticationDatabase ?? "admin");
  const timeout = parseDuration(where, "connectTimeout", props.connectTimeout ?? "5s");
  const parameters = [
    // An authSource of DNS would win over the path, in which the plug-in changes passwords.
    ...(props.srv === true ? [`authSource=${database}`] : []),
    ...(props.replicaSet === undefined ? [] : [`replicaSet=${requireName(where, "replicaSet", props.replicaSet)}`]),
    ...tlsParameters(where, props),
    `maxPoolSize=${requireWhole(where, "maxOpenConnections", props.maxOpenConnections ?? 4, 1, 1000)}`,
    `serverSelectionTimeoutMS=${timeout * 1000}`,
  ];
  const scheme = props.srv === true ? "mongodb+srv" : "mongodb";
  return `${scheme}://{{username}}:{{password}}@${places.join(",")}/${database}?${parameters.join("&")}`;
}

function tlsParameters(where: string, options: MongoDbConnectionOptions): string[] {
  const { tls = "verify-full", certificateAuthority, clientCertificate } = options;
  if (!mongodbTlsModes.includes(tls)) {
    throw new LeaseholdError(where, `tls ${show(tls)} is unknown`, `use one of ${mongodbTlsModes.join(", ")}`);
  }
  if (certificateAuthority !== undefined && tls !== "verify-full") {
    throw new LeaseholdError(
      where,
      `certificateAuthority is given, and tls ${tls} does not look at it`,
      "use verify-full, or leave certificateAuthority out",
    );
  }
  if (clientCertificate !== undefined && tls === "disable") {
    throw new LeaseholdError(
      where,
      "clientCertificate is given, and without TLS nobody looks at it",
      "use verify-full, or leave clientCertificate out",
    );
  }
  const file = (field: string, path: string) => encodeURIComponent(requireServerFile(where, field, path));
  return [
    `tls=${tls !== "disable"}`,
    ...(tls === "require" ? ["tlsInsecure=true"] : []),
    ...(certificateAuthority === undefined
      ? []
      : [`tlsCAFile=${file("certificateAuthority.serverFile", certificateAuthority.serverFile)}`]),
    ...(clientCertificate === undefined
      ? []
      : [`tlsCertificateKeyFile=${file("clientCertificate.file", clientCertificate.file)}`]),
  ];
}
