import { SecretInput } from "../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import {
  MongoDbConnection,
  type MongoDbConnectionOptions,
  type MongoDbTlsMode,
  mongodbTlsModes,
} from "../../../constructs/database/mongodb-connection";
import { MongoDbStatements } from "../../../constructs/database/statements/mongodb-statements";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { refusalOf } from "../../helpers/environments";
import { namedResource, onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const sound: MongoDbConnectionOptions = {
  hosts: ["mongodb.company.com"],
  admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
};

function connect(options: Partial<MongoDbConnectionOptions> = {}, provider?: string) {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = new MongoDbConnection(stack, "Orders", { ...sound, ...options, name: "orders", engine });
  const fields = () => onlyResource(synth(stack), "vault_database_secret_backend_connection");
  return { stack, engine, connection, fields, mongodb: () => fields()["mongodb"] as Record<string, unknown> };
}

const url = (options: Partial<MongoDbConnectionOptions>) => connect(options).mongodb()["connection_url"];
const refusal = (options: Partial<MongoDbConnectionOptions>) => refusalOf(() => connect(options));
const limits = "maxPoolSize=4&serverSelectionTimeoutMS=5000";
const ttls = { defaultTtl: "1h", maxTtl: "24h" } as const;

describe("MongoDbConnection", () => {
  it("declares the connection with the MongoDB plug-in", () => {
    const { connection, fields } = connect();
    connection.addRole("app", { ...ttls, statements: MongoDbStatements.readOnly({ databases: ["orders"] }) });
    expect(connection.dialect).toBe("mongodb");
    expect(fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_mount\.Database_\w+\.path\}$/) as unknown,
      name: "orders",
      plugin_name: "mongodb-database-plugin",
      allowed_roles: ["app"],
      verify_connection: true,
      mongodb: {
        connection_url: `mongodb://{{username}}:{{password}}@mongodb.company.com:27017/admin?tls=true&${limits}`,
        username: "vault_admin",
        password_wo: "${var.admin_password}",
        password_wo_version: 1,
        username_template:
          '{{ printf "v-%s-%s-%s-%s" (.RoleName | truncate 14) (.DisplayName | sha256 | truncate 8) (random 20) (unix_time) | truncate 63 }}',
      },
    });
    expect(warnings(connection)).toEqual([]);
  });

  it("has roles with statements for MongoDB, and no others", () => {
    const { connection, stack } = connect();
    connection.addRole("app", { ...ttls, statements: MongoDbStatements.readOnly({ databases: ["orders"] }) });
    expect(namedResource(synth(stack), "vault_database_secret_backend_role", "app")).toMatchObject({
      creation_statements: ['{"db":"admin","roles":[{"role":"read","db":"orders"}]}'],
      revocation_statements: ['{"db":"admin"}'],
    });
    const refused = refusalOf(() =>
      connection.addRole("sql", { ...ttls, statements: PostgresStatements.memberOf("app") }),
    );
    expect(refused).toContain("statements are for postgresql, and connection orders is to mongodb");
  });

  it("has a stored password where a provider before 5.0 is asked for, with a warning", () => {
    const { connection, mongodb } = connect({}, ">= 4.4");
    expect(mongodb()).toMatchObject({ username: "vault_admin", password: "${var.admin_password}" });
    expect(mongodb()).not.toHaveProperty("password_wo");
    expect(warnings(connection)).toHaveLength(1);
  });

  it("changes no password by statements, which the plug-in would ignore", () => {
    expect(refusal({ rootRotationStatements: ['{"db":"admin"}'] })).toContain(
      "[dev/Orders] rootRotationStatements[0] is never run: the MongoDB plug-in changes passwords by itself: leave it out",
    );
  });

  it("refuses a second connection with the same admin to the same servers, in whatever order they are named", () => {
    const { stack, engine } = connect({ hosts: ["a", "b"] });
    const also = (id: string, hosts: string[]) =>
      new MongoDbConnection(stack, id, { ...sound, hosts, name: id, engine });
    expect(() => also("elsewhere", ["a", "c"])).not.toThrow();
    expect(refusalOf(() => also("again", ["b:27017", "a"]))).toContain(
      '[dev/again] admin login "vault_admin at a:27017,b:27017" is declared already, by dev/Orders',
    );
  });
});

