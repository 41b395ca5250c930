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

  const imports = () => JSON.parse(readFileSync(join(folder(), "recovery.tf.json"), "utf8")) as unknown;

  it.each([
    'Identity Entity "analyst" already exists. Entity resource ID "1531-5456" may be imported.',
    'entity alias "analyst" already exists for mount accessor "auth_userpass_1", id="1531-5456"',
    'failed to create identity group "analyst", reason=group already exists with path="identity/group/name/analyst", id="1531-5456"',
  ])("has the next plan import what turned out to be there already: %s", (summary) => {
    const journal = new Journal(folder());
    journal.begin();
    journal.note(failed(summary));
    journal.end(false);
    expect(journal.recover(new Set(), new Set(), stack)).toEqual([address]);
    expect(imports()).toEqual({ import: [{ to: address, id: "1531-5456" }] });
    expect(journal.recover(new Set([address]), new Set(), stack)).toEqual([]);
  });

  it("takes no other failure for something that is there", () => {
    const journal = new Journal(folder());
    journal.begin();
    journal.note(failed('Identity Entity "analyst" already exists. Unable to determine entity id.'));
    journal.end(false);
    expect(journal.recover(new Set(), new Set(), stack)).toEqual([]);
    expect(existsSync(join(folder(), "journal.jsonl"))).toBe(false);
  });

  it("keeps what a killed apply made until one has succeeded, and nothing of one that failed by itself", () => {
    const killed = new Journal(folder());
    killed.begin();
    killed.note({ type: "apply_complete", hook: { resource: { addr: address }, action: "create", id_value: "1531" } });
    // The next one fails before it comes to the import.
    const next = new Journal(folder());
    next.begin();
    next.note({ type: "apply_start", hook: { resource: { addr: "vault_mount.database" }, action: "create" } });
    next.end(false);
    expect([...new Journal(folder()).addresses()]).toEqual([address]);
    expect(next.recover(new Set(), new Set(), stack)).toEqual([address]);
    next.begin();
    next.end(true);
    expect(new Journal(folder()).exists).toBe(false);
    expect(existsSync(join(folder(), "recovery.tf.json"))).toBe(false);
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
