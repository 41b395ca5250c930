import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { claimName } from "../../../constructs/provider/claim";
import { bareStack, testApp } from "../../helpers/synth";

describe("claimName", () => {
  it("refuses a name that another construct of the stack holds, and names both", () => {
    const stack = bareStack();
    claimName(new Construct(stack, "first"), "mount", "database");
    expect(() => claimName(new Construct(stack, "second"), "mount", "database")).toThrow(
      '[dev/second] mount "database" is declared already, by dev/first: give one of the two another name',
    );
  });

  it("lets one name be held once for each kind", () => {
    const stack = bareStack();
    claimName(new Construct(stack, "first"), "mount", "approle");
    expect(() => claimName(new Construct(stack, "second"), "auth method", "approle")).not.toThrow();
  });

  it("does not take the end of a kind for the beginning of a name", () => {
    const stack = bareStack();
    claimName(new Construct(stack, "first"), "role of mount a", "b");
    expect(() => claimName(new Construct(stack, "second"), "role of mount", "a b")).not.toThrow();
  });

  it("lets each stack of an app hold the name", () => {
    const app = testApp();
    const [dev, staging] = [new TerraformStack(app, "dev"), new TerraformStack(app, "staging")];
    claimName(dev, "mount", "database");
    expect(() => claimName(staging, "mount", "database")).not.toThrow();
  });

  it("refuses a construct outside of any stack", () => {
    expect(() => claimName(new Construct(testApp(), "loose"), "mount", "database")).toThrow(
      /No stack could be identified for the construct at path/,
    );
  });
});
