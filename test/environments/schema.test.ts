import fc from "fast-check";
import { LeaseholdError } from "../../constructs/core/errors";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { parseEnvironment } from "../../environments/load";
import { environmentWith, refusalOf, soundEnvironment } from "../helpers/environments";

const refusalWith = (changes: Readonly<Record<string, unknown>>): string =>
  refusalOf(() => parseEnvironment(environmentWith(changes)));

const notAName =
  "is not a name: use letters, digits, `_`, `-` and `.`, beginning with a letter or digit, 63 characters at most";
const notAMount = `is not a mount path: use names joined by "/", without "/" at either end`;
const notADuration = `is not a duration: write a whole number of s, m, h or d from 1s to 36500d, such as "90s", "1h" or "2d"`;

describe("an environment that fits", () => {
  it("comes out as it went in", () => {
    expect(parseEnvironment(soundEnvironment())).toMatchObject(soundEnvironment());
  });

  it("may leave lists empty", () => {
    const empty = { mounts: [], databases: [], auth: [], policies: [] };
    expect(parseEnvironment(environmentWith(empty))).toMatchObject(empty);
  });

  it.each<[string, unknown]>([
    ["vault.namespace", "team"],
    ["vault.provider", ">= 4.4, < 6.0"],
    ["vault.login", { method: "token" }],
    ["databases[0].port", 65_535],
    ["databases[0].tls", "verify-ca"],
    ["databases[0].maxOpenConnections", 1000],
    ["databases[0].admin.passwordVersion", 2],
    ["databases[0].bootstrap.version", 14],
    ["mounts[1].description", "Reports"],
    ["mounts[1].defaultLeaseTtl", "1h"],
    ["auth[0].roles[0].tokenPeriod", "1h"],
    ["auth[0].roles[0].secretIdUses", 0],
    ["auth[0].roles[0].tokenCidrs", ["10.0.0.0/8"]],
  ])("may give %s", (path, value) => {
    expect(() => parseEnvironment(environmentWith({ [path]: value }))).not.toThrow();
  });

  it.each([
    { backend: "local", path: "state/dev.tfstate" },
    { backend: "s3", bucket: "b", key: "k", region: "r" },
    { backend: "gcs", bucket: "b", prefix: "p" },
    { backend: "azurerm", resourceGroupName: "g", storageAccountName: "a", containerName: "c", key: "k" },
    { backend: "http", address: "https://state.example.com", lockAddress: "https://lock.example.com" },
    { backend: "pg", schemaName: "leasehold" },
    { backend: "consul", path: "leasehold", address: "consul.example.com:8500" },
  ])("may keep its state in $backend", (state) => {
    expect(parseEnvironment(environmentWith({ state })).state).toEqual(state);
  });
});

describe("names", () => {
  const fields = [
    "databases[0].name",
    "databases[0].database",
    "databases[0].admin.username",
    "databases[0].bootstrap.ownerRole",
    "databases[0].bootstrap.schemas[0]",
    "databases[1].roles[0].name",
    "auth[0].roles[1].name",
    "policies[1].name",
  ];
  const hostile = ["", "a b", "a'b", 'a"b', "a;b", "${var.x}", "/a", "{{name}}", "x".repeat(64)];

  it.each(fields)("are checked in %s", (field) => {
    for (const name of hostile) {
      expect(refusalWith({ [field]: name })).toContain(`${field} ${JSON.stringify(name)} ${notAName}`);
    }
    expect(refusalWith({ [field]: 5 })).toContain(`${field} Invalid input: expected string, received number`);
  });

  it.each(["mounts[1].path", "auth[0].path", "databases[0].mount", "policies[1].allCredentialsOf[0]"])(
    "joined to a mount path are checked in %s",
    (field) => {
      for (const path of [...hostile, "database/", "a//b", "../sys"]) {
        expect(refusalWith({ [field]: path })).toContain(`${field} ${JSON.stringify(path)} ${notAMount}`);
      }
    },
  );

  it("of group roles are checked, with the same remedy", () => {
    expect(refusalWith({ "databases[0].bootstrap.groups": { "a'b": "read-only" } })).toContain(`"a'b" ${notAName}`);
  });

  it.each(["Test", "a b", "a'b", "${x}", "1st", ""])("of the environment itself make a stack's: not %j", (name) => {
    expect(refusalWith({ name })).toBe(
      `[environments/${name}] name is used as a stack's name: use lower-case letters, digits and -: ` +
        "mend what is named and deploy again",
    );
  });

  it("of a role that a login may use are <mount>/<role>", () => {
    expect(refusalWith({ "policies[0].credentials": ["orders-reader"] })).toContain(
      `policies[0].credentials[0] "orders-reader" is not <mount>/<role>`,
    );
  });
});

