import type { Construct } from "constructs";
import { parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { requireWhole } from "../core/numbers";
import { VaultEndpoint } from "../provider/vault-endpoint";
import {
  type ConnectionKind,
  type ConnectionOptions,
  DatabaseConnection,
  type DatabaseConnectionProps,
  poolSettings,
} from "./database-connection";
import { type CertificateAuthority, requireServerFile, requireTlsMode, type TlsMode } from "./tls";
import { longestUsername, postgresUsernameTemplate, requireUsernameTemplate } from "./statements/username-template";
import { hostList } from "./hosts";

/** A certificate by which Vault shows the server who it is, as files on the Vault server. */
export interface PostgresClientCertificate {
  /** Path of the certificate on the Vault server. */
  readonly certificateFile: string;
  /** Path of its key on the Vault server, mode 0600: a key that went through Terraform would lie in the state. */
  readonly keyFile: string;
}

export interface PostgresConnectionOptions extends ConnectionOptions {
  /**
   * Host name or address, as the Vault server reaches it. Of several, Vault works on the first that accepts writes.
   */
  readonly host: string | readonly string[];
  /** @default 5432 */
  readonly port?: number | undefined;
  /** The database to connect to, and the one that the bootstrap ran in. */
  readonly database: string;
  /** @default "verify-full" */
  readonly tls?: TlsMode | undefined;
  /**
   * Who signed the server's certificate. OpenBao looks at `serverFile` only. A text that is taken out again stays in Vault until
   * the connection is made anew. @default the Vault server's own certificate authorities
   */
  readonly certificateAuthority?: CertificateAuthority | undefined;
  /** @default none: the admin logs in by password alone */
  readonly clientCertificate?: PostgresClientCertificate | undefined;
  /**
   * How users' passwords reach the server: as SCRAM verifiers that Vault computed, so that no log can hold a password; or as
   * they are. Providers before 4.6 know `password` only.
   * @default "scram-sha-256", where the provider has it
   */
  readonly passwordAuthentication?: "scram-sha-256" | "password" | undefined;
}

export type PostgresConnectionProps = PostgresConnectionOptions & DatabaseConnectionProps;

/**
 * A PostgreSQL database that Vault makes users in.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases/postgresql
 */
export class PostgresConnection extends DatabaseConnection {
  /**
   * @throws LeaseholdError when an option can't be used. A connection without roles fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: PostgresConnectionProps) {
    super(scope, id, props, (where, connection) => describe(connection, where, props));
  }
}

function describe(scope: Construct, where: string, props: PostgresConnectionProps): ConnectionKind {
  const hosts = hostList(where, props.host);
  const port = requireWhole(where, "port", props.port ?? 5432, 1, 65_535);
  return {
    dialect: "postgresql",
    pluginName: "postgresql-database-plugin",
    block: "postgresql",
    unencrypted: props.tls === "disable",
    loginPlace: `${hosts.join(",").toLowerCase()}:${port}`,
    settings: {
      connectionUrl: connectionUrl(where, hosts, port, props),
      usernameTemplate: requireUsernameTemplate(
        where,
        props.usernameTemplate ?? postgresUsernameTemplate,
        longestUsername.postgresql,
      ),
      tlsCa:
        props.certificateAuthority !== undefined && "pem" in props.certificateAuthority
          ? props.certificateAuthority.pem
          : undefined,
      ...poolSettings(where, props),
      ...passwordAuthentication(scope, where, props),
    },
  };
}

/** The URL that Vault fills the admin into: it never holds a credential itself. */
function connectionUrl(
  where: string,
  hosts: readonly string[],
  port: number,
  props: PostgresConnectionOptions,
): string {
  const { database, certificateAuthority: authority, clientCertificate } = props;
  requireName(where, "database", database);
  const mode = requireTlsMode(where, props.tls, authority);
  if (clientCertificate !== undefined && authority !== undefined && "pem" in authority) {
    // Vault then takes its whole certificate store from the text, and drops what the URL names.
    throw new LeaseholdError(
      where,
      "clientCertificate and certificateAuthority.pem exclude each other",
      "give the authority as certificateAuthority.serverFile",
    );
  }
  if (clientCertificate !== undefined && mode === "disable") {
    throw new LeaseholdError(
      where,
      "clientCertificate is given, and tls disable does not use it",
      "use another tls, or leave clientCertificate out",
    );
  }
  const file = (field: string, path: string) => encodeURIComponent(requireServerFile(where, field, path));
  const parameters = [
    `sslmode=${mode}`,
    `connect_timeout=${parseDuration(where, "connectTimeout", props.connectTimeout ?? "5s")}`,
    ...(hosts.length > 1 ? ["target_session_attrs=read-write"] : []),
    ...(authority !== undefined && "serverFile" in authority
      ? [`sslrootcert=${file("certificateAuthority.serverFile", authority.serverFile)}`]
      : []),
    ...(clientCertificate === undefined
      ? []
      : [
          `sslcert=${file("clientCertificate.certificateFile", clientCertificate.certificateFile)}`,
          `sslkey=${file("clientCertificate.keyFile", clientCertificate.keyFile)}`,
        ]),
  ];
  const places = hosts.map((host) => `${host}:${port}`).join(",");
  return `postgresql://{{username}}:{{password}}@${places}/${database}?${parameters.join("&")}`;
}

function passwordAuthentication(
  scope: Construct,
  where: string,
  { passwordAuthentication: chosen }: PostgresConnectionOptions,
) {
  if (chosen !== undefined && !["scram-sha-256", "password"].includes(chosen)) {
    throw new LeaseholdError(
      where,
      `passwordAuthentication ${show(chosen)} is unknown`,
      "use scram-sha-256 or password",
    );
  }
  const { features } = VaultEndpoint.of(scope);
  if (features.has("passwordAuthentication")) return { passwordAuthentication: chosen ?? "scram-sha-256" };
  if (chosen !== "scram-sha-256") return {};
  throw new LeaseholdError(
    where,
    features.explainAbsence("passwordAuthentication"),
    "or leave passwordAuthentication out",
  );
}
