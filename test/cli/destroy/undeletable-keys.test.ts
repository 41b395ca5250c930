import { requireDeletableKeys } from "../../../cli/destroy/undeletable-keys";
import { change, plan, staying } from "../review/plans";

const key = (name: string, deletable: boolean) =>
  change({
    address: `vault_transit_secret_backend_key.${name}`,
    before: { backend: "transit", name, deletion_allowed: deletable },
  });

describe("requireDeletableKeys", () => {
  it("names the keys that Vault would refuse to delete, and what to do", () => {
    expect(() => requireDeletableKeys(plan([key("b", false), key("c", true), key("a", false)]), "prod")).toThrow(
      "[environment prod] keys transit/a, transit/b can't be deleted: whatever they encrypted would be lost: " +
        "if they are to go, give each its deletableReason, deploy that, and destroy the environment then",
    );
  });

  it("lets pass keys that may be deleted, and those that stay", () => {
    const stays = staying("vault_transit_secret_backend_key.d", { name: "d", deletion_allowed: false });
    const mount = change({ address: "vault_mount.x", before: { path: "transit", type: "transit" } });
    expect(() => requireDeletableKeys(plan([key("c", true), mount], [stays]), "prod")).not.toThrow();
  });
});
