import type { ResourceChange } from "../../../cli/review/plan";
import { reviewRules } from "../../../cli/review/rules";
import { remove, replace, said, update } from "./changes";
import { plan } from "./plans";

const mount = "vault_mount.x";
const keyAt = "vault_transit_secret_backend_key.x";
const key = { backend: "transit", name: "orders", deletion_allowed: false, min_decryption_version: 1 };
const configAt = "vault_kv_secret_backend_v2.x";
const secretAt = "vault_kv_secret_v2.x";
const secret = { mount: "secret", name: "shop/smtp" };
const metadataAt = "vault_generic_endpoint.x";
const metadata = { path: "secret/metadata/shop/smtp", disable_delete: false };

const ruleOf = (id: string) => {
  const rule = reviewRules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
};

describe("what is lost with a mount", () => {
  it.each([
    ["kv", "every secret in it is lost with all its versions"],
    ["transit", "its keys are lost, whether or not they may be deleted"],
    ["database", "every lease below it ends with its users"],
  ])("is said of %s", (type, loss) => {
    const why = (id: string, lost: ResourceChange) => ruleOf(id).check(plan([lost]))[0]?.why;
    expect(why("destroyed", remove(mount, { path: "a", type }))).toContain(loss);
    expect(why("mount-replaced", replace(mount, { path: "a", type }, { path: "b", type }, "type"))).toContain(loss);
  });
});

describe("of secrets and keys", () => {
  it.each<[string, ResourceChange, string]>([
    [
      "kv-secret-removed",
      remove(metadataAt, metadata),
      "dangerous: the secret secret/shop/smtp is destroyed with every version",
    ],
    [
      "kv-secret-removed",
      remove(metadataAt, { ...metadata, disable_delete: true }),
      "careful: the secret secret/shop/smtp stays on the server, and is declared no more",
    ],
    [
      "kv-secret-removed",
      remove(secretAt, secret),
      "dangerous: the latest version of the secret secret/shop/smtp is deleted, whoever wrote it",
    ],
    [
      "kv-secret-removed",
      replace(secretAt, { ...secret, delete_all_versions: true }, secret, "name"),
      "dangerous: the secret secret/shop/smtp is destroyed with every version and written anew because name can't be changed in place",
    ],
    [
      "kv-secret-removed",
      remove("vault_kv_secret.x", { path: "old/smtp" }),
      "dangerous: the secret old/smtp is destroyed with every version",
    ],
    [
      "kv-history-shortened",
      update(configAt, { max_versions: 0 }, { max_versions: 3 }),
      "dangerous: 3 versions of a secret are kept in place of 10",
    ],
    [
      "kv-history-shortened",
      update(configAt, { delete_version_after: 0 }, { delete_version_after: 86_400 }),
      "dangerous: a version is deleted after 1d",
    ],
    [
      "protection-lowered",
      update(configAt, { cas_required: true }, { cas_required: false }),
      "dangerous: cas_required is false",
    ],
    ["transit-key-removed", remove(keyAt, key), "blocked: the key transit/orders is deleted"],
    [
      "transit-key-removed",
      replace(keyAt, { ...key, deletion_allowed: true }, key, "type"),
      "dangerous: the key transit/orders is deleted and made anew because type can't be changed in place",
    ],
    [
      "transit-versions-raised",
      update(keyAt, key, { ...key, min_decryption_version: 3 }),
      "dangerous: min_decryption_version of the key transit/orders rises from 1 to 3",
    ],
  ])("%s fires", (id, given, expected) => {
    expect(said(id, given)).toEqual([expected]);
  });

  it.each<[string, ResourceChange]>([
    ["protection-lowered", update(configAt, { cas_required: false }, { cas_required: true })],
    ["destroyed", remove(keyAt, key)],
    ["destroyed", remove(secretAt, secret)],
    ["destroyed", remove(metadataAt, metadata)],
    ["replaced", replace(keyAt, key, key)],
    ["kv-secret-removed", update(secretAt, secret, { ...secret, data_json_wo_version: 2 })],
    ["kv-secret-removed", remove(metadataAt, { path: "sys/quotas/lease-count/x" })],
    ["kv-history-shortened", update(configAt, { max_versions: 3 }, { max_versions: 0, delete_version_after: 0 })],
    ["transit-key-removed", update(keyAt, key, { ...key, auto_rotate_period: 0 })],
    ["transit-versions-raised", update(keyAt, { ...key, min_decryption_version: 3 }, key)],
    ["secret-sent", { ...update(metadataAt, metadata, metadata), sensitive: [{ name: "data_json", changes: true }] }],
  ])("%s passes", (id, given) => {
    expect(said(id, given)).toEqual([]);
  });

  it("changed-beside passes where Vault rotated a key by itself", () => {
    const drift = (after: object) =>
      ruleOf("changed-beside").check({ ...plan([]), drift: [update(keyAt, { latest_version: 1 }, after)] });
    expect(drift({ latest_version: 2, keys: [{ id: "1" }, { id: "2" }] })).toEqual([]);
    expect(drift({ latest_version: 2, deletion_allowed: true }).map(({ what }) => what)).toEqual([
      "deletion_allowed changed beside Terraform",
    ]);
  });
});
