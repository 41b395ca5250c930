import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { clearOrphans, reportOrphans } from "../../cli/database/orphans";
import { PostgresAdministrator } from "../../cli/database/postgres-administrator";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");
const name = "destroyed";

describeOnEachServer("leasehold destroy", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();
  const issue = async (count: number) => {
    for (let at = 0; at < count; at++) await vault().issueCredentials(name, at % 3 === 0 ? "migrator" : "reader");
  };
  const leases = () => vault().leases(`${name}/`);
  const stateOf = () =>
    (JSON.parse(readFileSync(join(trial.folder, "terraform.tfstate"), "utf8")) as { resources: unknown[] }).resources;
  const lists = () => readdirSync(trial.folder).filter((each) => each.startsWith("orphans-"));
  const expectNothingLeft = async () => {
    expect(await vault().exists(`sys/mounts/${name}`)).toBe(false);
    expect(await leases()).toEqual([]);
    expect(stateOf()).toEqual([]);
  };

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name, connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("T19: with the database down it is refused, and nothing is changed", async () => {
    await issue(3);
    await postgres.kill();
    await expect(trial.leaseholdDestroy()).rejects.toThrow(
      /^\[leasehold destroy\] nothing was changed: 3 live leases \(destroyed\/creds\/reader 2, destroyed\/creds\/migrator 1\) can't be revoked, for Vault can't log in: start the database and run this again, or give --force 3 to leave their users behind:\npostgres: /,
    );
    await expect(trial.leaseholdDestroy({ force: 2 })).rejects.toThrow(
      /nothing was changed: --force 2 is fewer than the 3 live leases .* give --force 3/s,
    );
    expect(await leases()).toHaveLength(3);
    expect((await vault().readConnection(name, "postgres")).allowed_roles).toEqual(["migrator", "reader"]);
    expect(lists()).toEqual([]);
  });

  it("T19: with --force it is done, and lists the users that are left, which are dropped when the database is back", async () => {
    const before = await leases();
    const { list = "", left, revoked } = await trial.leaseholdDestroy({ force: 3 });
    expect(revoked).toEqual({ [name]: 3 });
    await expectNothingLeft();

    const written = JSON.parse(readFileSync(list, "utf8")) as { databases: unknown };
    expect(written).toMatchObject({ environment: name, databases: left });
    expect(statSync(list).mode & 0o777).toBe(0o600);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatchObject({
      database: "postgres",
      host: "127.0.0.1",
      remove: `leasehold database orphans ${name} postgres --clean`,
    });
    expect(left[0]?.users.map(({ lease }) => lease).sort()).toEqual([...before].sort());

    await postgres.start();
    const users = await postgres.dynamicUsers();
    expect(users).toHaveLength(3);
    const beginnings = left[0]?.users.map(({ nameBegins }) => nameBegins ?? "?") ?? [];
    expect(users.every((user) => beginnings.some((beginning) => user.startsWith(beginning)))).toBe(true);
    const login = { username: "postgres", password: postgres.superuserPassword };
    const administrator = new PostgresAdministrator(postgres.session(name, login), onlyPostgres(trial.environment));
    const report = await reportOrphans(vault(), onlyPostgres(trial.environment), administrator);
    expect((await clearOrphans(vault(), administrator, report)).users).toHaveLength(3);
    expect(await postgres.dynamicUsers()).toEqual([]);
  });

  it("has nothing to do the second time", async () => {
    let asked = false;
    const agree = () => Promise.resolve(void (asked = true));
    expect(await trial.leaseholdDestroy({ agree })).toEqual({ resources: 0, revoked: {}, left: [] });
    expect(asked).toBe(false);
  });

  it("T19: --force is refused where the database answers", async () => {
    await trial.deploy();
    await issue(2);
    await expect(trial.leaseholdDestroy({ force: 5 })).rejects.toThrow(
      "[leasehold destroy] --force is not needed: Vault logs in to the database: leave it out, and every user is dropped",
    );
    expect(await leases()).toHaveLength(2);
  });

  it("T18: goes on after the database went down in the middle of it", async () => {
    await expect(trial.leaseholdDestroy({ agree: () => postgres.kill() })).rejects.toThrow(
      /leases could not be revoked: .* nothing was applied, and no new users are made/s,
    );
    // No user is made until somebody deploys again.
    expect((await vault().readConnection(name, "postgres")).allowed_roles).toEqual([]);
    await postgres.start();
    await expect(vault().issueCredentials(name, "reader")).rejects.toThrow(/not an allowed role/);
    expect(await trial.leaseholdDestroy()).toMatchObject({ revoked: { [name]: 2 } });
    await expectNothingLeft();
    expect(await postgres.dynamicUsers()).toEqual([]);
  });

  it("T18: goes on after Terraform was killed in the middle of it", async () => {
    await trial.deploy();
    const workspace = await trial.workspace();
    const { file: plan } = await workspace.plan(["-destroy"]);
    let kill: () => void = () => undefined;
    const { signal } = await workspace.apply(plan, {
      parallelism: 1,
      onStart: (send) => (kill = () => send("SIGKILL")),
      onEvent: ({ type }) => {
        if (type === "apply_complete") kill();
      },
    });
    expect(signal).toBe("SIGKILL");
    expect(await vault().exists(`sys/mounts/${name}`)).toBe(true);
    const { resources } = await trial.leaseholdDestroy();
    expect(resources).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  it("T18: goes on where somebody has unmounted the engine already", async () => {
    await trial.deploy();
    await issue(1);
    await vault().delete(`sys/mounts/${name}`);
    await trial.leaseholdDestroy();
    await expectNothingLeft();
    expect(await postgres.dynamicUsers()).toEqual([]);
  });

  it("refuses a protected environment, and changes nothing; Terraform itself refuses it too", async () => {
    await trial.deploy({ preventDestroy: true });
    await issue(1);
    await expect(trial.leaseholdDestroy()).rejects.toThrow(
      `[environment ${name}] is protected: it declares preventDestroy, and its mounts and connections are not destroyed: if it is to go, declare preventDestroy: false in environments/${name}.ts, deploy that, and destroy it then`,
    );
    // cdktf may end before it has printed what Terraform said.
    await expect(trial.destroy()).rejects.toThrow("exited with 1");
    const planned = await (await trial.workspace()).run("plan", "-destroy", "-input=false", "-no-color");
    expect(planned).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Instance cannot be destroyed") as string,
    });
    expect(await leases()).toHaveLength(1);
    trial.parameters = { ...trial.parameters, preventDestroy: false };
    await trial.leaseholdDestroy();
    await expectNothingLeft();
  });
});
