import { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import {
  MySqlConnection,
  type MySqlConnectionOptions,
  mySqlTlsModes,
  type MySqlTlsMode,
} from "../../../constructs/database/mysql-connection";
import { MariaDbStatements, MySqlStatements } from "../../../constructs/database/statements/mysql-statements";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const base: MySqlConnectionOptions = {
  product: "mysql",
  host: "mysql.company.com",
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
};

function connect(options: Partial<MySqlConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = new MySqlConnection(stack, "Orders", { ...base, ...options, name: "orders", engine });
  const fields = () => onlyResource(synth(stack), "vault_database_secret_backend_connection");
  return { stack, engine, connection, fields, mysql: () => fields()["mysql"] as Record<string, unknown> };
}

const url = (options: Partial<MySqlConnectionOptions>) => connect(options).mysql()["connection_url"];
const ttls = { defaultTtl: "1h", maxTtl: "24h" } as const;

describe("MySqlConnection", () => {
  it("declares the connection with the MySQL plug-in", () => {
    const { connection, fields } = connect();
    connection.addRole("app", { ...ttls, statements: MySqlStatements.readOnly({ databases: ["app"] }) });
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_mount\.Database_\w+\.path\}$/) as unknown,
      name: "orders",
      plugin_name: "mysql-database-plugin",
      allowed_roles: ["app"],
      verify_connection: true,
      mysql: {
        connection_url: "{{username}}:{{password}}@tcp(mysql.company.com:3306)/?timeout=5s&tls=true",
        username: "vault_admin",
        password_wo: "${var.admin_password}",
        password_wo_version: 1,
        username_template: '{{ printf "v-%s-%s" (.RoleName | truncate 9) (random 20) | truncate 32 }}',
        max_open_connections: 4,
      },
    });
    expect(warnings(connection)).toEqual([]);
  });

  it("takes the statements of its product, and no other's", () => {
    const mysql = MySqlStatements.readOnly({ databases: ["app"] });
    const mariadb = MariaDbStatements.readOnly({ databases: ["app"] });
    expect(() =>
      connect({ product: "mariadb" }).connection.addRole("app", { ...ttls, statements: mariadb }),
    ).not.toThrow();
    expect(() => connect({ product: "mariadb" }).connection.addRole("app", { ...ttls, statements: mysql })).toThrow(
      "statements are for mysql, and connection orders is to mariadb: use statements for mariadb",
    );
    expect(() => connect().connection.addRole("app", { ...ttls, statements: mariadb })).toThrow("is to mysql");
  });

  it("refuses a role whose users would outlive their passwords", () => {
    const statements = MySqlStatements.readOnly({ databases: ["app"] });
    expect(() => connect().connection.addRole("app", { statements, defaultTtl: "1h", maxTtl: "2d" })).toThrow(
      "maxTtl 2d outlasts the statements, which end a user after 2d: lower maxTtl",
    );
    expect(() => connect().connection.addRole("app", { statements, defaultTtl: "1h", maxTtl: "47h" })).not.toThrow();
  });

  it("refuses another product", () => {
    expect(() => connect({ product: "percona" as "mysql" })).toThrow(
      '[dev/Orders] product "percona" is unknown: use mysql or mariadb',
    );
  });

  it("shares no admin with another connection to the same place", () => {
    const { stack, engine } = connect();
    const again = (port: number) =>
      new MySqlConnection(stack, `At${port}`, { ...base, port, name: `at-${port}`, engine });
    expect(() => again(3306)).toThrow("vault_admin at mysql.company.com:3306");
    expect(() => again(3307)).not.toThrow();
  });
});

