import { DeclaredNames } from "../../../cli/drift/declared-names";
import { staying } from "../review/plans";

describe("what is declared in a Transit mount", () => {
  const names = new DeclaredNames([
    staying("vault_mount.x", { path: "transit/", type: "transit" }),
    staying("vault_transit_secret_backend_key.x", { backend: "transit", name: "orders" }),
  ]);

  it("is known by the path that it has, so that a key made by hand is found", () => {
    expect(names.listings().map(({ noun, path }) => `${noun} ${path}`)).toEqual(["key transit/keys"]);
    expect(names.has("transit/keys/orders")).toBe(true);
    expect(names.has("transit/keys/made-by-hand")).toBe(false);
  });
});
