import fc from "fast-check";
import type { DynamicUser } from "../../../cli/database/administrator";
import { findOrphans, type RoleLease, RoleNames } from "../../../cli/database/match-leases";

const hour = 3_600_000;
const begin = Date.UTC(2026, 0, 1);

function user(name: string, at: number, end = at + hour): DynamicUser {
  const created = Math.floor((begin + at) / 1000) * 1000; // a name holds whole seconds
  return { name, created, validUntil: begin + end + 5_000, locked: false, sessions: 0 };
}

function lease(id: string, role: string, at: number, end = at + hour): RoleLease {
  return { id, role, issued: begin + at, expires: begin + end };
}

const named = (users: readonly DynamicUser[], leases: readonly RoleLease[]) =>
  findOrphans(users, leases).map((orphan) => ({ name: orphan.user.name, certain: orphan.certain }));

describe("findOrphans", () => {
  it("finds none where each user has its lease", () => {
    const at = [0, 1_000, 60_000, 60_500];
    const users = at.map((each, index) => user(`v-app-${index}`, each));
    expect(
      named(
        users,
        at.map((each, index) => lease(`${index}`, "app", each + 40)),
      ),
    ).toEqual([]);
  });

  it("finds the user whose lease is gone, among many, and is certain of it", () => {
    const users = [0, 10_000, 20_000, 30_000].map((each) => user(`v-app-${each}`, each));
    const leases = [0, 10_000, 30_000].map((each) => lease(`${each}`, "app", each + 20));
    expect(named(users, leases)).toEqual([{ name: "v-app-20000", certain: true }]);
  });

  it("is certain of a user whose role has no lease at all", () => {
    expect(named([user("v-app-a", 0)], [lease("1", "other", 0)])).toEqual([{ name: "v-app-a", certain: true }]);
    expect(named([user("v-app-a", 0)], [])).toEqual([{ name: "v-app-a", certain: true }]);
  });

  it("counts those of a burst, and is certain of none", () => {
    const users = ["a", "b", "c", "d"].map((each) => user(`v-app-${each}`, 100));
    const leases = ["1", "2", "3"].map((each) => lease(each, "app", 150));
    const found = named(users, leases);
    expect(found).toHaveLength(1);
    expect(found[0]?.certain).toBe(false);
  });

  it("leaves the lease to the user that fits it closely, though an older one would do", () => {
    const users = [user("v-app-old", 0), user("v-app-new", 60_000)];
    const leases = [lease("1", "app", 60_050, 60_000 + hour)];
    expect(named(users, leases)).toEqual([{ name: "v-app-old", certain: true }]);
  });

  it("takes a lease that a slow server registered late for its user's", () => {
    expect(named([user("v-app-a", 0)], [lease("1", "app", 45_000, hour + 45_000)])).toEqual([]);
  });

  it("knows a renewed lease by its end, which moves with the user's", () => {
    expect(named([user("v-app-a", 0, 3 * hour)], [lease("1", "app", 20, 3 * hour)])).toEqual([]);
    // Renewed by nobody, so it is not this one's lease.
    expect(named([user("v-app-a", 0, hour)], [lease("1", "app", 20, 3 * hour)])).toEqual([
      { name: "v-app-a", certain: true },
    ]);
  });

  it("tells roles apart whose names begin alike", () => {
    const users = [user("v-app-x", 0), user("v-app-readonly-x", 0)];
    const roles = new RoleNames(["app", "app-readonly"]);
    const found = findOrphans(users, [lease("1", "app-readonly", 10)], roles);
    expect(found.map((orphan) => orphan.user.name)).toEqual(["v-app-x"]);
  });

  it("takes roles whose names begin alike for one, and no user for an orphan that has a lease of the other", () => {
    const users = [user("v-orders-readonl-x", 0), user("v-orders-readonl-y", 10_000)];
    const leases = [lease("1", "orders-readonly-eu", 20), lease("2", "orders-readonly-us", 10_020)];
    expect(named(users, leases)).toEqual([]);
  });

  it("goes by the role alone where the server keeps no times", () => {
    const bare = { created: undefined, validUntil: undefined, locked: true, sessions: 0 };
    const users = ["v-app-a", "v-app-b"].map((name) => ({ name, ...bare }));
    expect(named(users, [lease("1", "app", 0)])).toEqual([{ name: "v-app-b", certain: false }]);
  });

  it("is done with 5,000 of each", () => {
    const at = Array.from({ length: 5_000 }, (_, index) => index * 20);
    const users = at.map((each, index) => user(`v-app-${index}`, each));
    const leases = at.slice(1).map((each, index) => lease(`${index}`, "app", each + 10));
    expect(findOrphans(users, leases)).toHaveLength(1);
  });

  it("finds whoever is alone, and never more than there are users without leases", () => {
    const moments = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(moments, fc.infiniteStream(fc.boolean()), (slots, forgets) => {
        // Four minutes apart, nobody can be taken for another.
        const users = slots.map((slot) => user(`v-app-${slot}`, slot * 240_000));
        const kept = users.filter(() => !forgets.next().value);
        const leases = kept.map(({ name, created }) => lease(name, "app", (created ?? 0) - begin + 30));
        expect(
          named(users, leases)
            .map(({ name }) => name)
            .sort(),
        ).toEqual(
          users
            .filter((each) => !kept.includes(each))
            .map(({ name }) => name)
            .sort(),
        );
        expect(named(users, leases).every(({ certain }) => certain)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000 })),
        fc.array(fc.integer({ min: 0, max: 5_000 })),
        (made, held) => {
          const users = made.map((at, index) => user(`v-app-${index}`, at));
          const leases = held.map((at, index) => lease(`${index}`, "app", at));
          expect(findOrphans(users, leases).length).toBeGreaterThanOrEqual(users.length - leases.length);
          expect(findOrphans(users, leases).length).toBeLessThanOrEqual(users.length);
        },
      ),
    );
  });
});

describe("RoleNames", () => {
  it("finds the role of a user by the longest beginning that fits", () => {
    const names = new RoleNames(["app", "app-readonly", "a-role-with-a-long-name"]);
    expect(names.beginningOf("v-app-readonly-3f2a")).toBe("app-readonly");
    expect(names.beginningOf("v-app-3f2a")).toBe("app");
    expect(names.beginningOf("v-a-role-with-a--3f2a")).toBe("a-role-with-a-");
    expect(names.beginningOf("vault_admin")).toBeUndefined();
  });

  it("keeps 9 characters for MySQL, whose names are shorter", () => {
    const names = new RoleNames(["a-role-with-a-long-name"], 9);
    expect(names.beginningOf("v-a-role-wi-x")).toBe("a-role-wi");
  });
});
