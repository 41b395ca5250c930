import { differences, differenceText } from "../../../environments/comparison/differences";
import { parseEnvironment } from "../../../environments/load";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { environmentWith, soundEnvironment } from "../../helpers/environments";

const first = parseEnvironment(soundEnvironment());
const second = (changes: Readonly<Record<string, unknown>>) =>
  parseEnvironment(environmentWith({ ...changes, name: "other" }));

describe("differences", () => {
  it("are none of the same declaration under another name", () => {
    expect(differences(first, second({}))).toEqual([]);
  });

  it("are none of another order", () => {
    const { databases, auth, policies, mounts } = soundEnvironment();
    const turned = {
      databases: databases.toReversed(),
      auth: auth.toReversed(),
      policies: policies.toReversed(),
      mounts: mounts.toReversed(),
    };
    expect(differences(first, second(turned))).toEqual([]);
  });

  it.each<[string, unknown, object[]]>([
    ["tier", "staging", [{ path: "tier", before: "prod", after: "staging" }]],
    [
      "vault.server",
      { product: "openbao", version: "2.7" },
      [
        { path: "vault.server.product", before: "vault", after: "openbao" },
        { path: "vault.server.edition", before: "community" },
        { path: "vault.server.version", before: "1.21", after: "2.7" },
      ],
    ],
    ["state.backend", "local", []],
    ["databases[0].port", 5433, [{ path: "databases.orders.port", after: 5433 }]],
    [
      "databases[0].roles[0].maxTtl",
      "4h",
      [{ path: "databases.orders.roles.orders-reader.maxTtl", before: "8h", after: "4h" }],
    ],
    [
      "databases[0].roles[0].statements",
      PostgresStatements.memberOf("app_ro", { connectionLimit: 5 }),
      [
        {
          path: "databases.orders.roles.orders-reader.statements.creation",
          before: [expect.stringContaining("CONNECTION LIMIT 20")],
          after: [expect.stringContaining("CONNECTION LIMIT 5")],
        },
      ],
    ],
    [
      "policies[0].credentials",
      ["database/orders-reader", "database/orders-writer"],
      [{ path: "policies.developers.credentials.database/orders-writer", after: true }],
    ],
    ["auth[0].roles[1].tokenTtl", "30m", [{ path: "auth.approle.roles.worker.tokenTtl", before: "20m", after: "30m" }]],
    [
      "waivers",
      [{ rule: "LH-DB-004", construct: "mount-database/orders", reason: "a private network" }],
      [
        {
          path: "waivers.LH-DB-004 mount-database/orders",
          after: expect.objectContaining({ rule: "LH-DB-004" }) as unknown,
        },
      ],
    ],
  ])("name what differs in %s", (path, value, expected) => {
    expect(differences(first, second({ [path]: value }))).toEqual(expected);
  });

  it("compare things that are named after their environments", () => {
    const named = (name: string) =>
      parseEnvironment(
        environmentWith({ name, "databases[0].name": `orders-${name}`, "databases[0].host": `${name}-host` }),
      );
    expect(differences(named("staging"), named("prod"))).toEqual([
      { path: "databases.orders-<environment>.name", before: "orders-staging", after: "orders-prod" },
      { path: "databases.orders-<environment>.host", before: "staging-host", after: "prod-host" },
    ]);
  });
});

describe("differenceText", () => {
  it.each([
    [{ path: "tier", before: "staging", after: "prod" }, 'tier: "staging" in a, "prod" in b'],
    [{ path: "vault.login", after: { method: "token" } }, "vault.login: only b has it"],
    [{ path: "databases.x.port", before: 1 }, "databases.x.port: only a has it: 1"],
    [{ path: "policies.x.credentials.y", before: true }, "policies.x.credentials.y: only a has it"],
  ])("says of %j what differs", (difference, text) => {
    expect(differenceText(difference, "a", "b")).toBe(text);
  });
});
