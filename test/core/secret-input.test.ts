import { inspect } from "node:util";
import { SecretInput } from "../../constructs/core/secret-input";
import { refusalOf } from "../helpers/environments";

describe("SecretInput.variable", () => {
  it("names the Terraform variable and the process's variable that sets it", () => {
    const secret = SecretInput.variable("orders_admin_password");
    expect(secret.variableName).toBe("orders_admin_password");
    expect(secret.environmentVariable).toBe("TF_VAR_orders_admin_password");
  });

  it("describes itself unless told how", () => {
    expect(SecretInput.variable("vault_role_id").description).toBe("Secret vault_role_id");
    expect(SecretInput.variable("vault_role_id", "RoleID of CI").description).toBe("RoleID of CI");
  });

  it.each([
    ["empty", ""],
    ["upper-case", "Password"],
    ["with a hyphen", "admin-password"],
    ["with a dot", "admin.password"],
    ["with a space", "admin password"],
    ["with a quote", 'admin"'],
    ["with an interpolation", "${admin}"],
    ["beginning with a digit", "1password"],
    ["beginning with _", "_password"],
    ["with a line break at the end", "password\n"],
  ])("refuses a name that is %s", (_reason, name) => {
    expect(refusalOf(() => SecretInput.variable(name))).toBe(
      "[SecretInput.variable] the name given is not usable as TF_VAR_<name>: " +
        "use lower-case letters, digits and _, beginning with a letter",
    );
  });
});

describe("printing a SecretInput", () => {
  const secret = SecretInput.variable("orders_admin_password", "Password of Vault's user in orders");
  const shown = "<secret from TF_VAR_orders_admin_password>";

  it("shows where the value comes from", () => {
    expect(String(secret)).toBe(shown);
    expect(`password=${secret.toString()}`).toBe(`password=${shown}`);
  });

  it("shows the same in JSON", () => {
    expect(JSON.stringify({ password: secret })).toBe(`{"password":"${shown}"}`);
  });

  it("shows the same to console.log, however deep it lies", () => {
    expect(inspect(secret)).toBe(shown);
    expect(inspect({ admin: { password: secret } })).toBe(`{ admin: { password: ${shown} } }`);
  });

  it("has no property that could hold a value", () => {
    expect(Object.keys(secret).sort()).toEqual(["description", "variableName"]);
  });
});

describe("SecretInput.require", () => {
  it("gives back a SecretInput", () => {
    const secret = SecretInput.variable("password");
    expect(SecretInput.require("dev", "admin.password", secret)).toBe(secret);
  });

  it("refuses a string, says what to write instead, and does not repeat it", () => {
    expect(refusalOf(() => SecretInput.require("dev/orders", "admin.password", "hunter2"))).toBe(
      "[dev/orders] admin.password is a secret and was given as a string: " +
        `use SecretInput.variable("admin_password") and set the TF_VAR_ of that name when you deploy`,
    );
  });

  it.each([
    ["a number", 271_828, "number"],
    ["an object that holds the value", { value: "271828" }, "object"],
    ["an object that looks like one", { variableName: "x271828", description: "271828" }, "object"],
    ["a list", ["271828"], "object"],
    ["a function", () => "271828", "function"],
    ["null", null, "object"],
    ["nothing", undefined, "undefined"],
  ])("refuses %s without repeating it", (_reason, value, type) => {
    const message = refusalOf(() => SecretInput.require("dev", "secretId", value));
    expect(message).toContain(`secretId is a secret and was given as a ${type}: `);
    expect(message).not.toContain("271828");
  });

  it("suggests a variable name that SecretInput.variable accepts", () => {
    const message = refusalOf(() => SecretInput.require("dev", "admin.rootPassword", "hunter2"));
    const suggested = /SecretInput\.variable\("(.*?)"\)/.exec(message)?.[1] ?? "";
    expect(SecretInput.variable(suggested).variableName).toBe("admin_rootpassword");
  });
});
