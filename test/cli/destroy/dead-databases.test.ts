import { type DeadDatabase, lostRoles, requireForce } from "../../../cli/destroy/dead-databases";
import { dev } from "../../../environments/dev";
import { parseEnvironment } from "../../../environments/load";

const [alive] = parseEnvironment(dev).databases;
if (alive === undefined) throw new Error("dev has no database");
const other = { ...alive, name: "other", roles: [{ ...alive.roles[0], name: "of-other" }] } as typeof alive;
const placed = [alive, other].map((database) => ({ namespace: undefined, database }));
const dead: DeadDatabase = { namespace: undefined, database: other, problem: "connection refused" };

describe("leases that can't be revoked", () => {
  it("are those of a dead database's roles, and of roles that nobody declares beside it", () => {
    const leases = {
      "database/creds/app-readonly": 5,
      "database/creds/of-other": 2,
      "database/creds/unknown": 1,
      "elsewhere/creds/unknown": 7,
    };
    expect(lostRoles(leases, placed, [dead])).toEqual([
      { path: "database/creds/of-other", role: "of-other", leases: 2, dead },
      { path: "database/creds/unknown", role: "unknown", leases: 1, dead },
    ]);
    expect(lostRoles(leases, placed, [])).toEqual([]);
  });
});

describe("--force", () => {
  const lost = [{ path: "database/creds/of-other", role: "of-other", leases: 2, dead }];

  it("lets as many users be left as it says", () => {
    for (const force of [2, 3]) {
      expect(() => requireForce(force, { connections: 2, dead: [dead] }, lost)).not.toThrow();
    }
  });

  it("is not needed where no lease is lost, and does no harm where a destruction ended half-way", () => {
    expect(() => requireForce(undefined, { connections: 1, dead: [dead] }, [])).not.toThrow();
    expect(() => requireForce(2, { connections: 0, dead: [] }, [])).not.toThrow();
  });

  it("is refused where it says fewer, where it is needed and not given, and where every database answers", () => {
    expect(() => requireForce(1, { connections: 2, dead: [dead] }, lost)).toThrow(
      "nothing was changed: --force 1 is fewer than the 2 live leases (database/creds/of-other 2) that can't be revoked",
    );
    expect(() => requireForce(undefined, { connections: 2, dead: [dead] }, lost)).toThrow(
      /give --force 2 to leave their users behind:\nother: connection refused$/,
    );
    expect(() => requireForce(2, { connections: 2, dead: [] }, [])).toThrow(
      "--force is not needed: Vault logs in to all 2 databases: leave it out, and every user is dropped",
    );
  });
});
