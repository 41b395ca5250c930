import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { SecretInput } from "../core/secret-input";
import { secretVariable } from "../provider/secret-variable";
import {
  type ConnectionKind,
  type ConnectionOptions,
  DatabaseConnection,
  type DatabaseConnectionProps,
  poolSettings,
} from "./database-connection";
import { hostList } from "./hosts";
import { type MySqlProduct, mySqlProducts } from "./statements/mysql-text";
import { longestUsername, mysqlUsernameTemplate, requireUsernameTemplate } from "./statements/username-template";
import { requireTlsMode } from "./tls";

/** How Vault checks the server: not at all without TLS, encrypted only, by its certificate and name. */
export const mySqlTlsModes = ["disable", "require", "verify-full"] as const;

export type MySqlTlsMode = (typeof mySqlTlsModes)[number];

export interface MySqlConnectionOptions extends ConnectionOptions {
  /** The server's product: MySQL 8 and later, or MariaDB 10.11 and later. Their statements differ. */
  readonly product: MySqlProduct;
  /** Host name or address, as the Vault server reaches it. */
  readonly host: string;
  /** @default 3306 */
  readonly port?: number | undefined;
  /** @default "verify-full" */
  readonly tls?: MySqlTlsMode | undefined;
  /** Who signed the server's certificate. @default the Vault server's own certificate authorities */
  readonly certificateAuthority?: { readonly pem: string } | undefined;
  /**
   * A certificate by which Vault shows the server who it is, and its key, in one PEM text. It needs `certificateAuthority`: with
   * it alone Vault's plug-in trusts no server at all. The provider has no write-only argument for it, so it lies in the state.
   * @default none: the admin logs in by password alone
   */
  readonly clientCertificateKey?: SecretInput | undefined;
}

export type MySqlConnectionProps = MySqlConnectionOptions & DatabaseConnectionProps;

/**
 * A MySQL or MariaDB server that Vault makes users in.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases/mysql-maria
 */
export class MySqlConnection extends DatabaseConnection {
  /**
   * @throws LeaseholdError when an option can't be used. A connection without roles fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: MySqlConnectionProps) {
    super(scope, id, props, (where) => describe(scope, where, props));
    if (props.clientCertificateKey === undefined) return;
    Annotations.of(this).addWarning(
      "clientCertificateKey lies in the Terraform state, since the provider has no write-only argument for it: " +
        "keep the state encrypted, or leave it out and have the admin log in by password alone",
    );
  }
}

function describe(scope: Construct, where: string, props: MySqlConnectionProps): ConnectionKind {
  if (!mySqlProducts.includes(props.product)) {
    throw new LeaseholdError(where, `product ${show(props.product)} is unknown`, `use ${mySqlProducts.join(" or ")}`);
  }
  const [host = ""] = hostList(where, props.host);
  const place = `${host}:${requireWhole(where, "port", props.port ?? 3306, 1, 65_535)}`;
  return {
    dialect: props.product,
    pluginName: "mysql-database-plugin",
    block: "mysql",
    unencrypted: props.tls === "disable",
    loginPlace: place,
    settings: {
      connectionUrl: dataSourceName(where, place, props),
      usernameTemplate: requireUsernameTemplate(
        where,
        props.usernameTemplate ?? mysqlUsernameTemplate,
        longestUsername[props.product],
      ),
      tlsCa: props.certificateAuthority?.pem,
      tlsCertificateKey: clientCertificate(scope, where, props),
      ...poolSettings(where, props),
    },
  };
}

/** What the driver calls a mode. */
const driverTls: Readonly<Record<MySqlTlsMode, string>> = {
  disable: "false",
  require: "skip-verify",
  "verify-full": "true",
};

/**
 * The DSN that Vault fills the admin into: it never holds a credential itself. With a certificate authority the plug-in asks for
 * TLS by itself, and OpenBao's looks past that authority when the DSN asks for TLS too.
 *
 * @see https://github.com/go-sql-driver/mysql#dsn-data-source-name
 */
function dataSourceName(where: string, place: string, props: MySqlConnectionOptions): string {
  const { tls = "verify-full", certificateAuthority } = props;
  if (!mySqlTlsModes.includes(tls)) {
    throw new LeaseholdError(where, `tls ${show(tls)} is unknown`, `use one of ${mySqlTlsModes.join(", ")}`);
  }
  if (certificateAuthority !== undefined && !("pem" in certificateAuthority)) {
    throw new LeaseholdError(
      where,
      "certificateAuthority is no PEM text, and the plug-in reads no file on the Vault server",
      "give the text as certificateAuthority.pem",
    );
  }
  requireTlsMode(where, tls, certificateAuthority);
  const timeout = parseDuration(where, "connectTimeout", props.connectTimeout ?? "5s");
  const byMode = certificateAuthority === undefined ? `&tls=${driverTls[tls]}` : "";
  return `{{username}}:{{password}}@tcp(${place})/?timeout=${timeout}s${byMode}`;
}

/** The provider keeps it, so it goes through a variable that Terraform stores. */
function clientCertificate(
  scope: Construct,
  where: string,
  { clientCertificateKey, certificateAuthority }: MySqlConnectionOptions,
): string | undefined {
  if (clientCertificateKey === undefined) return undefined;
  const secret = SecretInput.require(where, "clientCertificateKey", clientCertificateKey);
  if (certificateAuthority === undefined) {
    throw new LeaseholdError(
      where,
      "clientCertificateKey is given without certificateAuthority: Vault's plug-in would trust no server at all",
      "give certificateAuthority.pem too",
    );
  }
  return secretVariable(scope, secret, "stored").stringValue;
}
