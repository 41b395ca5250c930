import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { StaticRole, type StaticRoleOptions, type StaticRotation } from "../../../constructs/database/static-role";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { onlyResource, resources, stackWithVault, synth, validate } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

const options: StaticRoleOptions = { username: "legacy", rotation: { period: "24h" }, rotatesAtOnce: true };

function declare(change: Partial<StaticRoleOptions> = {}, name = "legacy-app", path = "database") {
  const stack = stackWithVault();
  const engine = new DatabaseSecretsEngine(stack, "Database", { path });
  const connection = engine.addPostgres("orders", postgresOptions);
  const role = connection.addStaticRole(name, { ...options, ...change });
  return {
    stack,
    engine,
    connection,
    role,
    fields: () => onlyResource(synth(stack), "vault_database_secret_backend_static_role"),
  };
}

describe("StaticRole", () => {
  it("declares the user, whose password changes each time the period is over, in seconds", () => {
    expect(declare().fields()).toEqual({
      backend: "database",
      db_name: expect.stringMatching(
        /^\$\{vault_database_secret_backend_connection\.Database_orders_\w+\.name\}$/,
      ) as unknown,
      name: "legacy-app",
      username: "legacy",
      rotation_period: 86_400,
    });
  });

  it("is the resource that its construct stands for", () => {
    const { role, fields } = declare();
    (role.node.defaultChild as { addOverride: (path: string, value: unknown) => void } | undefined)?.addOverride(
      "credential_type",
      "password",
    );
    expect(fields()).toMatchObject({ credential_type: "password" });
  });

  it("is allowed by its connection, which it makes complete", () => {
    const { connection, role, stack } = declare();
    connection.addRole("app", roleOptions);
    expect(connection.roles).toContain(role);
    const { allowed_roles: allowed } = onlyResource(synth(stack), "vault_database_secret_backend_connection");
    expect(allowed).toEqual(["app", "legacy-app"]);
    expect(() => validate(stack)).not.toThrow();
  });

  it("is allowed also when it was declared elsewhere in the stack", () => {
    const { connection, stack } = declare();
    new StaticRole(stack, "Batch", { ...options, name: "batch", username: "batch", connection });
    const { allowed_roles: allowed } = onlyResource(synth(stack), "vault_database_secret_backend_connection");
    expect(allowed).toEqual(["batch", "legacy-app"]);
  });

  it("is not allowed by its connection when it was refused", () => {
    const { connection } = declare();
    expect(() => connection.addStaticRole("bad", { ...options, username: "b", rotation: { period: "1s" } })).toThrow();
    expect(connection.roles.map(({ name }) => name)).toEqual(["legacy-app"]);
  });

  it.each(["bad name", "a/b", "*", "", "a".repeat(64)])("refuses the name %j", (name) => {
    const { connection, stack } = declare();
    expect(() => new StaticRole(stack, "Bad", { ...options, username: "other", name, connection })).toThrow(
      `[dev/Bad] name ${JSON.stringify(name)} can't be used in a Vault path`,
    );
  });

  it.each(["", "a b", 'a"b', "{{name}}", "${var.user}"])("refuses the user %j", (username) => {
    expect(() => declare({ username })).toThrow(
      `[dev/Database/orders/legacy-app] username ${JSON.stringify(username)} can't be used`,
    );
  });

  it("has a name that no other role of its mount has, dynamic ones included", () => {
    const { engine, connection } = declare();
    const taken = 'role of mount database "legacy-app" is declared already, by dev/Database/orders/legacy-app: ';
    const billing = engine.addPostgres("billing", { ...postgresOptions, host: "billing.company.com" });
    expect(() => billing.addRole("legacy-app", roleOptions)).toThrow(`[dev/Database/billing/legacy-app] ${taken}`);
    connection.addRole("app", roleOptions);
    expect(() => billing.addStaticRole("app", options)).toThrow(
      '[dev/Database/billing/app] role of mount database "app" is declared already, by dev/Database/orders/app: ',
    );
  });

  it("has a user that no other static role of its connection has: each would undo the other's rotation", () => {
    const { engine, connection } = declare();
    expect(() => connection.addStaticRole("second", options)).toThrow(
      '[dev/Database/orders/second] static user of connection database/orders "legacy" is declared already, ' +
        "by dev/Database/orders/legacy-app: ",
    );
    const billing = engine.addPostgres("billing", { ...postgresOptions, host: "billing.company.com" });
    expect(() => billing.addStaticRole("third", options)).not.toThrow();
  });

  it("is never the connection's admin, whom the first rotation would lock out", () => {
    expect(() => declare({ username: "vault_admin" })).toThrow(
      "[dev/Database/orders/legacy-app] username vault_admin is the connection's admin: the first rotation would lock Vault out: " +
        "rotate the admin with rotateRoot of the connection, and give the static role another user",
    );
  });

  it.each([undefined, false, "yes"])("wants it said that the password changes at once, not %j", (said) => {
    expect(() => declare({ rotatesAtOnce: said as unknown as true })).toThrow(
      `[dev/Database/orders/legacy-app] rotatesAtOnce is ${JSON.stringify(said)}: Vault changes the password of legacy as soon ` +
        "as the role is made: have its users take the password from Vault, then set rotatesAtOnce: true",
    );
  });
});

