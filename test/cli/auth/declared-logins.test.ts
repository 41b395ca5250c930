import { declaredAppRole, declaredUser } from "../../../cli/auth/declared-logins";
import type { Environment } from "../../../environments/schema";

const environment = {
  name: "dev",
  auth: [
    { method: "approle", path: "programs", roles: [{ name: "App" }, { name: "worker" }] },
    { method: "approle", path: "jobs", roles: [{ name: "worker" }] },
    { method: "userpass", path: "people", users: [{ name: "alice", tokenTtl: "1h" }] },
    { method: "userpass", path: "guests", users: [{ name: "app" }] },
  ],
} as unknown as Environment;

describe("declared logins", () => {
  it("are found by their name in any case, and named as Vault keeps them", () => {
    expect(declaredAppRole(environment, "aPP", undefined)).toEqual({ path: "programs", declared: { name: "app" } });
    expect(declaredUser(environment, "Alice", undefined)).toEqual({
      path: "people",
      declared: { name: "alice", tokenTtl: "1h" },
    });
  });

  it("are those of one method where it is named", () => {
    expect(declaredAppRole(environment, "worker", "jobs")).toEqual({ path: "jobs", declared: { name: "worker" } });
    expect(() => declaredAppRole(environment, "worker", undefined)).toThrow(
      '[environments/dev] auth/programs and auth/jobs each have a role "worker": name one with --method',
    );
  });

  it("are not those of another method, or none", () => {
    expect(() => declaredAppRole(environment, "alice", undefined)).toThrow(
      '[environments/dev] there is no approle role "alice": ' +
        "use one of App of auth/programs, worker of auth/programs, worker of auth/jobs",
    );
    expect(() => declaredUser(environment, "worker", "people")).toThrow(
      '[environments/dev] there is no userpass user "worker" of auth/people: use one of alice of auth/people',
    );
    expect(() => declaredUser({ ...environment, auth: [] }, "alice", undefined)).toThrow(
      '[environments/dev] there is no userpass user "alice": declare it and deploy first',
    );
  });
});
