import { isPostgres } from "../../environments/databases/schema";
import { parseEnvironment } from "../../environments/load";
import { prod } from "../../environments/prod";
import { staging } from "../../environments/staging";

describe("staging", () => {
  const environment = parseEnvironment(staging);
  const databases = environment.databases.filter(isPostgres);

  it("goes to its own Vault and database over TLS", () => {
    expect(environment.vault.address).toBe("https://vault-staging.company.com");
    expect(databases.map(({ host }) => host)).toEqual([
      "postgres-staging.company.com",
      "warehouse-staging.company.com",
    ]);
    expect(databases.every(({ tls }) => tls !== "disable" && tls !== "require")).toBe(true);
  });

  it("keeps its state remotely, apart from prod's", () => {
    expect(environment.state).toMatchObject({ backend: "s3", key: "leasehold/staging.tfstate" });
    expect(environment.state).not.toEqual(prod.state);
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

  it("rehearses prod: the same mounts, logins and roles", () => {
    const rehearsed = parseEnvironment(prod);
    expect(environment.mounts).toEqual(rehearsed.mounts);
    // Each has its own cluster, and lets its own deployment environment of the workflows in.
    const placeless = JSON.stringify(environment.auth)
      .replaceAll("-staging.", ".")
      .replaceAll(/"staging(?=["/])/g, '"prod');
    expect(JSON.parse(placeless)).toEqual(JSON.parse(JSON.stringify(rehearsed.auth)));
    expect(environment.identity).toEqual(rehearsed.identity);
    expect(environment.engines.map(({ type, path }) => ({ type, path }))).toEqual(
      rehearsed.engines.map(({ type, path }) => ({ type, path })),
    );
    for (const field of ["auditedHeaders", "passwordPolicies", "rateLimits", "uiHeaders"] as const)
      expect(environment[field]).toEqual(rehearsed[field]);
    expect(databases.map(({ roles, bootstrap }) => ({ roles, bootstrap }))).toEqual(
      rehearsed.databases.filter(isPostgres).map(({ roles, bootstrap }) => ({ roles, bootstrap })),
    );
  });
});
