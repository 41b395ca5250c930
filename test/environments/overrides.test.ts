import { loadEnvironment, overridesVariable } from "../../environments/load";
import type { Environment } from "../../environments/schema";
import { refusalOf } from "../helpers/environments";

/** Staging has all that can be brought to other servers: audit devices, a method that asks an issuer, rotated passwords. */
const plain = loadEnvironment("staging", {});
const overridden = (change: unknown): Environment =>
  loadEnvironment("staging", { [overridesVariable]: JSON.stringify({ staging: change }) });
const refusal = (change: unknown): string => refusalOf(() => overridden(change));

const database = "postgres-staging";
const method = "github-actions";
const databasesWith = (change: object) =>
  plain.databases.map((each) => (each.name === database ? { ...each, ...change } : each));
const methodsWith = (path: string, change: object) =>
  plain.auth.map((each) => ("path" in each && each.path === path ? { ...each, ...change } : each));

describe("overrides that bring a declaration to other servers", () => {
  const openbao = { product: "openbao", version: "2.3" } as const;
  const keys = { publicKeys: ["-----BEGIN PUBLIC KEY-----"] };

  it.each<[string, unknown, Readonly<Partial<Record<keyof Environment, unknown>>>]>([
    ["tier", { tier: "lab" }, { tier: "lab" }],
    ["audit", { audit: [] }, { audit: [] }],
    ["auditedHeaders", { auditedHeaders: [] }, { auditedHeaders: [] }],
    ["vault.server", { vault: { server: openbao } }, { vault: { ...plain.vault, server: openbao } }],
    [
      "the keys of a method that takes tokens",
      { auth: { [method]: { keys } } },
      { auth: methodsWith(method, { keys }) },
    ],
    [
      "the directory that a method asks",
      { auth: { ldap: { url: "ldaps://127.0.0.1:6360", certificate: "-----BEGIN CERTIFICATE-----" } } },
      { auth: methodsWith("ldap", { url: "ldaps://127.0.0.1:6360", certificate: "-----BEGIN CERTIFICATE-----" }) },
    ],
    [
      "the API server that a method asks",
      { auth: { kubernetes: { host: "https://127.0.0.1:6443", certificateAuthority: "-----BEGIN CERTIFICATE-----" } } },
      {
        auth: methodsWith("kubernetes", {
          host: "https://127.0.0.1:6443",
          certificateAuthority: "-----BEGIN CERTIFICATE-----",
        }),
      },
    ],
    [
      "who signed the certificate of one database",
      { databases: { [database]: { certificateAuthority: { serverFile: "/etc/ca.pem" } } } },
      { databases: databasesWith({ certificateAuthority: { serverFile: "/etc/ca.pem" } }) },
    ],
    [
      "verifyConnection of one database",
      { databases: { [database]: { verifyConnection: false } } },
      { databases: databasesWith({ verifyConnection: false }) },
    ],
    [
      "rotateRoot of one database",
      { databases: { [database]: { rotateRoot: false } } },
      { databases: databasesWith({ rotateRoot: false }) },
    ],
  ])("change %s, and nothing else", (_field, change, expected) => {
    const changed = { ...plain, ...expected };
    expect(changed).not.toEqual(plain);
    expect(overridden(change)).toEqual(changed);
  });

  it("take an empty namespace for the root namespace, which a declaration may not", () => {
    expect(overridden({ vault: { namespace: "" } }).vault).toStrictEqual(plain.vault);
    expect(
      loadEnvironment("dev", { [overridesVariable]: '{"dev":{"vault":{"namespace":"team"}}}' }).vault.namespace,
    ).toBe("team");
  });

  it("complete what they leave out of a server, as a declaration does", () => {
    const { server } = overridden({ vault: { server: { product: "vault", version: "1.16" } } }).vault;
    expect(server).toEqual({ product: "vault", edition: "community", version: "1.16" });
  });
});

describe("overrides of a server that can't be meant", () => {
  const noKeys = "is not where keys come from: give one of discoveryUrl, jwksUrl and publicKeys";

  it.each<[unknown, string]>([
    [{ tier: "test" }, 'tier Invalid option: expected one of "lab"|"dev"|"staging"|"prod"'],
    [{ audit: [{ type: "kafka" }] }, "audit[0].type Invalid discriminator value"],
    [{ audit: [{ type: "file" }] }, "audit[0].filePath Invalid input: expected string"],
    [{ audit: "none" }, "audit Invalid input: expected array"],
    [{ auditedHeaders: [{ name: "" }] }, "auditedHeaders[0].name Too small"],
    [{ auditedHeaders: [{ header: "x" }] }, "auditedHeaders[0].name Invalid input: expected string"],
    [{ vault: { server: "openbao" } }, "vault.server Invalid input: expected object"],
    [{ vault: { server: { product: "consul", version: "1.21" } } }, "vault.server.product Invalid discriminator value"],
    [{ vault: { server: { product: "vault", version: "21" } } }, 'vault.server.version version "21" is no version of'],
    [{ vault: { namespace: null } }, "vault.namespace Invalid input: expected string"],
    [{ auth: { ldap: { url: "" } } }, "auth.ldap.url Too small"],
    [{ auth: { ldap: { certificate: "" } } }, "auth.ldap.certificate Too small"],
    [{ auth: { kubernetes: { host: "" } } }, "auth.kubernetes.host Too small"],
    [{ auth: { kubernetes: { certificateAuthority: "" } } }, "auth.kubernetes.certificateAuthority Too small"],
    [{ auth: { [method]: { keys: { discoveryUrl: "x", jwksUrl: "y" } } } }, `auth.${method}.keys ${noKeys}`],
    [{ auth: { [method]: { keys: { publicKeys: [] } } } }, `auth.${method}.keys.publicKeys Too small`],
    [{ auth: { [method]: { users: [] } } }, `auth.${method}`],
    [{ auth: { "a b": { keys: { publicKeys: ["x"] } } } }, 'auth.a b "a b" is not a mount path'],
    [{ databases: { [database]: { verifyConnection: "no" } } }, `databases.${database}.verifyConnection Invalid input`],
    [
      { databases: { [database]: { certificateAuthority: "/etc/ca.pem" } } },
      `databases.${database}.certificateAuthority Invalid input`,
    ],
    [{ databases: { [database]: { rotateRoot: 0 } } }, `databases.${database}.rotateRoot Invalid input`],
  ])("are refused by the name of their field: %j", (change, start) => {
    expect(refusal(change)).toContain(`[LEASEHOLD_OVERRIDES] staging.${start}`);
  });

  it("name the methods that ask a server, and what can be given of each", () => {
    expect(refusal({ auth: { approle: { keys: { publicKeys: ["x"] } } } })).toBe(
      '[LEASEHOLD_OVERRIDES] staging has no method that asks a server at "approle": use one of kubernetes, ldap, github-actions',
    );
    expect(refusal({ auth: { ldap: { host: "https://127.0.0.1" } } })).toBe(
      '[LEASEHOLD_OVERRIDES] staging has no address of ldap at ldap by the name "host": use one of url, certificate',
    );
  });

  it("fit the engine of the database: MySQL's plug-in reads no file of the server", () => {
    const mysql = { "mysql-analytics": { certificateAuthority: { serverFile: "/etc/ca.pem" } } };
    expect(refusal({ databases: mysql })).toContain("[environments/staging] databases[1].certificateAuthority");
  });

  it("fit their own field and not the declaration: audit devices are made in the root namespace alone", () => {
    expect(refusal({ vault: { namespace: "team" } })).toContain(
      '[environments/staging] audit[0] can\'t be made in namespace "team"',
    );
  });
});
