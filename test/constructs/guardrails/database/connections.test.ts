import { SecretInput } from "../../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { databaseRules } from "../../../../constructs/guardrails/database/rules";
import { against, judged } from "../../../helpers/guardrails";
import { stackWithVault } from "../../../helpers/synth";
import { postgresOptions, roleOptions } from "../../database/declarations";
import { rawPostgres, rawStack, soundStack } from "./raw";

describe("constructs", () => {
  it.each(databaseRules.map(({ id, title }) => [id, title]))("pass %s: %s", (id) => {
    expect(against(soundStack(), id)).toEqual([]);
  });

  it("leave nothing to say at all in production", () => {
    const counting = judged(soundStack()).findings.filter(({ id, waived }) => /DB|SQL|POL/.test(id) && !waived);
    expect(counting).toEqual([]);
  });
});

describe("LH-DB-001, a password in the state", () => {
  it("is an error from staging on, and a warning before", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, { password: "canary" });
    const text = "connection-app password of postgresql is kept in the Terraform state as it is";
    expect(against(stack, "LH-DB-001")).toEqual([`error ${text}`]);
    expect(against(stack, "LH-DB-001", { tier: "staging" })).toEqual([`error ${text}`]);
    expect(against(stack, "LH-DB-001", { tier: "dev" })).toEqual([`warning ${text}`]);
    expect(against(stack, "LH-DB-001", { tier: "lab" })).toEqual([`warning ${text}`]);
    expect(JSON.stringify(judged(stack))).not.toContain("canary");
  });

  it("is found where a provider that is too old has nothing else", () => {
    const stack = stackWithVault({ provider: ">= 4.4" });
    const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
    engine.addPostgres("app", postgresOptions).addRole("reader", roleOptions);
    expect(against(stack, "LH-DB-001")).toHaveLength(1);
  });
});

describe("LH-DB-002, the version of a write-only password", () => {
  it.each<[string, number | undefined, string[]]>([
    ["none", undefined, ["error connection-app password_wo is given without password_wo_version"]],
    ["0", 0, ["error connection-app password_wo_version is 0, with which the password is never sent"]],
    ["2", 2, []],
  ])("%s", (_, passwordWoVersion, expected) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, { passwordWo: "x", ...(passwordWoVersion === undefined ? {} : { passwordWoVersion }) });
    expect(against(stack, "LH-DB-002")).toEqual(expected);
  });
});

describe("LH-DB-003, credentials in a URL", () => {
  it.each([
    "postgresql://vault_admin:canary@db.company.com:5432/app",
    "postgresql://{{username}}:canary@db.company.com/app",
    "host=db.company.com user=vault_admin password=canary",
    "postgresql://db.company.com/app?user=vault_admin&password=canary",
  ])("fires on %s, and does not repeat it", (connectionUrl) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, { connectionUrl });
    expect(against(stack, "LH-DB-003")).toEqual(["error connection-app the URL of postgresql holds a password"]);
    expect(JSON.stringify(judged(stack))).not.toContain("canary");
  });

  it.each([
    "postgresql://{{username}}:{{password}}@db.company.com:5432/app",
    "host=db.company.com user={{username}} password={{password}} sslmode=verify-full",
    "{{username}}:{{password}}@tcp(db.company.com:3306)/",
  ])("passes %s", (connectionUrl) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, { connectionUrl });
    expect(against(stack, "LH-DB-003")).toEqual([]);
  });
});

describe("LH-DB-004, encryption", () => {
  it.each([
    ["?sslmode=disable", "the URL has sslmode=disable"],
    ["?connect_timeout=5&sslmode=prefer", "the URL has sslmode=prefer"],
    ["", "the URL has no sslmode, so the server decides"],
  ])("fires on a URL that ends in %s", (end, problem) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, {
      connectionUrl: `postgresql://{{username}}:{{password}}@db.company.com:5432/app${end}`,
    });
    expect(against(stack, "LH-DB-004")).toEqual([`error connection-app ${problem}`]);
    expect(against(stack, "LH-DB-004", { tier: "lab" })).toEqual([`warning connection-app ${problem}`]);
  });

  it("fires on tls: disable of constructs, and passes the rest", () => {
    const stack = stackWithVault();
    const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
    const admin = (username: string) => ({ username, password: SecretInput.variable(`${username}_password`) });
    engine.addPostgres("plain", { ...postgresOptions, tls: "disable" });
    engine.addMySql("plain-mysql", {
      product: "mysql",
      host: "a.company.com",
      admin: admin("vault_a"),
      tls: "disable",
    });
    engine.addMySql("mysql", { product: "mysql", host: "b.company.com", admin: admin("vault_b") });
    engine.addMongoDb("plain-mongodb", { hosts: ["c.company.com"], admin: admin("vault_c"), tls: "disable" });
    engine.addMongoDb("mongodb", { hosts: ["d.company.com"], admin: admin("vault_d") });
    expect(against(stack, "LH-DB-004")).toEqual([
      "error Database/plain the URL has sslmode=disable",
      "error Database/plain-mongodb the URL has tls=false",
      "error Database/plain-mysql the URL has tls=false",
    ]);
  });
});

describe("LH-DB-005, two connections with one login", () => {
  it("fires on the second, whatever its database", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, {}, "first");
    const connectionUrl = "postgresql://{{username}}:{{password}}@DB.company.com:5432/other?sslmode=verify-full";
    rawPostgres(stack, mount, { connectionUrl }, "second");
    expect(against(stack, "LH-DB-005")).toEqual([
      "error connection-second logs in as vault_admin at db.company.com:5432, as connection db/first does",
    ]);
  });

  it("passes another admin on the same server", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, {}, "first");
    rawPostgres(stack, mount, { username: "vault_of_second" }, "second");
    expect(against(stack, "LH-DB-005")).toEqual([]);
  });
});

describe("LH-DB-007, allowed roles", () => {
  it("fires on an override too", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount).addOverride("allowed_roles", ["*"]);
    expect(against(stack, "LH-DB-007")).toEqual([
      'error connection-app allowed_roles holds "*", which lets any role of the mount use it',
    ]);
  });

  it("passes names", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount);
    expect(against(stack, "LH-DB-007")).toEqual([]);
  });
});

describe("LH-DB-008, an admin that others use", () => {
  it.each(["postgres", "root", "rdsadmin"])("fires on %s", (username) => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount, { username });
    expect(against(stack, "LH-DB-008")).toEqual([
      `error connection-app the admin is ${username}, which comes with the server or is everybody's`,
    ]);
  });

  it("passes Vault's own", () => {
    const { stack, mount } = rawStack();
    rawPostgres(stack, mount);
    expect(against(stack, "LH-DB-008")).toEqual([]);
  });
});