describe("StaticRole's rotation", () => {
  it.each<[StaticRotation, object]>([
    [{ period: "5s" }, { rotation_period: 5 }],
    [{ period: "7d" }, { rotation_period: 604_800 }],
    [{ schedule: "0 3 * * 6" }, { rotation_schedule: "0 3 * * 6" }],
    [{ schedule: "*/15 0-6,22 1 JAN-MAR MON,FRI" }, { rotation_schedule: "*/15 0-6,22 1 JAN-MAR MON,FRI" }],
    [
      { schedule: "0 3 * * 6", window: "1h" },
      { rotation_schedule: "0 3 * * 6", rotation_window: 3600 },
    ],
  ])("can be %j", (rotation, expected) => {
    const { rotation_period, rotation_schedule, rotation_window } = declare({ rotation }).fields();
    expect({ rotation_period, rotation_schedule, rotation_window }).toEqual({
      rotation_period: undefined,
      rotation_schedule: undefined,
      rotation_window: undefined,
      ...expected,
    });
  });

  it.each<[object, string]>([
    [{}, "rotation has neither period nor schedule: give one of the two"],
    [{ window: "1h" }, "rotation has neither period nor schedule: give one of the two"],
    [{ period: "1h", schedule: "0 3 * * 6" }, "rotation has both period and schedule: give one of the two"],
    [{ period: "1h", window: "1h" }, "rotation.window goes with a schedule, not with a period: leave one of them out"],
    [{ period: "4s" }, "rotation.period 4s is too short: give 5 seconds at least"],
    [{ period: "1.5h" }, 'rotation.period "1.5h" is not a duration'],
    [{ schedule: "0 3 * * 6", window: "59m" }, "rotation.window 59m is too short: give 3600 seconds at least"],
    [{ schedule: "0 3 * * 6", window: "soon" }, 'rotation.window "soon" is not a duration'],
  ])("can't be %j", (rotation, problem) => {
    expect(() => declare({ rotation: rotation as StaticRotation })).toThrow(
      `[dev/Database/orders/legacy-app] ${problem}`,
    );
  });

  it.each([
    "",
    "daily",
    "@daily",
    "0 3 * *",
    "0 0 3 * * 6",
    "0  3 * * 6",
    "0 3 * * sunday",
    "0 3 * * 6; x",
    "a b c d e",
  ])("refuses the schedule %j", (schedule) => {
    expect(() => declare({ rotation: { schedule } })).toThrow(
      `[dev/Database/orders/legacy-app] rotation.schedule ${JSON.stringify(schedule)} is not a cron expression: ` +
        'write its five fields, such as "0 3 * * 6"',
    );
  });

  it("has the plug-in's statements unless it was given others", () => {
    expect(declare().fields()).not.toHaveProperty("rotation_statements");
    const rotationStatements = [`ALTER ROLE "{{name}}" PASSWORD '{{password}}'`];
    expect(declare({ rotationStatements }).fields()).toMatchObject({ rotation_statements: rotationStatements });
  });

  it.each([
    ["lets the name escape", "ALTER ROLE {{name}} PASSWORD '{{password}}'", "[0] holds {{name}} without quotes"],
    ["is a block", `DO $$ BEGIN ALTER ROLE "{{name}}" PASSWORD '{{password}}'; END $$`, "[0] holds a DO block"],
    ["uses what Vault does not fill in", `ALTER ROLE "{{user}}" PASSWORD '{{password}}'`, "[0] holds {{user}}, which"],
    ["sets no password", `ALTER ROLE "{{name}}" LOGIN`, " lacks {{name}} or {{password}}"],
    ["gives power", `ALTER ROLE "{{name}}" SUPERUSER PASSWORD '{{password}}'`, "[0] gives the user SUPERUSER"],
  ])("refuses a statement that %s", (_what, statement, problem) => {
    expect(() => declare({ rotationStatements: [statement] })).toThrow(
      `[dev/Database/orders/legacy-app] rotationStatements${problem}`,
    );
  });

  it("refuses no statements", () => {
    expect(() => declare({ rotationStatements: [] })).toThrow(
      "[dev/Database/orders/legacy-app] rotationStatements lacks {{name}} or {{password}}",
    );
  });
});

describe("StaticRole.grantCredentials", () => {
  it("gives the reading of the user's password, and says so", () => {
    const { role, stack } = declare({}, "legacy-app", "team-a/database");
    const subject = new VaultPolicy(stack, "Readers", { name: "readers" });
    expect(role.credentialsPath).toBe("team-a/database/static-creds/legacy-app");
    expect(role.grantStaticCredentials(subject)).toEqual({ subject, rules: [role.credentialsRule()] });
    expect(subject.toHcl()).toBe(
      [
        "# Password of user legacy in database orders",
        'path "team-a/database/static-creds/legacy-app" {',
        '  capabilities = ["read"]',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("gives nothing of the roles beside it, and makes no user", () => {
    const { role, connection, stack } = declare();
    connection.addRole("legacy-app-admin", roleOptions);
    const subject = new VaultPolicy(stack, "Readers", { name: "readers" });
    role.grantStaticCredentials(subject);
    expect(subject.toHcl().match(/path ".*"/g)).toEqual(['path "database/static-creds/legacy-app"']);
    expect(resources(synth(stack), "vault_database_secret_backend_role")).toHaveLength(1);
  });

  it("is part of what the whole mount grants", () => {
    const { engine, stack } = declare();
    const subject = new VaultPolicy(stack, "Dbas", { name: "dbas" });
    engine.grantStaticCredentials(subject);
    expect(subject.toHcl().match(/path ".*"/g)).toEqual(['path "database/static-creds/legacy-app"']);
  });
});
