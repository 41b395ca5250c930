import { Construct } from "constructs";
import { SecretInput } from "../../../constructs/core/secret-input";
import { type SecretLifetime, secretVariable } from "../../../constructs/provider/secret-variable";
import { bareStack, synth } from "../../helpers/synth";

const password = SecretInput.variable("admin_password", "Password of vault_admin");

function declared(...lifetimes: SecretLifetime[]) {
  const stack = bareStack();
  lifetimes.forEach((lifetime, at) => secretVariable(new Construct(stack, `use-${at}`), password, lifetime));
  return synth(stack).variable;
}

describe("secretVariable", () => {
  it("declares a variable that neither the plan nor the state nor a log holds", () => {
    expect(declared("ephemeral")).toEqual({
      admin_password: {
        type: "string",
        description: "Password of vault_admin",
        sensitive: true,
        nullable: false,
        ephemeral: true,
      },
    });
  });

  it("has no default, so that a deployment without the secret fails", () => {
    expect(declared("ephemeral")["admin_password"]).not.toHaveProperty("default");
  });

  it("belongs to the stack, wherever the use is, so that TF_VAR_<name> reaches it", () => {
    const stack = bareStack();
    const variable = secretVariable(new Construct(new Construct(stack, "deep"), "down"), password, "ephemeral");
    expect(variable.node.path).toBe("dev/admin_password");
    expect(variable.friendlyUniqueId).toBe("admin_password");
  });

  it("is shared by two uses", () => {
    const stack = bareStack();
    const first = secretVariable(new Construct(stack, "first"), password, "ephemeral");
    const second = secretVariable(new Construct(stack, "second"), SecretInput.variable("admin_password"), "ephemeral");
    expect(second).toBe(first);
    expect(Object.keys(synth(stack).variable)).toEqual(["admin_password"]);
  });

  it.each<SecretLifetime[]>([["stored"], ["stored", "ephemeral"], ["ephemeral", "stored"], ["stored", "stored"]])(
    "is not ephemeral as soon as one use needs it stored (%s, then %s)",
    (...lifetimes) => {
      const variable = declared(...lifetimes)["admin_password"];
      expect(variable).not.toHaveProperty("ephemeral");
      expect(variable).toMatchObject({ sensitive: true, nullable: false });
    },
  );
});
