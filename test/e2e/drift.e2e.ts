import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DriftKind } from "../../cli/drift/finding";
import { type DriftReport, findDrift, requireNoDrift } from "../../cli/drift/find-drift";
import { readPlan } from "../../cli/review/read-plan";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");

describeOnEachServer("what differs from the declaration", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();
  const drift = async () => {
    const plan = readPlan((await trial.plan()).json, "the plan");
    return findDrift(trial.environment, plan, vault(), { probe: true, now: Date.now() });
  };
  const byKind = ({ findings }: DriftReport, kind: DriftKind) =>
    findings.filter((finding) => finding.kind === kind).map(({ what, problem }) => `${what}: ${problem}`);

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "drift", connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
  });

  afterAll(async () => {
    await vault().delete("sys/mounts/drift-other");
    for (const name of ["drift-reaches-in", "drift-wide", "drift-elsewhere"]) {
      await vault().delete(`sys/policies/acl/${name}`);
    }
    await trial.cleanUp();
    await place.close();
  });

  it("is nothing after a deployment, and trying the connections leaves no user", async () => {
    const report = await drift();
    expect(report).toMatchObject({ environment: "drift", findings: [], unseen: [], probed: true });
    expect(() => requireNoDrift(report)).not.toThrow();
    expect(await postgres.dynamicUsers()).toEqual([]);
    expect(await vault().leases("drift/")).toEqual([]);
  });

  it("is what somebody changed, removed or added by hand, a missed rotation and a lost login; looking changes nothing", async () => {
    const { name: connection, admin } = onlyPostgres(trial.environment);
    await postgres.ask(
      "drift",
      `CREATE ROLE legacy LOGIN PASSWORD 'x'; GRANT legacy TO ${admin.username} WITH ADMIN OPTION`,
    );
    await vault().write(`drift/config/${connection}`, { allowed_roles: ["migrator", "reader", "by-hand"] });
    await vault().write("drift/static-roles/by-hand", {
      db_name: connection,
      username: "legacy",
      rotation_period: "5s",
    });
    await postgres.ask("drift", `ALTER ROLE ${admin.username} PASSWORD 'changed-by-somebody'`);
    await postgres.ask(
      "drift",
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${admin.username}'`,
    );
    const lost = Date.now();
    await vault().write("drift/roles/reader", { max_ttl: "90h" });
    await vault().write("drift/roles/stranger", {
      db_name: connection,
      creation_statements: ['CREATE ROLE "{{name}}"'],
    });
    await vault().write("sys/mounts/drift-other", { type: "kv" });
    const policies = {
      "drift-reaches-in": "drift/creds/reader",
      "drift-wide": "*",
      "drift-elsewhere": "secret/data/app",
    };
    for (const [name, path] of Object.entries(policies)) {
      await vault().write(`sys/policies/acl/${name}`, { policy: `path "${path}" { capabilities = ["read"] }` });
    }
    await sleep(Math.max(0, lost + 26_000 - Date.now()));

    const report = await drift();
    expect(() => requireNoDrift(report)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
    const changed = byKind(report, "changed");
    expect(changed).toHaveLength(2);
    expect(changed).toContainEqual(expect.stringMatching(/_role\..*somebody changed it: .*max_ttl from \d+ to 324000/));
    expect(changed).toContainEqual(expect.stringMatching(/_connection\..*somebody changed it: .*allowed_roles/));
    expect(byKind(report, "undeployed")).toEqual([]);
    expect(byKind(report, "undeclared").sort()).toEqual([
      "drift/roles/stranger: nobody declared this role",
      "drift/static-roles/by-hand: nobody declared this static role",
      'sys/policies/acl/drift-reaches-in: nobody declared this policy, which gives "drift/creds/reader"',
    ]);
    expect(byKind(report, "missed-rotation")).toEqual([
      expect.stringMatching("^drift/static-roles/by-hand: the password of legacy was to be changed at "),
    ]);
    expect(byKind(report, "connection")).toEqual([
      expect.stringMatching(`^drift/config/${connection}: Vault can make no user with role reader: `),
    ]);
    expect(report.information).toContain("drift-other/ is a kv mount that is not declared here");
    expect(report.information).toContain(
      'sys/policies/acl/drift-wide is not declared, and reaches the declared mounts with "*"',
    );
    expect(report.information.join()).not.toContain("drift-elsewhere");
    expect(JSON.stringify(report)).not.toContain(secrets.admin_password);
    expect(await vault().list("drift/roles")).toEqual(["migrator", "reader", "stranger"]);

    await vault().delete("drift/roles/reader");
    expect(byKind(await drift(), "changed")).toContainEqual(
      expect.stringMatching(/_role\..*: somebody removed it, beside Terraform/),
    );
  });
});
