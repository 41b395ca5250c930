import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import type { PostgresConnectionOptions } from "../../../constructs/database/postgres-connection";
import { type CertificateAuthority, type TlsMode, tlsModes } from "../../../constructs/database/tls";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";
import { postgresOptions } from "./declarations";

function connect(options: Partial<PostgresConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = engine.addPostgres("orders", { ...postgresOptions, ...options });
  const postgresql = () =>
    onlyResource(synth(stack), "vault_database_secret_backend_connection")["postgresql"] as Record<string, unknown>;
  return { connection, postgresql };
}

const url = (options: Partial<PostgresConnectionOptions>) => connect(options).postgresql()["connection_url"];

/** The URL's part before the parameters, and the parameters. */
function urlParts(options: Partial<PostgresConnectionOptions>) {
  const [place, parameters] = String(url(options)).split("?");
  return { place, parameters: Object.fromEntries(new URLSearchParams(parameters)) };
}

describe("PostgresConnection's URL", () => {
  it("checks the server's certificate and name unless told otherwise", () => {
    expect(url({})).toBe(
      "postgresql://{{username}}:{{password}}@postgres.company.com:5432/app?sslmode=verify-full&connect_timeout=5",
    );
  });

  it.each<TlsMode>(["disable", "require", "verify-ca", "verify-full"])("asks for TLS as in %s", (tls) => {
    expect(url({ tls })).toBe(
      `postgresql://{{username}}:{{password}}@postgres.company.com:5432/app?sslmode=${tls}&connect_timeout=5`,
    );
  });

  it("knows no other TLS mode", () => {
    expect(tlsModes).toEqual(["disable", "require", "verify-ca", "verify-full"]);
    expect(() => connect({ tls: "prefer" as TlsMode })).toThrow(
      '[dev/Database/orders] tls "prefer" is unknown: use one of disable, require, verify-ca, verify-full',
    );
  });

  it.each(["postgres", "10.0.0.5", "[fd00::5]", "[::ffff:10.0.0.5]", "db_1.company.com"])(
    "takes the host %s",
    (host) => {
      expect(url({ host, port: 6432, database: "orders" })).toBe(
        `postgresql://{{username}}:{{password}}@${host}:6432/orders?sslmode=verify-full&connect_timeout=5`,
      );
    },
  );

  it.each([
    "",
    "fd00::5",
    "postgres.company.com:5432",
    "postgres.company.com/app",
    "evil@postgres.company.com",
    "a,b",
    "{{username}}",
    "postgres.company.com?sslmode=disable",
    "-host",
    "[fd00::5]:5432",
  ])("refuses the host %j", (host) => {
    expect(() => connect({ host })).toThrow(
      `[dev/Database/orders] host ${JSON.stringify(host)} is not a host name or address: ` +
        "give it as in postgres.company.com, 10.0.0.5 or [fd00::5], the port apart",
    );
  });

  it.each([0, -1, 65_536, 5432.5, Number.NaN])("refuses the port %d", (port) => {
    expect(() => connect({ port })).toThrow(
      `[dev/Database/orders] port ${port} is out of range: give a whole number from 1 to 65535`,
    );
  });

  it.each(["", "app?sslmode=disable", "app/other", "{{name}}"])("refuses the database %j", (database) => {
    expect(() => connect({ database })).toThrow(
      `[dev/Database/orders] database ${JSON.stringify(database)} can't be used`,
    );
  });

  it("names several hosts, of which Vault works on the one that accepts writes", () => {
    expect(url({ host: ["db-1.company.com", "[fd00::5]"], port: 6432 })).toBe(
      "postgresql://{{username}}:{{password}}@db-1.company.com:6432,[fd00::5]:6432/app" +
        "?sslmode=verify-full&connect_timeout=5&target_session_attrs=read-write",
    );
    expect(url({ host: ["db-1.company.com"] })).toBe(url({ host: "db-1.company.com" }));
  });

  it("refuses a list of hosts that is empty, or of which one can't be", () => {
    expect(() => connect({ host: [] })).toThrow(
      "[dev/Database/orders] host is empty: give one host, or a list of them",
    );
    expect(() => connect({ host: ["db-1", "db 2"] })).toThrow('[dev/Database/orders] host "db 2" is not a host name');
  });

  it("waits for the server as long as it is told, in seconds", () => {
    expect(urlParts({ connectTimeout: "2m" }).parameters).toMatchObject({ connect_timeout: "120" });
  });

  it.each(["0s", "5", "5 s", "soon"])("refuses to wait %j", (connectTimeout) => {
    expect(() => connect({ connectTimeout: connectTimeout as "5s" })).toThrow(
      `[dev/Database/orders] connectTimeout "${connectTimeout}" is not a duration`,
    );
  });

  it.each([undefined, ">= 4.4"])("never holds a credential (provider %s)", (provider) => {
    expect(connect({}, provider).postgresql()["connection_url"]).toMatch(
      /^postgresql:\/\/\{\{username\}\}:\{\{password\}\}@[^@]+$/,
    );
    expect(connect({}, provider).postgresql()["connection_url"]).not.toMatch(/vault_admin|\$\{/);
  });
});

const pem = "-----BEGIN CERTIFICATE-----\nMIIB+/=\nabc\n-----END CERTIFICATE-----\n";
const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
const serverFile = "/etc/vault.d/database-ca.pem";

describe("PostgresConnection's certificate authority", () => {
  it("is the Vault server's own unless told otherwise", () => {
    const { postgresql } = connect();
    expect(postgresql()).not.toHaveProperty("tls_ca");
    expect(urlParts({}).parameters).not.toHaveProperty("sslrootcert");
  });

  it.each<TlsMode>(["verify-ca", "verify-full"])("can be given as text or as a file with tls %s", (tls) => {
    expect(connect({ tls, certificateAuthority: { pem } }).postgresql()["tls_ca"]).toBe(pem);
    const file = connect({ tls, certificateAuthority: { serverFile } });
    expect(file.postgresql()).not.toHaveProperty("tls_ca");
    expect(urlParts({ tls, certificateAuthority: { serverFile } }).parameters).toMatchObject({
      sslmode: tls,
      sslrootcert: serverFile,
    });
  });

  it.each<TlsMode>(["disable", "require"])("is refused with tls %s, which does not look at it", (tls) => {
    for (const certificateAuthority of [{ pem }, { serverFile }]) {
      expect(() => connect({ tls, certificateAuthority })).toThrow(
        `[dev/Database/orders] certificateAuthority is given, and tls ${tls} does not look at it: ` +
          "use a mode that verifies, such as verify-full, or leave certificateAuthority out",
      );
    }
  });

  it("may be several certificates", () => {
    expect(connect({ certificateAuthority: { pem: pem + pem } }).postgresql()["tls_ca"]).toBe(pem + pem);
  });

  it.each([
    ["nothing", ""],
    ["a path", serverFile],
    ["a private key", key],
    ["a private key after the certificate", pem + key],
    ["a private key between certificates", pem + key + pem],
    ["something for Terraform to fill in", pem.replace("abc", "${var.ca}")],
    ["a certificate that was cut", pem.slice(0, 40)],
  ])("refuses %s for the text, without repeating it", (_what, text) => {
    const connection = () => connect({ certificateAuthority: { pem: text } });
    expect(connection).toThrow(
      "[dev/Database/orders] certificateAuthority.pem is not a PEM certificate: give the text from " +
        "-----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, and never a private key",
    );
    expect(connection).not.toThrow("MIIB");
  });

  it.each(["", "ca.pem", "./ca.pem", "/etc/a b.pem", "/etc/{{username}}", "/etc/${var.ca}"])(
    "refuses the file %j",
    (path) => {
      const certificateAuthority: CertificateAuthority = { serverFile: path };
      expect(() => connect({ certificateAuthority })).toThrow(
        `[dev/Database/orders] certificateAuthority.serverFile ${JSON.stringify(path)} is not an absolute path on the Vault server`,
      );
    },
  );

  it("can't break out of the URL by its file's name", () => {
    const odd = "/etc/ca&sslmode=disable#?.pem";
    expect(urlParts({ certificateAuthority: { serverFile: odd } }).parameters).toMatchObject({
      sslmode: "verify-full",
      sslrootcert: odd,
    });
  });
});

describe("PostgresConnection's client certificate", () => {
  const clientCertificate = { certificateFile: "/etc/vault.d/client.pem", keyFile: "/etc/vault.d/client.key" };

  it("is named as files on the Vault server, so that no key goes through Terraform", () => {
    expect(urlParts({}).parameters).not.toHaveProperty("sslcert");
    expect(urlParts({ clientCertificate }).parameters).toMatchObject({
      sslcert: "/etc/vault.d/client.pem",
      sslkey: "/etc/vault.d/client.key",
    });
  });

  it.each(["certificateFile", "keyFile"])("refuses a %s that is no absolute path, such as the key itself", (field) => {
    for (const path of ["client.pem", key]) {
      expect(() => connect({ clientCertificate: { ...clientCertificate, [field]: path } })).toThrow(
        `[dev/Database/orders] clientCertificate.${field} `,
      );
    }
  });

  it("is refused without TLS, which would not send it", () => {
    expect(() => connect({ clientCertificate, tls: "disable" })).toThrow(
      "[dev/Database/orders] clientCertificate is given, and tls disable does not use it: " +
        "use another tls, or leave clientCertificate out",
    );
    expect(urlParts({ clientCertificate, tls: "require" }).parameters).toHaveProperty("sslcert");
  });
});

describe("PostgresConnection's password authentication", () => {
  it.each([undefined, "~> 5.0", ">= 4.6"])("is by SCRAM verifiers where the provider has it (%s)", (provider) => {
    expect(connect({}, provider).postgresql()["password_authentication"]).toBe("scram-sha-256");
    const chosen = connect({ passwordAuthentication: "password" }, provider);
    expect(chosen.postgresql()["password_authentication"]).toBe("password");
  });

  it.each([">= 4.4", "= 4.5.0"])("is left out where %s may lack it", (provider) => {
    expect(connect({}, provider).postgresql()).not.toHaveProperty("password_authentication");
    const chosen = connect({ passwordAuthentication: "password" }, provider);
    expect(chosen.postgresql()).not.toHaveProperty("password_authentication");
  });

  it("refuses to promise SCRAM verifiers with a provider that may lack them", () => {
    expect(() => connect({ passwordAuthentication: "scram-sha-256" }, ">= 4.4")).toThrow(
      "[dev/Database/orders] hashicorp/vault >= 4.4 may lack postgresql.password_authentication (first in 4.6): ",
    );
  });

  it.each([undefined, ">= 4.4"])("refuses another kind (provider %s)", (provider) => {
    expect(() => connect({ passwordAuthentication: "md5" as "password" }, provider)).toThrow(
      '[dev/Database/orders] passwordAuthentication "md5" is unknown: use scram-sha-256 or password',
    );
  });
});

describe("PostgresConnection's username template", () => {
  it("names users after their role and a hash of the login, in 63 characters", () => {
    expect(connect().postgresql()["username_template"]).toBe(
      '{{ printf "v-%s-%s-%s-%s" (.RoleName | truncate 14) (.DisplayName | sha256 | truncate 8) (random 20) (unix_time) | truncate 63 }}',
    );
  });

  it("can be another that is as safe", () => {
    const usernameTemplate = '{{ printf "app-%s" (random 20) | truncate 40 }}';
    expect(connect({ usernameTemplate }).postgresql()["username_template"]).toBe(usernameTemplate);
  });

  it.each([
    ["holds .DisplayName as it is", '{{ printf "%s-%s" .DisplayName (random 20) | truncate 63 }}'],
    ["makes names that can be guessed or met twice", "{{ .RoleName | truncate 63 }}"],
    ["may make names longer than 63 characters", "{{ random 20 | truncate 64 }}"],
    ["is not one action", "v-{{ random 20 | truncate 63 }}"],
  ])("is refused when it %s", (problem, usernameTemplate) => {
    expect(() => connect({ usernameTemplate })).toThrow(`[dev/Database/orders] usernameTemplate ${problem}`);
  });
});
