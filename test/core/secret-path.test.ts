import { secretPath } from "../../constructs/core/secret-path";

describe("secretPath", () => {
  it("joins what is known, in the order of the convention", () => {
    const typed: "prod/shop/payments/stripe" = secretPath({
      environment: "prod",
      application: "shop",
      component: "payments",
      secret: "stripe",
    });
    expect(typed).toBe("prod/shop/payments/stripe");
    expect(secretPath({ secret: "stripe", component: "payments", application: "shop", environment: "prod" })).toBe(
      typed,
    );
  });

  it("names a folder by what is left out at the end", () => {
    const application: "prod/shop" = secretPath({ environment: "prod", application: "shop" });
    expect(application).toBe("prod/shop");
    expect(secretPath({ environment: "prod", application: "shop", component: "payments" })).toBe("prod/shop/payments");
  });

  it("refuses a secret that no component has", () => {
    expect(() => secretPath({ environment: "prod", application: "shop", secret: "stripe" })).toThrow(
      "[secretPath] component undefined can't be used in a Vault path",
    );
  });

  it.each(["environment", "application", "component", "secret"] as const)("refuses a bad %s", (part) => {
    const sound = { environment: "prod", application: "shop", component: "payments", secret: "stripe" };
    for (const bad of ["", "a/b", "*", "+", "${var.x}", "{{identity.entity.name}}"]) {
      expect(() => secretPath({ ...sound, [part]: bad })).toThrow(
        `[secretPath] ${part} ${JSON.stringify(bad)} can't be used in a Vault path: use letters`,
      );
    }
  });
});
