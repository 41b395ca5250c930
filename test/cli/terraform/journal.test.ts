import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "../../../cli/terraform/journal";
import { scratchFolder } from "../scratch";

const stack = { resource: { vault_identity_entity: { analyst: { name: "analyst" } } } };
const address = "vault_identity_entity.analyst";
const failed = (summary: string) =>
  ({ type: "diagnostic", diagnostic: { severity: "error", summary, detail: "", address } }) as const;

describe("the journal of an apply", () => {
  const folder = scratchFolder();

  it("has the next plan import an entity that turned out to be there already", () => {
    const journal = new Journal(folder());
    journal.note(failed('Identity Entity "analyst" already exists. Entity resource ID "1531-5456" may be imported.'));
    expect(journal.found).toBe(true);
    expect(journal.recover(new Set(), new Set(), stack)).toEqual([address]);
    expect(JSON.parse(readFileSync(join(folder(), "recovery.tf.json"), "utf8"))).toEqual({
      import: [{ to: address, id: "1531-5456" }],
    });
    expect(journal.recover(new Set([address]), new Set(), stack)).toEqual([]);
  });

  it("takes no other failure for something that is there", () => {
    const journal = new Journal(folder());
    journal.note(failed('Identity Entity "analyst" already exists. Unable to determine entity id.'));
    expect(journal.found).toBe(false);
    expect(journal.recover(new Set(), new Set(), stack)).toEqual([]);
    expect(existsSync(join(folder(), "journal.jsonl"))).toBe(false);
  });

  it("leaves to be made anew what can't be imported as it was declared", () => {
    const journal = new Journal(folder());
    const root = "vault_pki_secret_backend_key.root";
    const declared = { resource: { vault_pki_secret_backend_key: { root: {} }, vault_policy: { app: {} } } };
    for (const [addr, id] of [
      [root, "pki/key/1531"],
      ["vault_policy.app", "app"],
    ] as const) {
      journal.note({ type: "apply_complete", hook: { resource: { addr }, action: "create", id_value: id } });
    }
    expect(journal.recover(new Set(), new Set(), declared)).toEqual(["vault_policy.app"]);
    expect([...journal.addresses()]).toEqual([root, "vault_policy.app"]);
  });
});
