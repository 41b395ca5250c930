import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { declare, type OtherEngines } from "./declarations/other-engines";
import { insufficientPrivilege, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/other-engines");
const roleAnswer = z.object({
  data: z.object({ creation_statements: z.array(z.string()), revocation_statements: z.array(z.string()) }),
});

describeOnEachServer("an engine that is not SQL", (product, lab) => {
  const trial = new Trial<OtherEngines>(
    lab,
    file,
    declare,
    { engine: "mongodb", port: 1 },
    { admin_password: "secret" },
  );
  const vault = () => lab.operator();

  beforeAll(() => trial.cleanUp());

  afterAll(() => trial.cleanUp());

  if (product === "openbao") {
    it("is refused where the server has no plug-in for it", async () => {
      await expect(trial.deploy()).rejects.toThrow(
        /OpenBao 2\.\d+ lacks a built-in plug-in for MongoDB \(every Vault has it\)/,
      );
    });
    return;
  }

  it("T13, T14: is configured as declared, with JSON that names one database", async () => {
    await trial.deploy();
    expect((await trial.plan()).code).toBe(0);
    expect(await vault().readConnection("other-engines", "logs")).toMatchObject({
      plugin_name: "mongodb-database-plugin",
      allowed_roles: ["logs-readonly"],
      connection_details: {
        connection_url: expect.stringMatching(
          /^mongodb:\/\/\{\{username\}\}:\{\{password\}\}@127\.0\.0\.1:27017\/admin/,
        ) as unknown,
      },
    });
    const { data } = await vault().read("other-engines/roles/logs-readonly", roleAnswer);
    expect(data.creation_statements.map((item) => JSON.parse(item) as unknown)).toEqual([
      { db: "admin", roles: [{ role: "read", db: "logs" }] },
    ]);
    expect(data.revocation_statements.map((item) => JSON.parse(item) as unknown)).toEqual([{ db: "admin" }]);
  });

  it("issues nothing while there is no server, and says why", async () => {
    await expect(vault().issueCredentials("other-engines", "logs-readonly")).rejects.toThrow(/server selection/);
    expect(await vault().leases("other-engines/creds/")).toEqual([]);
  });
});

describeOnEachServer("another plug-in of Vault's", (product, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OtherEngines>;
  const vault = () => lab.operator();

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    await postgres.ask("postgres", "CREATE DATABASE warehouse");
    await postgres.ask(
      "warehouse",
      `CREATE ROLE vault_admin LOGIN CREATEROLE PASSWORD '${secrets.admin_password}';
       GRANT pg_signal_backend TO vault_admin;
       CREATE ROLE warehouse_ro NOLOGIN;
       GRANT warehouse_ro TO vault_admin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
       CREATE TABLE facts (id integer); GRANT SELECT ON facts TO warehouse_ro`,
    );
    trial = new Trial<OtherEngines>(lab, file, declare, { engine: "redshift", port: postgres.port }, secrets);
    await trial.cleanUp();
    if (product === "vault") await trial.deploy();
  });

  afterAll(async () => {
    await trial.cleanUp();
    await place.close();
  });

  if (product === "openbao") {
    it("is refused where the server has no such plug-in", async () => {
      await expect(trial.deploy()).rejects.toThrow(
        /OpenBao 2\.\d+ lacks a built-in plug-in for Redshift \(every Vault has it\)/,
      );
    });
    return;
  }

  it("makes users that may do what they may, and ends them with their sessions", async () => {
    const user = await vault().issueCredentials("other-engines", "warehouse-readonly");
    const session = new Client(postgres.session("warehouse", user));
    session.on("error", () => undefined);
    await session.connect();
    await session.query("SELECT * FROM facts");
    await expect(session.query("DELETE FROM facts")).rejects.toMatchObject(insufficientPrivilege);
    await vault().revokeLease(user.leaseId);
    await expect(session.query("SELECT 1")).rejects.toThrow();
    expect(await postgres.opens("warehouse", user)).toBe(false);
    expect(await postgres.dynamicUsers()).toEqual([]);
  });

  it("T14, T16: has an empty second plan, and an admin whose first password opens nothing", async () => {
    expect((await trial.plan()).code).toBe(0);
    const first = { username: "vault_admin", password: secrets.admin_password };
    expect(await postgres.opens("warehouse", first)).toBe(false);
  });
});
