import { App } from "cdktf";
import { tmpdir } from "node:os";
import { declaredAppRole } from "../../../cli/auth/declared-logins";
import { chosenDatabases, chosenPlaces } from "../../../cli/declared";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { parseEnvironment } from "../../../environments/load";
import { allContents, allDatabases } from "../../../environments/namespaces/contents";
import type { EnvironmentDefinition, NamespaceDefinition } from "../../../environments/schema";
import { VaultStack } from "../../../stacks/vault-stack";
import { refusalOf, soundEnvironment, withChanges } from "../../helpers/environments";
import { addresses, resources, synth } from "../../helpers/synth";

const enterprise = { product: "vault", edition: "enterprise", version: "1.21" } as const;

/** The sound environment in a namespace too, with hosts of its own, and with another one nested in it. */
function environment(changes: Readonly<Record<string, unknown>> = {}) {
  const { mounts, databases, auth, policies } = soundEnvironment();
  const team: NamespaceDefinition = {
    path: "team-a",
    customMetadata: { owner: "a" },
    mounts,
    databases: databases.map((each) => ({ ...each, host: `a.${each.name}.example.com` })),
    auth,
    policies,
    namespaces: [{ path: "payments", auth: [{ method: "approle", path: "approle", roles: [{ name: "teller" }] }] }],
  };
  const around: EnvironmentDefinition = { ...soundEnvironment(), namespaces: [team] };
  return withChanges({ ...around, vault: { ...around.vault, server: enterprise } }, changes);
}

const misfitOf = (changes: Readonly<Record<string, unknown>>) =>
  refusalOf(() => parseEnvironment(environment(changes))).replace("[environments/test] ", "");

describe("namespaces of an environment", () => {
  it("are found with all that lies in them, each with its path", () => {
    const parsed = parseEnvironment(environment());
    expect(allContents(parsed).map(({ namespace, path }) => [namespace, path])).toEqual([
      [undefined, []],
      ["team-a", ["namespaces", 0]],
      ["team-a/payments", ["namespaces", 0, "namespaces", 0]],
    ]);
    expect(allDatabases(parsed).map(({ namespace, database: { name } }) => [namespace, name])).toEqual([
      [undefined, "orders"],
      [undefined, "billing"],
      ["team-a", "orders"],
      ["team-a", "billing"],
    ]);
  });

  it("may grant what lies below, and nothing else of another one", () => {
    const below = { "policies[0].credentials": ["team-a/database/orders-reader"] };
    expect(() => parseEnvironment(environment(below))).not.toThrow();
    expect(misfitOf({ "policies[0].credentials": ["team-b/database/orders-reader"] })).toMatch(
      /^policies\[0\]\.credentials role "team-b\/database\/orders-reader" is not declared/,
    );
    expect(misfitOf({ "namespaces[0].policies[0].credentials": ["../database/orders-reader"] })).toMatch(
      /^namespaces\[0\]\.policies\[0\]\.credentials role "\.\.\/database\/orders-reader" is not declared/,
    );
  });

  it.each([
    [{ "namespaces[0].path": "a/b" }, /namespaces\[0\]\.path "a\/b" is not a name/],
    [{ "namespaces[0].path": "sys" }, /namespaces\[0\]\.path "sys" is a name that Vault keeps for itself/],
    [{ "namespaces[0].audit": [] }, /namespaces\[0\] Unrecognized key: "audit"/],
    [{ "namespaces[0].customMetadata": { owner: 1 } }, /namespaces\[0\]\.customMetadata\.owner/],
    [
      { "namespaces[0].databases[0].mount": "other" },
      /namespaces\[0\]\.databases\[0\]\.mount mount "other" is not declared/,
    ],
    [
      { "namespaces[0].databases[0].name": "billing" },
      /namespaces\[0\]\.databases\[1\]\.name database "billing" is declared twice/,
    ],
    [
      { "namespaces[0].auth[0].roles[0].policies": ["x"] },
      /namespaces\[0\]\.auth\[0\]\.roles\[0\]\.policies policy "x" is not/,
    ],
    [
      { "namespaces[0].namespaces[0].namespaces": [{ path: "x" }, { path: "x" }] },
      /namespaces\[1\]\.path namespace "x" is declared twice/,
    ],
    [{ "mounts[1].path": "team-a/database" }, /mounts\[1\]\.path "team-a\/database" begins with namespace team-a/],
    [
      {
        "namespaces[0].sharedRoles": [
          { name: "x", databases: ["none"], statements: {}, defaultTtl: "1h", maxTtl: "1h" },
        ],
      },
      /namespaces\[0\]\.sharedRoles\[0\]/,
    ],
  ])("are refused where they do not fit: %j", (changes, message) => {
    expect(misfitOf(changes)).toMatch(message);
  });

  it("are deployed below a construct each, and what lies beside them stays as it is", () => {
    const synthesised = (definition: unknown) => {
      const parsed = parseEnvironment(definition);
      return synth(new VaultStack(new App({ outdir: tmpdir() }), "test", { environment: parsed, today: "2026-01-31" }));
    };
    const [with_, without] = [synthesised(environment()), synthesised(environment({ namespaces: [] }))];
    expect(addresses(with_)).toEqual(expect.arrayContaining(addresses(without)));
    const mounted = resources(with_, "vault_mount").map(({ namespace, path }) => [namespace, path]);
    expect(mounted).toEqual([
      [undefined, "database"],
      [undefined, "reports/database"],
      ["team-a", "database"],
      ["team-a", "reports/database"],
    ]);
  });

  it("need rules of the deployer, with their paths before", () => {
    const paths = deployerPolicy(parseEnvironment(environment())).rules.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "sys/namespaces/team-a",
        "team-a/sys/namespaces/payments",
        "team-a/sys/mounts/database",
        "team-a/sys/leases/revoke-prefix/database",
        "team-a/payments/auth/approle/role/+",
        "sys/mounts/database",
      ]),
    );
    expect(paths.filter((path) => path.endsWith("auth/token/create"))).toEqual(["auth/token/create"]);
  });

  it("have their databases and logins named by their path", () => {
    const parsed = parseEnvironment(environment({ "namespaces[0].databases[1].name": "ledger" }));
    expect(chosenPlaces(parsed, "team-a/orders").map(({ namespace }) => namespace)).toEqual(["team-a"]);
    expect(chosenPlaces(parsed, "orders").map(({ namespace }) => namespace)).toEqual([undefined]);
    expect(chosenPlaces(parsed, "ledger").map(({ namespace }) => namespace)).toEqual(["team-a"]);
    expect(chosenDatabases(parsed, undefined)).toHaveLength(4);
    expect(refusalOf(() => chosenPlaces(parsed, "team-b/orders"))).toBe(
      '[environments/test] there is no database "team-b/orders": use one of orders, billing, team-a/orders, team-a/ledger',
    );
    expect(declaredAppRole(parsed, "teller", undefined)).toMatchObject({
      namespace: "team-a/payments",
      path: "approle",
    });
    expect(declaredAppRole(parsed, "app", "team-a/approle")).toMatchObject({ namespace: "team-a" });
    expect(refusalOf(() => declaredAppRole(parsed, "app", undefined))).toMatch(
      /auth\/approle and team-a\/auth\/approle each have a role "app"/,
    );
  });
});
