import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { applyBootstrap } from "../../cli/bootstrap";
import { ThrowAway } from "../../cli/servers/throw-away";
import { VaultRefusal } from "../../cli/vault-client";
import { declare, type StaticUser } from "./declarations/static-user";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/static-user");

/** docs/databases.md tells these steps. */
describeOnEachServer("a program on its way from a password in a file to users of its own", (product, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  const written = { username: "delphi", password: "in-a-file-for-years" };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<StaticUser>;
  const vault = () => lab.operator();
  const opens = (password: string) => postgres.opens("delphi", { ...written, password });
  const passwordFromVault = () => vault().readStaticPassword("static-user", "legacy");

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    await postgres.ask("postgres", `CREATE ROLE delphi LOGIN PASSWORD '${written.password}'`);
    trial = new Trial<StaticUser>(lab, file, declare, { port: postgres.port, staticRole: false }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await postgres.ask("delphi", "GRANT CONNECT ON DATABASE delphi TO delphi");
    await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  it("goes on with its password while users of its own can be tried", async () => {
    const user = await vault().issueCredentials("static-user", "delphi-readonly");
    expect(await postgres.opens("delphi", user)).toBe(true);
    await vault().revokeLease(user.leaseId);
    expect(await opens(written.password)).toBe(true);
  });

  it("takes its password from Vault, which changes it at once and leaves open sessions alone", async () => {
    const session = new Client(postgres.session("delphi", written));
    await session.connect();
    trial.parameters = { ...trial.parameters, staticRole: true };
    await applyBootstrap(postgres.server, onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();

    expect(await opens(written.password)).toBe(false);
    expect(await opens(await passwordFromVault())).toBe(true);
    expect((await session.query("SELECT current_user AS name")).rows).toEqual([{ name: "delphi" }]);
    await session.end();
    expect((await trial.plan()).code).toBe(0);
    const { allowed_roles: allowed } = await vault().readConnection("static-user", "delphi");
    expect(allowed).toEqual(["delphi-readonly", "legacy"]);
  });

  it("is given another password by a rotation, and the old one opens nothing", async () => {
    const before = await passwordFromVault();
    await vault().write("static-user/rotate-role/legacy", {});
    expect(await opens(before)).toBe(false);
    expect(await opens(await passwordFromVault())).toBe(true);
  });

  it("may have its password changed at set times, which OpenBao does not know", async () => {
    const deployed = trial.deploy({ schedule: "0 3 * * 6" });
    if (product === "openbao") {
      await expect(deployed).rejects.toThrow(/OpenBao 2\.\d+ lacks static roles that rotate at set times/);
      return;
    }
    await deployed;
    expect((await trial.plan()).code).toBe(0);
    expect(await opens(await passwordFromVault())).toBe(true);
  });

  it("needs the static role no more in the end, and the user can be dropped", async () => {
    await trial.deploy({ staticRole: false });
    await expect(passwordFromVault()).rejects.toBeInstanceOf(VaultRefusal);
    await postgres.ask("delphi", "DROP OWNED BY delphi; DROP ROLE delphi");
    const user = await vault().issueCredentials("static-user", "delphi-readonly");
    expect(await postgres.opens("delphi", user)).toBe(true);
    await vault().revokeLease(user.leaseId);
  });
});
