import type { ResourceChange } from "../../../cli/review/plan";
import { create, remove, replace, said, update } from "./changes";

const role = { backend: "db", name: "app", db_name: "main", max_ttl: 3600 };
const roleAt = "vault_database_secret_backend_role.x";
const staticAt = "vault_database_secret_backend_static_role.x";
const limitAt = "vault_quota_rate_limit.x";
const rootAt = "vault_pki_secret_backend_root_cert.x";
const aRoot = { backend: "pki", issuer_name: "root-2026", common_name: "Root", ttl: "3600s" };
const crlAt = "vault_generic_endpoint.x";
const aCrl = { path: "pki/config/crl", data_json: "(sensitive)" };

describe("each rule on engines and settings of the server fires", () => {
  it.each<[string, ResourceChange, string]>([
    [
      "authority-removed",
      replace(rootAt, aRoot, { ...aRoot, common_name: "Other" }, "common_name"),
      "blocked: the root pki/root-2026 is destroyed and made anew because common_name can't be changed in place",
    ],
    ["authority-removed", remove(rootAt, aRoot), "dangerous: the root pki/root-2026 is destroyed"],
    [
      "authority-removed",
      remove("vault_pki_secret_backend_key.x", { backend: "pki", key_name: "ca-2026" }),
      "dangerous: the private key pki/ca-2026 is destroyed",
    ],
    [
      "authority-unchanged",
      update(rootAt, aRoot, { ...aRoot, ttl: "7200s" }),
      "careful: ttl of the authority pki/root-2026 changes in the declaration, and nowhere else",
    ],
    ["pki-setting-changed", update(crlAt, aCrl, aCrl), "careful: pki/config/crl changes"],
    [
      "pki-setting-changed",
      remove(crlAt, { ...aCrl, path: "pki/config/acme" }),
      "careful: pki/config/acme is declared no more, and stays on the server as it is",
    ],
    [
      "protection-lowered",
      update("vault_pki_secret_backend_role.x", { no_store: false }, { no_store: true, allow_glob_domains: true }),
      "dangerous: allow_glob_domains is true, no_store is true",
    ],
    [
      "password-policy-kept",
      update(
        roleAt,
        { ...role, credential_config: { password_policy: "strong" } },
        { ...role, credential_config: null },
      ),
      "dangerous: the role db/app names the password policy strong no more, and Vault keeps it",
    ],
    [
      "password-policy-kept",
      update(
        staticAt,
        { ...role, credential_config: { password_policy: "strong" } },
        { ...role, credential_config: {} },
      ),
      "dangerous: the role db/app names the password policy strong no more, and Vault keeps it",
    ],
    [
      "limit-loosened",
      update(limitAt, { name: "q", rate: 10, interval: 60, block_interval: 60 }, { name: "q", rate: 10, interval: 1 }),
      "careful: the limit q is loosened: 10 in 60s requests become 10 in 1s, a client is shut out for 0s, no longer 60s",
    ],
    [
      "limit-loosened",
      update("vault_quota_lease_count.x", { name: "q", max_leases: 10 }, { name: "q", max_leases: 20 }),
      "careful: the limit q is loosened: 10 leases become 20",
    ],
    [
      "browser-opened",
      create("vault_generic_endpoint.x", { path: "sys/config/cors" }),
      "careful: which pages may use Vault from a browser changes",
    ],
  ])("%s", (id, given, expected) => {
    expect(said(id, given)).toEqual([expected]);
  });
});

describe("each rule on engines and settings of the server stays silent", () => {
  it.each<[string, ResourceChange]>([
    ["authority-removed", create(rootAt, aRoot)],
    ["authority-removed", remove("vault_pki_secret_backend_role.x", { backend: "pki", name: "web" })],
    ["authority-unchanged", create(rootAt, aRoot)],
    ["authority-unchanged", update(rootAt, aRoot, aRoot)],
    ["pki-setting-changed", create(crlAt, aCrl)],
    ["pki-setting-changed", update(crlAt, { path: "other/thing" }, { path: "other/thing" })],
    // They have rules of their own.
    ["destroyed", remove(rootAt, aRoot)],
    ["destroyed", remove(crlAt, aCrl)],
    ["replaced", replace(rootAt, aRoot, aRoot)],
    ["ttl-widened", update(rootAt, aRoot, { ...aRoot, ttl: "7200s" })],
    ["secret-sent", { ...update(crlAt, aCrl, aCrl), sensitive: [{ name: "data_json", changes: true }] }],
    [
      "password-policy-kept",
      update(
        roleAt,
        { ...role, credential_config: { password_policy: "strong" } },
        { ...role, credential_config: { password_policy: "stronger" } },
      ),
    ],
    ["password-policy-kept", update(roleAt, role, { ...role, credential_config: { password_policy: "strong" } })],
    ["limit-loosened", update(limitAt, { rate: 10, interval: 1 }, { rate: 300, interval: 60 })],
    ["limit-loosened", update("vault_quota_lease_count.x", { max_leases: 20 }, { max_leases: 10 })],
    ["browser-opened", remove("vault_generic_endpoint.x", { path: "sys/config/cors" })],
    ["browser-opened", create("vault_generic_endpoint.x", { path: "sys/config/ui/headers/X-Foo" })],
  ])("%s", (id, given) => {
    expect(said(id, given)).toEqual([]);
  });
});
