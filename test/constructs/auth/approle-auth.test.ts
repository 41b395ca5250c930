import type { AuthMethodOptions } from "../../../constructs/auth/auth-method";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";

function declare(props?: AuthMethodOptions) {
  const stack = stackWithVault();
  const auth = new AppRoleAuth(stack, "Logins", props);
  return { stack, auth, fields: () => onlyResource(synth(stack), "vault_auth_backend") };
}

describe("AppRoleAuth", () => {
  it("mounts the method at approle", () => {
    expect(declare().fields()).toEqual({ type: "approle", path: "approle", description: "Logins of programs" });
  });

  it("takes a path and a description", () => {
    const { auth, fields } = declare({ path: "team-a/programs", description: "Programs of team A" });
    expect(fields()).toEqual({ type: "approle", path: "team-a/programs", description: "Programs of team A" });
    expect(auth.path).toBe("team-a/programs");
  });

  it.each(["/approle", "approle/", "auth//approle", ""])("refuses the path %j", (path) => {
    expect(() => declare({ path })).toThrow(
      `[dev/Logins] path ${JSON.stringify(path)} can't be used in a Vault path: use names joined by "/"`,
    );
  });

  it("refuses a path that another method has, but not that of a mount, which lies elsewhere", () => {
    const { stack } = declare();
    expect(() => new DatabaseSecretsEngine(stack, "Mount", { path: "approle" })).not.toThrow();
    expect(() => new AppRoleAuth(stack, "Second")).toThrow(
      '[dev/Second] auth method "approle" is declared already, by dev/Logins: give one of the two another name',
    );
  });

  it("declares logins below itself", () => {
    const { auth } = declare();
    const role = auth.addRole("ci");
    expect(role.node.path).toBe("dev/Logins/ci");
    expect(role.auth).toBe(auth);
  });
});