describe("durations", () => {
  it.each([
    "mounts[0].defaultLeaseTtl",
    "mounts[0].maxLeaseTtl",
    "databases[0].roles[1].defaultTtl",
    "databases[0].roles[1].maxTtl",
    "auth[0].roles[0].tokenTtl",
    "auth[0].roles[0].tokenMaxTtl",
    "auth[0].roles[0].tokenPeriod",
    "auth[0].roles[0].secretIdTtl",
  ])("are checked in %s", (field) => {
    for (const ttl of ["", "0s", "-1h", "1.5h", "1h30m", "90", "forever", 3600, null]) {
      expect(refusalWith({ [field]: ttl })).toBe(
        `[environments/test] ${field} ${JSON.stringify(ttl)} ${notADuration}: mend what is named and deploy again`,
      );
    }
  });

  it("of a role can't be left out", () => {
    expect(refusalWith({ "databases[0].roles[0].maxTtl": undefined })).toContain(
      `databases[0].roles[0].maxTtl undefined ${notADuration}`,
    );
  });

  it("refuse a bigint with the same message, though JSON has none", () => {
    expect(refusalWith({ "databases[0].roles[0].maxTtl": 10n })).toContain("databases[0].roles[0].maxTtl 10 is not");
  });
});

describe("secrets", () => {
  const approle = { method: "approle", roleId: "hunter2", secretId: "hunter2" };

  it.each<[string, Record<string, unknown>]>([
    ["databases[0].admin.password", { "databases[0].admin.password": "hunter2" }],
    ["databases[0].admin.password", { "databases[0].admin.password": { variableName: "hunter2" } }],
    ["vault.login.roleId", { "vault.login": approle }],
    ["vault.login.secretId", { "vault.login": approle }],
  ])("given as they are in %s are refused, and not repeated", (field, changes) => {
    const message = refusalWith(changes);
    expect(message).toContain(`${field} is a secret: give SecretInput.variable(...), never the value itself`);
    expect(message).not.toContain("hunter2");
  });

  it("under a misspelt key are not repeated either", () => {
    const message = refusalWith({ "databases[0].admin.pasword": "hunter2" });
    expect(message).toContain(`databases[0].admin Unrecognized key: "pasword"`);
    expect(message).not.toContain("hunter2");
  });
});

describe("what is not declared by its kind", () => {
  it.each(["oracle", "", undefined, 5])("such as engine %j is refused with those that there are", (engine) => {
    expect(refusalWith({ "databases[0].engine": engine })).toContain(
      `databases[0].engine engine ${JSON.stringify(engine)} is unknown: use postgres`,
    );
  });

  it.each<[string, unknown, string]>([
    ["mounts[0].type", "kv", 'expected "database"'],
    ["state.backend", "etcd", "'local' | 's3' | 'gcs' | 'azurerm' | 'http' | 'pg' | 'consul'"],
    ["auth[0].method", "okta", "'approle' | 'aws' | 'github' | 'jwt' | 'kubernetes'"],
    ["databases[0].tls", "prefer", '"disable"|"require"|"verify-ca"|"verify-full"'],
  ])("such as %s %j is refused with those that there are", (field, value, expected) => {
    const message = refusalWith({ [field]: value });
    expect(message).toContain(`${field} Invalid`);
    expect(message).toContain(expected);
  });

  it.each(["CREATE ROLE x", undefined, { creation: [] }])("such as the statements %j is refused", (statements) => {
    expect(refusalWith({ "databases[0].roles[0].statements": statements })).toContain(
      "databases[0].roles[0].statements is not a statement set for this engine: use PostgresStatements.memberOf, .readOnly, .migrator",
    );
  });
});

describe("numbers", () => {
  it.each<[string, unknown, string]>([
    ["databases[0].port", 0, ">=1"],
    ["databases[0].port", 65_536, "<=65535"],
    ["databases[0].port", 1.5, "expected int"],
    ["databases[0].port", "5432", "expected number, received string"],
    ["databases[0].bootstrap.version", 13, ">=14"],
    ["databases[0].bootstrap.version", 19, "<=18"],
    ["databases[0].maxOpenConnections", 0, ">=1"],
    ["databases[0].maxOpenConnections", 1001, "<=1000"],
    ["databases[0].admin.passwordVersion", 0, ">=1"],
    ["auth[0].roles[0].secretIdUses", 1.5, "expected int"],
  ])("in %s may not be %p", (field, value, expected) => {
    const message = refusalWith({ [field]: value });
    expect(message).toContain(`[environments/test] ${field} `);
    expect(message).toContain(expected);
  });

  it.each(["databases[0].bootstrap.schemas", "auth[0].roles"])("of %s may not be none", (field) => {
    expect(refusalWith({ [field]: [] })).toContain(`${field} Too small: expected array to have >=1 items`);
  });
});

