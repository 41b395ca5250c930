import { loginsOf } from "../../environments/logins/logins";
import { isPostgres } from "../../environments/databases/schema";
import { parseEnvironment } from "../../environments/load";
import { prod } from "../../environments/prod";

describe("prod", () => {
  const environment = parseEnvironment(prod);
  const databases = environment.databases.filter(isPostgres);

  it("goes to its own Vault and database over TLS", () => {
    expect(environment.vault.address).toBe("https://vault.company.com");
    expect(databases.map(({ host }) => host)).toEqual(["postgres.company.com", "warehouse.company.com"]);
    expect(databases.every(({ tls }) => tls !== "disable" && tls !== "require")).toBe(true);
  });

  it("can't be destroyed by accident", () => {
    expect(environment.preventDestroy).toBe(true);
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
      { name: "dbas", allCredentialsOf: ["database"], manageAllLeasesOf: ["database"] },
      { name: "analysts", credentials: ["analytics/analyst", "database/analytics-readonly"] },
      { name: "data-platform", allCredentialsOf: ["analytics"] },
    ]);
  });

  it("lets only the programs have users that write, each its own", () => {
    const credentials = environment.auth.map((method) => [
      method.path,
      ...loginsOf(method).flatMap(({ login }) => login.credentials ?? []),
    ]);
    expect(credentials).toEqual([
      ["approle", "database/app-readonly"],
      ["kubernetes", "database/app-writer", "analytics/etl-writer"],
      ["ldap"],
      ["github-actions", "database/app-readonly"],
    ]);
  });

  it("lets workflows of the protected branch in, and no others", () => {
    const [workflows] = environment.auth.flatMap((method) => (method.method === "jwt" ? [method] : []));
    expect(workflows?.gitHubActionsRoles).toEqual([
      expect.objectContaining({ repository: "company/app", ref: "refs/heads/main", environment: "prod" }),
    ]);
  });

  it("lets whoever is on call end leases, and have no credential by that", () => {
    expect(environment.identity.groups).toEqual([
      { name: "on-call", alias: { method: "ldap", name: "on-call" }, manageAllLeasesOf: ["database", "analytics"] },
    ]);
  });

  it("has every engine, whose keys and authorities stay in Vault, and lets the application alone use them", () => {
    expect(environment.engines.map(({ type, path }) => [type, path])).toEqual([
      ["kv", "secret"],
      ["transit", "transit"],
      ["pki", "pki-root"],
      ["pki", "pki"],
      ["aws", "aws"],
    ]);
    const users = environment.auth.flatMap(loginsOf).filter(({ login }) => login.kv ?? login.transit ?? login.pki);
    expect(users.map(({ login }) => login.name)).toEqual(["app"]);
    expect(users[0]?.login.kv).toEqual([{ mount: "secret", path: "prod/app", may: ["read"] }]);
  });

  it("is hardened: limits, headers, and a strong password for every user of a database", () => {
    expect(environment.rateLimits.map(({ name, path, below }) => [name, path, below])).toEqual([
      ["requests", undefined, undefined],
      ["logins-ldap", "auth/ldap", "login*"],
    ]);
    expect(environment.uiHeaders.map(({ name }) => name)).toContain("X-Content-Type-Options");
    expect(environment.cors).toBeUndefined();
    expect(environment.databases.map(({ passwordPolicy }) => passwordPolicy)).toEqual(["strong", "strong", "strong"]);
    for (const { maxOpenConnections, maxConnectionLifetime } of environment.databases)
      expect({ maxOpenConnections, maxConnectionLifetime }).toEqual({
        maxOpenConnections: 5,
        maxConnectionLifetime: "5m",
      });
  });

  it("changes every admin's password as soon as it is deployed", () => {
    expect(environment.databases.map(({ rotateRoot }) => rotateRoot)).toEqual([true, true, true]);
  });

  it("limits the SecretIDs of every AppRole, in number and in time", () => {
    const logins = environment.auth.filter(({ method }) => method === "approle").flatMap(loginsOf);
    expect(logins).toHaveLength(1);
    for (const { login } of logins) {
      if (!("secretIdUses" in login)) throw new Error(`${login.name} has no limit`);
      expect(login.secretIdUses).toBeGreaterThan(0);
      expect((login as { secretIdTtl?: string }).secretIdTtl).toBeDefined();
    }
  });
});