describe("MongoDbConnection's URL", () => {
  it("names every server, with its port", () => {
    const hosts = ["db_1.company.com", "10.0.0.5:27018", "[fd00::5]", "[fd00::6]:1"];
    expect(url({ hosts, replicaSet: "rs0", authenticationDatabase: "users" })).toBe(
      "mongodb://{{username}}:{{password}}@db_1.company.com:27017,10.0.0.5:27018,[fd00::5]:27017,[fd00::6]:1/users?" +
        `replicaSet=rs0&tls=true&${limits}`,
    );
  });

  it("leaves servers and ports to DNS, but not the database that the admin is kept in", () => {
    expect(url({ hosts: ["cluster0.company.com"], srv: true })).toBe(
      `mongodb+srv://{{username}}:{{password}}@cluster0.company.com/admin?authSource=admin&tls=true&${limits}`,
    );
  });

  it.each<[MongoDbTlsMode, string]>([
    ["disable", "tls=false"],
    ["require", "tls=true&tlsInsecure=true"],
    ["verify-full", "tls=true"],
  ])("asks for TLS as in %s", (tls, parameters) => {
    expect(url({ tls })).toBe(
      `mongodb://{{username}}:{{password}}@mongodb.company.com:27017/admin?${parameters}&${limits}`,
    );
  });

  it("names certificates by files of the Vault server", () => {
    const options = {
      certificateAuthority: { serverFile: "/etc/vault.d/a&b.pem" },
      clientCertificate: { file: "/etc/vault.d/client.pem" },
    };
    expect(url(options)).toContain(
      "?tls=true&tlsCAFile=%2Fetc%2Fvault.d%2Fa%26b.pem&tlsCertificateKeyFile=%2Fetc%2Fvault.d%2Fclient.pem&max",
    );
    expect(url({ tls: "require", clientCertificate: options.clientCertificate })).toContain(
      "tlsInsecure=true&tlsCertificateKeyFile=",
    );
  });

  it("holds the driver's own limits", () => {
    expect(url({ maxOpenConnections: 12, connectTimeout: "1m" })).toContain(
      "?tls=true&maxPoolSize=12&serverSelectionTimeoutMS=60000",
    );
  });
});

describe("MongoDbConnection refuses", () => {
  const hostRemedy = "write it as in mongodb.company.com, mongodb.company.com:27018, 10.0.0.5 or [fd00::5]:27017";

  it.each([
    "",
    "fd00::5",
    "a,b",
    "user@host",
    "host/admin",
    "{{username}}",
    "host?tls=false",
    "-host",
    "host:",
    "host:123456",
  ])("the host %j", (host) => {
    expect(refusal({ hosts: ["mongodb.company.com", host] })).toBe(
      `[dev/Orders] hosts holds ${JSON.stringify(host)}, which is not a host or host:port: ${hostRemedy}`,
    );
  });

  it.each<[string, Partial<MongoDbConnectionOptions>, string]>([
    ["no hosts", { hosts: [] }, "hosts is empty: name at least one server"],
    ["port 0", { hosts: ["a:0"] }, "port of a 0 is out of range: give a whole number from 1 to 65535"],
    [
      "several names for DNS",
      { hosts: ["a", "b"], srv: true },
      "hosts names 2 servers, and with srv DNS names them: give the one name that DNS knows, or leave srv out",
    ],
    [
      "a port beside DNS",
      { hosts: ["a.b.c:27017"], srv: true },
      'hosts holds "a.b.c:27017", and with srv DNS names the port: write "a.b.c"',
    ],
    [
      "an unknown TLS mode",
      { tls: "verify-ca" as MongoDbTlsMode },
      'tls "verify-ca" is unknown: use one of disable, require, verify-full',
    ],
    [
      "an authority that nobody looks at",
      { tls: "require", certificateAuthority: { serverFile: "/ca.pem" } },
      "certificateAuthority is given, and tls require does not look at it: use verify-full, or leave certificateAuthority out",
    ],
    [
      "a client certificate without TLS",
      { tls: "disable", clientCertificate: { file: "/client.pem" } },
      "clientCertificate is given, and without TLS nobody looks at it: use verify-full, or leave clientCertificate out",
    ],
    [
      "an authority's file by a relative path",
      { certificateAuthority: { serverFile: "ca.pem" } },
      'certificateAuthority.serverFile "ca.pem" is not an absolute path on the Vault server',
    ],
    [
      "a client certificate's file by a relative path",
      { clientCertificate: { file: "client.pem" } },
      'clientCertificate.file "client.pem" is not an absolute path on the Vault server',
    ],
    ["a replica set's name that is none", { replicaSet: "rs0&tls=false" }, 'replicaSet "rs0&tls=false" can\'t be used'],
    [
      "a database's name that is none",
      { authenticationDatabase: "a/b" },
      'authenticationDatabase "a/b" can\'t be used',
    ],
    ["a time-out that is none", { connectTimeout: "5" as "5s" }, 'connectTimeout "5" is not a duration'],
    ["too large a pool", { maxOpenConnections: 1001 }, "maxOpenConnections 1001 is out of range"],
    [
      "a setting that the driver lacks",
      { maxIdleConnections: 2 },
      "maxIdleConnections is given, and the MongoDB driver has no such setting: " +
        "leave it out; maxOpenConnections limits the connections to each server",
    ],
    [
      "another setting that the driver lacks",
      { maxConnectionLifetime: "1h" },
      "maxConnectionLifetime is given, and the MongoDB driver has no such setting",
    ],
    [
      "an unsafe username template",
      { usernameTemplate: "{{.DisplayName}}-{{random 20 | truncate 63 }}" },
      "usernameTemplate holds .DisplayName as it is",
    ],
  ])("%s", (_what, options, message) => {
    expect(refusal(options).startsWith(`[dev/Orders] ${message}`)).toBe(true);
  });

  it("every TLS mode that the driver has not", () => {
    expect(mongodbTlsModes).toEqual(["disable", "require", "verify-full"]);
  });
});
