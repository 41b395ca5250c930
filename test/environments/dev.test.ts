import { dev } from "../../environments/dev";
import { parseEnvironment } from "../../environments/load";

describe("dev", () => {
  const environment = parseEnvironment(dev);

  it("goes to its own Vault over TLS", () => {
    expect(environment.vault.address).toBe("https://vault-dev.company.com");
  });

  it("keeps its state on the developer's machine, and logs in with the developer's token", () => {
    expect(environment.state).toEqual({ backend: "local" });
    expect(environment.vault.login).toBeUndefined();
  });

  it("lets developers read and write, but not change the schema", () => {
    const developers = environment.policies.find(({ name }) => name === "developers");
    expect(developers?.credentials).toEqual(["database/app-readonly", "database/app-writer"]);
    expect(developers?.allCredentialsOf).toBeUndefined();
  });

  it("takes the admin's password from a variable of its own", () => {
    expect(environment.databases.map(({ admin }) => admin.password.environmentVariable)).toEqual([
      "TF_VAR_postgres_dev_admin_password",
      "TF_VAR_mysql_analytics_dev_admin_password",
      "TF_VAR_data_warehouse_dev_admin_password",
    ]);
  });
});
