import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  environmentNames,
  hostEnvironment,
  loadEnvironment,
  loadEnvironments,
  overridesVariable,
} from "../../environments/load";
import { isPostgres } from "../../environments/databases/schema";
import type { Environment } from "../../environments/schema";
import { refusalOf } from "../helpers/environments";

const folder = join(__dirname, "..", "..", "environments");

/** Every environment as it is with overrides, given as an object or as the text itself. */
const overridden = (overrides: unknown): Environment[] =>
  loadEnvironments({ [overridesVariable]: typeof overrides === "string" ? overrides : JSON.stringify(overrides) });

const named = (environments: readonly Environment[], name: string): Environment | undefined =>
  environments.find((environment) => environment.name === name);

describe("loadEnvironments", () => {
  const environments = loadEnvironments({});

  it("loads every environment, in the order of their stacks", () => {
    expect(environmentNames).toEqual(["dev", "staging", "prod", "lab"]);
    expect(environments.map(({ name }) => name)).toEqual(environmentNames);
  });

  it("loads every environment that has a file", () => {
    const rest = [
      "aws-credentials.ts",
      "containers.ts",
      "fields.ts",
      "load.ts",
      "misfit.ts",
      "overrides.ts",
      "references.ts",
      "schema.ts",
      "standard.ts",
      "waiver.ts",
    ];
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !rest.includes(file));
    expect(files.map((file) => file.replace(/\.ts$/, "")).sort()).toEqual([...environmentNames].sort());
  });

  it("gives each its own Vault, so that none deploys to another's", () => {
    const addresses = environments.map(({ vault }) => vault.address);
    expect(new Set(addresses).size).toBe(environments.length);
  });

  it("gives each its own servers, and remote states of their own", () => {
    const hosts = environments.map(({ databases }) =>
      databases
        .filter(isPostgres)
        .map(({ host }) => host)
        .join(),
    );
    expect(new Set(hosts).size).toBe(environments.length);
    const remote = environments.map(({ state }) => state).filter(({ backend }) => backend !== "local");
    expect(new Set(remote.map((state) => JSON.stringify(state))).size).toBe(remote.length);
  });

  it("gives each database its own admin password", () => {
    const variables = environments.flatMap(({ databases }) =>
      databases.map(({ admin }) => admin.password.environmentVariable),
    );
    expect(new Set(variables).size).toBe(variables.length);
  });

  it.each([undefined, "", "  \n"])("overrides nothing with %j", (text) => {
    expect(loadEnvironments({ [overridesVariable]: text })).toEqual(environments);
  });

  it("heeds no other variable", () => {
    const host = {
      VAULT_ADDR: "http://127.0.0.1:1",
      VAULT_TOKEN: "x",
      TF_VAR_vault_role_id: "x",
      leasehold_overrides: "{",
    };
    expect(loadEnvironments(host)).toEqual(environments);
  });
});

describe("loadEnvironment", () => {
  it.each(["dev", "staging", "prod", "lab"])("loads %s", (name) => {
    expect(loadEnvironment(name, {})).toEqual(named(loadEnvironments({}), name));
  });

  it.each(["qa", "", "Dev", "constructor"])("refuses %j with those that there are", (name) => {
    expect(refusalOf(() => loadEnvironment(name, {}))).toBe(
      `[environments] there is no environment ${JSON.stringify(name)}: use one of dev, staging, prod, lab`,
    );
  });

  it("applies the overrides", () => {
    const host = { [overridesVariable]: '{"dev": {"vault": {"namespace": "team"}}}' };
    expect(loadEnvironment("dev", host).vault.namespace).toBe("team");
  });
});

describe("overrides", () => {
  const plain = loadEnvironments({});

  it.each<[string, Record<string, unknown>, (environment: Environment) => unknown, unknown]>([
    [
      "Vault's address",
      { vault: { address: "http://127.0.0.1:8300" } },
      ({ vault }) => vault.address,
      "http://127.0.0.1:8300",
    ],
    ["the namespace", { vault: { namespace: "team" } }, ({ vault }) => vault.namespace, "team"],
    ["the provider", { vault: { provider: ">= 4.4" } }, ({ vault }) => vault.provider, ">= 4.4"],
    ["the login", { login: "token" }, ({ vault }) => vault.login, { method: "token" }],
    [
      "the state, as a whole",
      { state: { backend: "gcs", bucket: "b", prefix: "p" } },
      ({ state }) => state,
      { backend: "gcs", bucket: "b", prefix: "p" },
    ],
    [
      "where audit entries go, as a whole",
      { audit: [{ type: "file", filePath: "stdout" }] },
      ({ audit }) => audit,
      [{ type: "file", filePath: "stdout" }],
    ],
    [
      "the audited headers, as a whole",
      { auditedHeaders: [{ name: "X-Real-IP" }] },
      ({ auditedHeaders }) => auditedHeaders,
      [{ name: "X-Real-IP" }],
    ],
    [
      "a database's server",
      { databases: { "postgres-dev": { host: "127.0.0.1", port: 5433, tls: "disable", database: "other" } } },
      ({ databases }) => databases[0],
      { ...plain[0]?.databases[0], host: "127.0.0.1", port: 5433, tls: "disable", database: "other" },
    ],
  ])("change %s of one environment, and leave the others alone", (_what, change, read, expected) => {
    const [dev, ...others] = overridden({ dev: change });
    expect(dev && read(dev)).toEqual(expected);
    expect(others).toEqual(plain.slice(1));
  });

  it("change only what they name", () => {
    const [dev] = overridden({ dev: { vault: { namespace: "team" } } });
    expect(dev).toEqual({ ...plain[0], vault: { ...plain[0]?.vault, namespace: "team" } });
  });

  it("let several environments be changed at once", () => {
    const environments = overridden({ dev: { login: "approle" }, prod: { login: "token" } });
    expect(environments.map(({ vault }) => vault.login?.method)).toEqual(["approle", "approle", "token", undefined]);
  });

  it("log in as an AppRole with variables, never with values", () => {
    const login = named(overridden({ dev: { login: "approle" } }), "dev")?.vault.login;
    expect(JSON.parse(JSON.stringify(login))).toEqual({
      method: "approle",
      path: "deployer",
      roleId: "<secret from TF_VAR_vault_role_id>",
      secretId: "<secret from TF_VAR_vault_secret_id>",
    });
  });

  it("do not last: the next load is without them", () => {
    overridden({ dev: { vault: { address: "http://127.0.0.1:1" }, databases: { "postgres-dev": { host: "x" } } } });
    expect(loadEnvironments({})).toEqual(plain);
  });
});

