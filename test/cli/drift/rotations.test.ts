import { judgeRotation } from "../../../cli/drift/rotations";

const at = (seconds: number) => Date.parse("2026-11-24T10:00:00Z") + seconds * 1000;
const judge = (state: object, now: number) =>
  judgeRotation("database/static-roles/legacy", { username: "legacy", ...state }, now);
const hourly = { last_vault_rotation: "2026-11-24T10:00:00Z", rotation_period: 3600 };
const weekly = { last_vault_rotation: "2026-11-24T10:00:00Z", rotation_schedule: "0 3 * * 6" };

describe("a static role's rotation", () => {
  it("is not missed before it is due, nor while Vault may be at it", () => {
    expect(judge(hourly, at(3599)).findings).toEqual([]);
    expect(judge(hourly, at(3600 + 59)).findings).toEqual([]);
    expect(judge({ ...hourly, rotation_period: 5 }, at(5 + 14)).findings).toEqual([]);
  });

  it("is missed after that, by a period", () => {
    expect(judge(hourly, at(3600 + 61)).findings).toEqual([
      {
        kind: "missed-rotation",
        what: "database/static-roles/legacy",
        problem:
          "the password of legacy was to be changed at 2026-11-24T11:00:00.000Z, and was changed last at 2026-11-24T10:00:00.000Z",
        remedy: "see whether Vault's server still logs in to the database (leasehold drift --probe), then rotate it",
      },
    ]);
    expect(judge({ ...hourly, rotation_period: 5 }, at(5 + 16)).findings).toHaveLength(1);
  });

  it("is missed after that, by a schedule", () => {
    expect(judge(weekly, Date.parse("2026-11-28T03:00:30Z")).findings).toEqual([]);
    expect(judge(weekly, Date.parse("2026-11-28T03:02:00Z")).findings).toHaveLength(1);
  });

  it("is missed where there never was one", () => {
    expect(judge({ rotation_period: 3600 }, at(0)).findings[0]?.problem).toBe(
      "Vault has never changed the password of legacy",
    );
  });

  it("is unseen where its times can't be read, and never taken for right", () => {
    expect(judge({ ...weekly, rotation_schedule: "@weekly" }, at(0)).unseen).toEqual([
      "database/static-roles/legacy: its rotation @weekly can't be read",
    ]);
  });
});
