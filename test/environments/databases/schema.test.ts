import { CustomStatements } from "../../../constructs/database/statements/custom-statements";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { isMySql, isPostgres } from "../../../environments/databases/schema";
import { environmentOf, everyEngine, misfitOf } from "../../helpers/databases";

type Engine = keyof typeof everyEngine;

const engines = Object.keys(everyEngine) as Engine[];

describe("a database of each engine", () => {
  it.each(engines)("may be declared with all that %s has", (engine) => {
    const [database] = environmentOf(everyEngine[engine]).databases;
    expect(database).toMatchObject({ engine, rotateRoot: true, admin: { passwordVersion: 2 } });
    expect(database?.staticRoles).toHaveLength(1);
  });

  it("stand side by side in one mount", () => {
    const { databases } = environmentOf(...Object.values(everyEngine));
    expect(databases.map(({ engine }) => engine)).toEqual(engines);
    expect(databases.filter(isPostgres)).toHaveLength(1);
    expect(databases.filter(isMySql)).toHaveLength(2);
  });

  it.each<[Engine, string, unknown, string]>([
    ["postgres", "host", [], "databases[0].host"],
    ["postgres", "port", 0, "databases[0].port Too small"],
    ["postgres", "database", "a b", "databases[0].database"],
    ["postgres", "tls", "prefer", "databases[0].tls Invalid option"],
    ["postgres", "certificateAuthority", { path: "/x" }, "databases[0].certificateAuthority Invalid input"],
    [
      "postgres",
      "clientCertificate",
      { certificateFile: "/x" },
      "databases[0].clientCertificate.keyFile Invalid input",
    ],
    ["postgres", "passwordAuthentication", "md5", "databases[0].passwordAuthentication Invalid option"],
    ["postgres", "maxIdleConnections", -1, "databases[0].maxIdleConnections Too small"],
    ["postgres", "maxConnectionLifetime", "0s", `databases[0].maxConnectionLifetime "0s" is not a duration`],
    ["postgres", "connectTimeout", 5, "databases[0].connectTimeout 5 is not a duration"],
    ["postgres", "verifyConnection", "yes", "databases[0].verifyConnection Invalid input"],
    ["postgres", "rotateRoot", "yes", "databases[0].rotateRoot Invalid input"],
    ["postgres", "rootRotationStatements", [], "databases[0].rootRotationStatements Too small"],
    ["postgres", "usernameTemplate", "", "databases[0].usernameTemplate Too small"],
    ["postgres", "plugin", { version: 1 }, "databases[0].plugin.version Invalid input"],
    ["postgres", "password", "hunter2", `databases[0] Unrecognized key: "password"`],
    ["mysql", "host", ["a", "b"], "databases[0].host"],
    ["mysql", "tls", "verify-ca", "databases[0].tls Invalid option"],
    ["mysql", "database", "shop", `databases[0] Unrecognized key: "database"`],
    ["mysql", "clientCertificateKey", "-----BEGIN", "databases[0].clientCertificateKey is a secret"],
    ["mysql", "bootstrap", { version: "5.7", databases: ["shop"] }, "databases[0].bootstrap.version Invalid option"],
    ["mariadb", "bootstrap", { version: "10.11", databases: [] }, "databases[0].bootstrap.databases Too small"],
    ["mariadb", "bootstrap", { version: "10.11", databases: ["a"], groups: {} }, `Unrecognized key: "groups"`],
    ["mongodb", "hosts", [], "databases[0].hosts Too small"],
    ["mongodb", "certificateAuthority", { pem: "x" }, "databases[0].certificateAuthority"],
    ["mongodb", "replicaSet", "a b", "databases[0].replicaSet"],
    ["custom", "plugin", { engine: "postgresql" }, "databases[0].plugin.engine Invalid option"],
    ["custom", "settings", { tls: { on: true } }, "databases[0].settings.tls Invalid input"],
  ])("is refused for %s with %s %j", (engine, field, value, message) => {
    expect(misfitOf({ ...everyEngine[engine], [field]: value })).toContain(message);
    expect(misfitOf({ ...everyEngine[engine], [field]: value })).not.toContain("hunter2");
  });

  it.each(engines)("takes statements in its own language only, as %s does", (engine) => {
    const foreign =
      engine === "postgres"
        ? CustomStatements.of({ creation: ["x"], revocation: ["y"] })
        : PostgresStatements.memberOf("app_ro");
    const [role] = everyEngine[engine].roles;
    expect(misfitOf({ ...everyEngine[engine], roles: [{ ...role, statements: foreign }] })).toContain(
      "databases[0].roles[0].statements is not a statement set for this engine: use ",
    );
  });
});

describe("a static role", () => {
  const { postgres } = everyEngine;
  const [sound] = postgres.staticRoles;
  const misfitWith = (change: object) => misfitOf({ ...postgres, staticRoles: [{ ...sound, ...change }] });

  it("may be rotated at set times", () => {
    const rotation = { schedule: "0 3 * * 6", window: "1h" };
    expect(
      environmentOf({ ...postgres, staticRoles: [{ ...sound, rotation }] }).databases[0]?.staticRoles,
    ).toMatchObject([{ rotation }]);
  });

  it.each<[object, string]>([
    [{ rotation: { period: "1d", schedule: "0 3 * * 6" } }, "databases[0].staticRoles[0].rotation"],
    [{ rotation: {} }, "databases[0].staticRoles[0].rotation"],
    [{ rotation: { period: "1d", window: "1h" } }, "databases[0].staticRoles[0].rotation"],
    [{ rotatesAtOnce: false }, "databases[0].staticRoles[0].rotatesAtOnce must be true: Vault changes the password"],
    [{ rotatesAtOnce: undefined }, "databases[0].staticRoles[0].rotatesAtOnce must be true"],
    [{ username: "a b" }, "databases[0].staticRoles[0].username"],
    [{ password: "x" }, `databases[0].staticRoles[0] Unrecognized key: "password"`],
    [{ name: "pg-reader" }, 'databases[0].staticRoles[0].name role "database/pg-reader" is declared twice'],
  ])("is refused with %j", (change, message) => {
    expect(misfitWith(change)).toContain(message);
  });
});