describe("addresses and the provider", () => {
  it.each(["vault.example.com", "ftp://vault.example.com", "", "https://", 5])("refuse the URL %j", (address) => {
    const problem = `${JSON.stringify(address)} is not an http(s) URL`;
    expect(refusalWith({ "vault.address": address })).toContain(`vault.address ${problem}`);
    expect(refusalWith({ state: { backend: "http", address } })).toContain(`state.address ${problem}`);
  });

  it("refuse a URL that Terraform would fill in", () => {
    expect(refusalWith({ "vault.address": "https://${var.vault}/" })).toContain("vault.address ");
  });

  it.each(["< 6.0", "~> 3.25", "latest"])("refuse the provider %j, which promises too little", (provider) => {
    expect(refusalWith({ "vault.provider": provider })).toContain(
      `provider constraint ${JSON.stringify(provider)} does not promise hashicorp/vault 4.4 or later: ` +
        `give a lower bound, such as "~> 5.6" or ">= 4.4"`,
    );
  });
});

describe("the server", () => {
  const ofVault = "no version of vault that Leasehold works with: write its major and minor version, 1.16 or later";

  it("is Vault Community unless another is named", () => {
    expect(parseEnvironment(environmentWith({})).vault.server).toEqual({
      product: "vault",
      edition: "community",
      version: "1.21",
    });
    const server = { product: "openbao", version: "2.3" };
    expect(parseEnvironment(environmentWith({ "vault.server": server })).vault.server).toEqual(server);
  });

  it.each<[unknown, string]>([
    [{ product: "consul", version: "1.21" }, "vault.server.product Invalid discriminator value"],
    [{ product: "vault", version: "1.15" }, `vault.server.version version "1.15" is ${ofVault}`],
    [{ product: "vault", version: "1.21.1" }, `vault.server.version version "1.21.1" is ${ofVault}`],
    [{ product: "vault", version: "2.3" }, `vault.server.version version "2.3" is ${ofVault}`],
    [{ product: "vault" }, "vault.server.version Invalid input: expected string, received undefined"],
    [{ product: "vault", edition: "free", version: "1.21" }, "vault.server.edition Invalid option"],
    [{ product: "openbao", version: "2.1" }, 'vault.server.version version "2.1" is no version of openbao'],
    [{ product: "openbao", edition: "enterprise", version: "2.3" }, 'vault.server Unrecognized key: "edition"'],
    ["vault", "vault.server Invalid input: expected object, received string"],
  ])("is refused as %j", (server, expected) => {
    expect(refusalWith({ "vault.server": server })).toContain(`[environments/test] ${expected}`);
  });
});

describe("unknown keys", () => {
  it.each([
    ["", "(top level)"],
    ["vault", "vault"],
    ["state", "state"],
    ["mounts[1]", "mounts[1]"],
    ["databases[0]", "databases[0]"],
    ["databases[0].admin", "databases[0].admin"],
    ["databases[0].bootstrap", "databases[0].bootstrap"],
    ["databases[0].roles[1]", "databases[0].roles[1]"],
    ["auth[0]", "auth[0]"],
    ["auth[0].roles[1]", "auth[0].roles[1]"],
    ["policies[0]", "policies[0]"],
  ])("at %j are refused", (path, shown) => {
    expect(refusalWith({ [`${path}.maxTll`]: "1h" })).toBe(
      `[environments/test] ${shown} Unrecognized key: "maxTll": mend what is named and deploy again`,
    );
  });

  it("are told all at once", () => {
    const message = refusalWith({ "vault.adress": "x", "mounts[0].typ": "x", polices: [] });
    for (const key of ["adress", "typ", "polices"]) expect(message).toContain(`Unrecognized key: "${key}"`);
  });
});

describe("anything at all", () => {
  it.each([null, undefined, "dev", 5, []])("such as %j is refused as an environment", (definition) => {
    expect(refusalOf(() => parseEnvironment(definition))).toMatch(
      /^\[environments\/\?\] \(top level\) Invalid input: expected object, received \w+: mend/,
    );
  });

  it("in the place of a name or a TTL fits, or is refused by the name of its field", () => {
    const field = fc.constantFrom(
      "databases[0].name",
      "databases[0].database",
      "databases[0].admin.username",
      "databases[1].roles[0].name",
      "databases[1].roles[0].defaultTtl",
      "databases[1].roles[0].maxTtl",
      "mounts[1].path",
      "mounts[1].maxLeaseTtl",
      "auth[1].path",
      "auth[1].roles[0].name",
      "auth[1].roles[0].tokenTtl",
      "policies[1].name",
    );
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.stringMatching(/^-?\d{1,12}[smhdwy.]?$/),
      fc.constantFrom("${x}", "'", '"', "{{name}}", "__proto__", "constructor", "a/b", "..", "\u0000", "\ud800"),
      fc.anything(),
    );
    fc.assert(
      fc.property(field, value, (path, given) => {
        try {
          parseEnvironment(environmentWith({ [path]: given }));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(LeaseholdError);
          expect((thrown as LeaseholdError).message).toContain(path);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a set of statements from another copy of the library", () => {
  it("is told by its class: a look-alike is refused", () => {
    const lookAlike: unknown = { ...JSON.parse(JSON.stringify(PostgresStatements.migrator())) } as unknown;
    expect(refusalWith({ "databases[0].roles[0].statements": lookAlike })).toContain("is not a statement set");
  });
});
