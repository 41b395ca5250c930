import { loginsOf } from "../../environments/logins/logins";
import { isPostgres } from "../../environments/databases/schema";
import { parseEnvironment } from "../../environments/load";
import { prod } from "../../environments/prod";

describe("prod", () => {
  const environment = parseEnvironment(prod);
  const databases = environment.databases.filter(isPostgres);

  it("goes to its own Vault and database over TLS", () => {
    expect(environment.vault.address).toBe("https://vault.company.com");
    expect(databases.map(({ host }) => host)).toEqual(["postgres.company.com"]);
    expect(databases.every(({ tls }) => tls !== "disable" && tls !== "require")).toBe(true);
  });

  it("keeps its state remotely", () => {
    expect(environment.state).toMatchObject({ backend: "s3", key: "leasehold/prod.tfstate" });
  });

  it("logs in as an AppRole, with variables, at a mount that exists before the first deployment", () => {
    expect(JSON.parse(JSON.stringify(environment.vault.login))).toEqual({
      method: "approle",
      path: "deployer",
      roleId: "<secret from TF_VAR_vault_role_id>",
      secretId: "<secret from TF_VAR_vault_secret_id>",
    });
    expect(environment.auth.map(({ path }) => path)).not.toContain("deployer");
  });

  it("lets developers read only, and DBAs have every role", () => {
    expect(environment.policies).toEqual([
      { name: "developers", credentials: ["database/app-readonly"] },
      { name: "dbas", allCredentialsOf: ["database"] },
    ]);
  });

  it("lets no login have a user that writes", () => {
    const credentials = environment.auth.flatMap(loginsOf).flatMap(({ login }) => login.credentials);
    expect(credentials).toEqual(["database/app-readonly"]);
  });

  it("limits the SecretIDs of every login, in number and in time", () => {
    for (const { login } of environment.auth.flatMap(loginsOf)) {
      if (!("secretIdUses" in login)) throw new Error(`${login.name} is no AppRole: say here what limits it`);
      expect(login.secretIdUses).toBeGreaterThan(0);
      expect((login as { secretIdTtl?: string }).secretIdTtl).toBeDefined();
    }
  });
});