describe("MySqlConnection's data source name", () => {
  it.each<[MySqlTlsMode, string]>([
    ["disable", "false"],
    ["require", "skip-verify"],
    ["verify-full", "true"],
  ])("asks for TLS as in %s", (tls, asked) => {
    expect(url({ tls })).toBe(`{{username}}:{{password}}@tcp(mysql.company.com:3306)/?timeout=5s&tls=${asked}`);
  });

  it("knows no other TLS mode", () => {
    expect(mySqlTlsModes).toEqual(["disable", "require", "verify-full"]);
    expect(() => connect({ tls: "verify-ca" as MySqlTlsMode })).toThrow(
      '[dev/Orders] tls "verify-ca" is unknown: use one of disable, require, verify-full',
    );
  });

  it("leaves TLS to the plug-in where an authority is given: OpenBao's would look past it", () => {
    const { mysql } = connect({ certificateAuthority: { pem } });
    expect(mysql()).toMatchObject({
      connection_url: "{{username}}:{{password}}@tcp(mysql.company.com:3306)/?timeout=5s",
      tls_ca: pem,
    });
  });

  it("has the place and the patience that it is told", () => {
    expect(url({ host: "[fd00::5]", port: 3307, connectTimeout: "2m", tls: "disable" })).toBe(
      "{{username}}:{{password}}@tcp([fd00::5]:3307)/?timeout=120s&tls=false",
    );
  });

  it.each([undefined, ">= 4.4"])("never holds a credential (provider %s)", (provider) => {
    expect(connect({}, provider).mysql()["connection_url"]).not.toMatch(/vault_admin|\$\{/);
  });

  it.each(["", "fd00::5", "mysql.company.com:3306", "a)/?tls=false&x=(", "{{username}}"])(
    "refuses the host %j",
    (host) => {
      expect(() => connect({ host })).toThrow(
        `[dev/Orders] host ${JSON.stringify(host)} is not a host name or address`,
      );
    },
  );

  it.each([0, 65_536, 3306.5])("refuses the port %d", (port) => {
    expect(() => connect({ port })).toThrow(`[dev/Orders] port ${port} is out of range`);
  });

  it("refuses a name template that MySQL would not take", () => {
    expect(() => connect({ usernameTemplate: "{{ random 20 | truncate 33 }}" })).toThrow(
      "[dev/Orders] usernameTemplate may make names longer than 32 characters",
    );
  });
});

describe("MySqlConnection's certificates", () => {
  const clientCertificateKey = SecretInput.variable("mysql_client_certificate");

  it("are stored where Vault shows one, with a warning", () => {
    const { connection, mysql, stack } = connect({ certificateAuthority: { pem }, clientCertificateKey });
    expect(mysql()).toMatchObject({ tls_ca: pem, tls_certificate_key: "${var.mysql_client_certificate}" });
    const { variable } = synth(stack);
    expect(variable["mysql_client_certificate"]).toMatchObject({ sensitive: true });
    expect(variable["mysql_client_certificate"]).not.toHaveProperty("ephemeral");
    expect(variable["admin_password"]).toMatchObject({ ephemeral: true });
    expect(warnings(connection)).toEqual([
      "clientCertificateKey lies in the Terraform state, since the provider has no write-only argument for it: " +
        "keep the state encrypted, or leave it out and have the admin log in by password alone",
    ]);
  });

  it("are refused without an authority: Vault would trust no server", () => {
    expect(() => connect({ clientCertificateKey })).toThrow(
      "[dev/Orders] clientCertificateKey is given without certificateAuthority: Vault's plug-in would trust no server at all: " +
        "give certificateAuthority.pem too",
    );
  });

  it("are refused as values, without repeating them", () => {
    const given = { certificateAuthority: { pem }, clientCertificateKey: "PRIVATE" as unknown as SecretInput };
    expect(() => connect(given)).toThrow("[dev/Orders] clientCertificateKey is a secret and was given as a string");
    expect(() => connect(given)).not.toThrow(/PRIVATE/);
  });

  it.each<MySqlTlsMode>(["disable", "require"])("are refused with tls %s, which looks at none", (tls) => {
    expect(() => connect({ tls, certificateAuthority: { pem } })).toThrow(
      `[dev/Orders] certificateAuthority is given, and tls ${tls} does not look at it`,
    );
  });

  it("are texts: the plug-in reads no file", () => {
    expect(() => connect({ certificateAuthority: { pem: "not a certificate" } })).toThrow(
      "[dev/Orders] certificateAuthority.pem is not a PEM certificate",
    );
    const file = { serverFile: "/etc/vault.d/ca.pem" } as unknown as { pem: string };
    expect(() => connect({ certificateAuthority: file })).toThrow(
      "[dev/Orders] certificateAuthority is no PEM text, and the plug-in reads no file on the Vault server: " +
        "give the text as certificateAuthority.pem",
    );
  });
});