describe("overrides that can't be meant", () => {
  const mend = ": mend what is named and deploy again";

  it.each(["{", "dev", "{'dev': {}}", '{"dev": {}} x'])("are refused when they are no JSON: %s", (text) => {
    const message = refusalOf(() => overridden(text));
    expect(message).toMatch(/^\[LEASEHOLD_OVERRIDES\] is not JSON \(.+\): give it as in \{"dev": /);
  });

  it("are explained with JSON that works", () => {
    const example = /give it as in (.*)$/.exec(refusalOf(() => overridden("{")))?.[1] ?? "";
    expect(named(overridden(example), "dev")?.vault.address).toBe("http://127.0.0.1:8200");
  });

  it.each<[unknown, string]>([
    [{ qa: {} }, 'there is no environment "qa": use one of dev, staging, prod, lab'],
    [{ constructor: {} }, 'there is no environment "constructor": use one of dev, staging, prod, lab'],
    [
      { prod: { databases: { orders: {} } } },
      'prod has no database "orders": use one of postgres-prod, mysql-analytics, data-warehouse',
    ],
    [{ dev: { mounts: [] } }, `dev Unrecognized key: "mounts"${mend}`],
    [{ dev: { vault: { login: { method: "token" } } } }, `dev.vault Unrecognized key: "login"${mend}`],
    [{ dev: { vault: { token: "x" } } }, `dev.vault Unrecognized key: "token"${mend}`],
    [
      { dev: { databases: { "postgres-dev": { user: "x" } } } },
      `dev.databases.postgres-dev Unrecognized key: "user"${mend}`,
    ],
    [{ dev: { login: "ldap" } }, `dev.login Invalid option: expected one of "token"|"approle"${mend}`],
    [{ dev: { vault: { address: "vault" } } }, `dev.vault.address "vault" is not an http(s) URL${mend}`],
    [{ dev: null }, `dev Invalid input: expected object, received null${mend}`],
    [[], `(top level) Invalid input: expected record, received array${mend}`],
    [5, `(top level) Invalid input: expected record, received number${mend}`],
  ])("are refused: %j", (overrides, expected) => {
    expect(refusalOf(() => overridden(overrides))).toBe(`[LEASEHOLD_OVERRIDES] ${expected}`);
  });

  it.each<[unknown, string]>([
    [{ dev: { vault: { provider: "~> 3.0" } } }, 'dev.vault.provider provider constraint "~> 3.0"'],
    [{ dev: { databases: { "postgres-dev": { port: 0 } } } }, "dev.databases.postgres-dev.port Too small"],
    [
      { dev: { databases: { "postgres-dev": { database: "a b" } } } },
      'dev.databases.postgres-dev.database "a b" is not',
    ],
    [{ dev: { databases: { "postgres-dev": { tls: "off" } } } }, "dev.databases.postgres-dev.tls Invalid option"],
    [{ dev: { databases: { "postgres-dev": { host: "" } } } }, "dev.databases.postgres-dev.host Too small"],
    [{ dev: { state: { backend: "etcd" } } }, "dev.state.backend Invalid discriminator value"],
    [{ dev: { state: { backend: "s3", bucket: "b" } } }, "dev.state.key Invalid input: expected string"],
  ])("are refused by the name of their field: %j", (overrides, start) => {
    expect(refusalOf(() => overridden(overrides))).toContain(`[LEASEHOLD_OVERRIDES] ${start}`);
  });

  it("stop every environment, even one that they do not name", () => {
    const host = { [overridesVariable]: '{"qa": {}}' };
    expect(refusalOf(() => loadEnvironment("prod", host))).toContain('there is no environment "qa"');
  });
});

describe("the process's environment", () => {
  it("is what an environment is loaded from unless one is given", () => {
    expect(hostEnvironment()).toHaveProperty("PATH");
  });

  it("is read by load.ts alone", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const readers = files.filter((file) => /\bprocess\b\s*[.[]/.test(readFileSync(join(folder, file), "utf8")));
    expect(readers).toEqual(["load.ts"]);
  });
});
