import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { stackWithVault } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

function declare() {
  const stack = stackWithVault();
  const policy = new VaultPolicy(stack, "App", { name: "app" });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const connection = engine.addPostgres("orders", postgresOptions);
  const role = connection.addRole("app", roleOptions);
  connection.addStaticRole("legacy", { username: "legacy", rotation: { period: "1d" }, rotatesAtOnce: true });
  return {
    policy,
    engine,
    connection,
    role,
    evaluator: () => new Evaluator([{ name: "app", rules: policy.toDocument().rules }]),
  };
}

const renewal = {
  path: "sys/leases/renew/database/creds/app/*",
  capabilities: ["update"],
  deniedParameters: { lease_id: [] },
};

describe("grants on leases", () => {
  it("of a role allow renewal where the URL names the lease, and the body none", () => {
    const { policy, role, evaluator } = declare();
    expect(role.grantLeaseRenewal(policy).rules).toMatchObject([renewal]);
    expect(evaluator().allows("sys/leases/renew/database/creds/app/x", "update")).toBe(true);
    for (const path of ["sys/leases/renew", "sys/leases/renew/database/creds/app-other/x", "database/creds/app"]) {
      expect(evaluator().on(path).capabilities).toEqual(["deny"]);
    }
  });

  it("of a role allow listing, renewal and revocation", () => {
    const { policy, role, evaluator } = declare();
    expect(role.grantManageLeases(policy).rules).toMatchObject([
      renewal,
      { path: "sys/leases/lookup/database/creds/app/", capabilities: ["list", "sudo"] },
      { ...renewal, path: "sys/leases/revoke/database/creds/app/*" },
      { path: "sys/leases/revoke-prefix/database/creds/app", capabilities: ["update", "sudo"] },
    ]);
    for (const path of [
      "lookup/database/creds/app-other/",
      "revoke-prefix/database/creds",
      "revoke-force/database/creds/app",
    ]) {
      expect(evaluator().on(`sys/leases/${path}`).capabilities).toEqual(["deny"]);
    }
  });

  it("of a mount name every dynamic role, also later ones, and no static one", () => {
    const { policy, engine, connection, evaluator } = declare();
    engine.grantLeaseRenewal(policy);
    engine.grantManageLeases(policy);
    connection.addRole("late", roleOptions);
    expect(policy.toDocument().rules.map(({ path }) => path)).toEqual(
      [
        "lookup/database/creds/",
        "renew/database/creds/",
        "revoke-prefix/database/creds/",
        "revoke/database/creds/",
      ].flatMap((start, at) => ["app", "late"].map((role) => `sys/leases/${start}${role}${["/", "/*", "", "/*"][at]}`)),
    );
    expect(evaluator().allows("sys/leases/renew/database/creds/legacy/x", "update")).toBe(false);
  });

  it("are not what credentials are", () => {
    const { policy, engine } = declare();
    engine.grantStaticCredentials(policy);
    engine.grantCredentials(policy);
    expect(policy.toDocument().rules.map(({ path }) => path)).toEqual([
      "database/creds/app",
      "database/static-creds/legacy",
    ]);
  });
});
