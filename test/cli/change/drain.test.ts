import { allowancesOf, drainsNeededBy } from "../../../cli/change/drain";
import { reviewRules } from "../../../cli/review/rules";
import { change, plan, staying } from "../review/plans";

const mount = { path: "database", type: "database" };
const role = (name: string, connection = "orders") => ({ backend: "database", name, db_name: connection });
const connection = (username: string, engine = "postgresql") => ({
  backend: "database",
  name: "orders",
  [engine]: [{ username }],
});
const roleAddress = (name: string) => `vault_database_secret_backend_role.${name}`;
const connectionAddress = "vault_database_secret_backend_connection.orders";

describe("what a plan needs drained", () => {
  it("is a role that goes to another database, and no other role", () => {
    const moved = change({ address: roleAddress("app"), before: role("app"), after: role("app", "reports") });
    const stays = [staying(roleAddress("other"), role("other"))];
    expect(drainsNeededBy(plan([moved], stays))).toEqual([
      {
        address: roleAddress("app"),
        reason: "role-database",
        mount: "database",
        roles: ["app"],
        connections: ["orders"],
      },
    ]);
  });

  it("is a role that goes at one address and comes at another, as one that is declared for another database does", () => {
    const changes = [
      change({ address: roleAddress("orders_app"), before: role("app") }),
      change({ address: roleAddress("reports_app"), after: role("app", "reports") }),
    ];
    const drains = drainsNeededBy(plan(changes));
    expect(drains).toEqual([expect.objectContaining({ reason: "role-database", roles: ["app"] })]);
    expect(allowancesOf(drains)).toContainEqual({
      label: "drained",
      rule: "destroyed",
      address: roleAddress("orders_app"),
    });
    const renamed = change({ address: roleAddress("renamed"), after: role("app") });
    expect(drainsNeededBy(plan([changes[0] as never, renamed]))).toEqual([]);
  });

  it("is nothing where a role gets other statements, is made, or is removed", () => {
    const changes = [
      change({
        address: roleAddress("a"),
        before: { ...role("a"), creation_statements: ["x"] },
        after: { ...role("a"), creation_statements: ["y"] },
      }),
      change({ address: roleAddress("b"), after: role("b") }),
      change({ address: roleAddress("c"), before: role("c") }),
    ];
    expect(drainsNeededBy(plan(changes))).toEqual([]);
  });

  it("is every role of a PostgreSQL that gets another admin, those that change with it too", () => {
    const changes = [
      change({ address: connectionAddress, before: connection("one"), after: connection("two") }),
      change({ address: roleAddress("c"), before: role("c") }),
    ];
    const stays = [
      staying(roleAddress("b"), role("b")),
      staying(roleAddress("a"), role("a")),
      staying(roleAddress("elsewhere"), role("elsewhere", "reports")),
    ];
    expect(drainsNeededBy(plan(changes, stays))).toEqual([
      {
        address: connectionAddress,
        reason: "admin-user",
        mount: "database",
        roles: ["a", "b", "c"],
        connections: ["orders"],
      },
    ]);
  });

  it("is nothing where the admin stays, the server lets any admin drop any user, or the connection has no roles", () => {
    const stays = [staying(roleAddress("a"), role("a"))];
    const of = (before: object, after: object, others = stays) =>
      drainsNeededBy(
        plan([change({ address: connectionAddress, before: { ...before }, after: { ...after } })], others),
      );
    expect(of(connection("one"), { ...connection("one"), allowed_roles: ["a"] })).toEqual([]);
    expect(of(connection("one", "mysql"), connection("two", "mysql"))).toEqual([]);
    expect(of(connection("one"), connection("two"), [])).toEqual([]);
  });

  it("is all that a database mount holds when it goes, is made anew, or moves", () => {
    const address = "vault_mount.database";
    const stays = [staying(connectionAddress, connection("one"))];
    const expected = [{ address, reason: "mount-gone", mount: "database", connections: ["orders"] }];
    expect(drainsNeededBy(plan([change({ address, before: mount })], stays))).toEqual(expected);
    const replaced = { ...change({ address, before: mount, after: mount }), action: "replace" as const };
    expect(drainsNeededBy(plan([replaced], stays))).toEqual(expected);
    const moved = change({ address, before: mount, after: { ...mount, path: "db" } });
    expect(drainsNeededBy(plan([moved], stays))).toEqual(expected);
  });

  it("is nothing where a mount is tuned, or is no database", () => {
    const address = "vault_mount.database";
    const tuned = change({ address, before: mount, after: { ...mount, description: "new" } });
    const other = change({ address, before: { ...mount, type: "kv" } });
    expect(drainsNeededBy(plan([tuned, other]))).toEqual([]);
  });

  it("is what the review blocks, rule by rule and resource by resource", () => {
    const changes = [
      change({ address: roleAddress("app"), before: role("app"), after: role("app", "reports") }),
      change({ address: connectionAddress, before: connection("one"), after: connection("two") }),
      change({ address: "vault_mount.database", before: mount, after: { ...mount, path: "db" } }),
    ];
    const reviewed = plan(changes);
    const blocked = reviewRules.flatMap((rule) => rule.check(reviewed)).filter(({ risk }) => risk === "blocked");
    const answered = allowancesOf(drainsNeededBy(reviewed)).map(({ rule, address }) => ({ rule, address }));
    expect(blocked).toHaveLength(3);
    expect(answered).toEqual(expect.arrayContaining(blocked.map(({ rule, address }) => ({ rule, address }))));
  });
});
