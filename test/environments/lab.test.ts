import { loginsOf } from "../../environments/logins/logins";
import { lab } from "../../environments/lab";
import { isPostgres } from "../../environments/databases/schema";
import { parseEnvironment } from "../../environments/load";

describe("lab", () => {
  const environment = parseEnvironment(lab);
  const databases = environment.databases.filter(isPostgres);

  it("stays on this machine", () => {
    expect(new URL(environment.vault.address).hostname).toBe("127.0.0.1");
    expect(databases.map(({ host }) => host)).toEqual(["127.0.0.1"]);
    expect(environment.state).toEqual({ backend: "local" });
  });

  it("is the one that does without TLS, and only on loopback", () => {
    expect(databases.map(({ tls }) => tls)).toEqual(["disable"]);
  });

  it("has a login for an application, whose SecretID is used once", () => {
    const logins = environment.auth.flatMap(loginsOf).map(({ login }) => login);
    expect(logins).toEqual([expect.objectContaining({ name: "orders-app", secretIdUses: 1, secretIdTtl: "10m" })]);
  });
});
