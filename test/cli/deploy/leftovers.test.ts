import { leftoversOf, setAside } from "../../../cli/deploy/leftovers";
import type { ResourceChange } from "../../../cli/review/plan";
import { VaultClient } from "../../../cli/vault-client";

const key: ResourceChange = {
  address: "vault_pki_secret_backend_key.root",
  type: "vault_pki_secret_backend_key",
  action: "create",
  before: undefined,
  after: { backend: "pki", key_name: "root-2026" },
  unknown: [],
  sensitive: [],
  replacedFor: [],
};
const certificate: ResourceChange = {
  ...key,
  address: "vault_pki_secret_backend_root_cert.root",
  type: "vault_pki_secret_backend_root_cert",
  after: { backend: "pki", namespace: "team", issuer_name: "root-2026" },
};
const issuer: ResourceChange = {
  ...certificate,
  address: "vault_pki_secret_backend_issuer.root",
  type: "vault_pki_secret_backend_issuer",
};
const plan = (...changes: ResourceChange[]) => ({
  formatVersion: "1.2",
  terraformVersion: "1.11.0",
  changes,
  drift: [],
  resources: [],
});
const everything = new Set([key, certificate, issuer].map(({ address }) => address));

describe("what a killed deployment left of authorities", () => {
  it("is what a plan names anew", () => {
    expect(leftoversOf(plan(key, certificate, issuer), everything)).toEqual([
      { mount: "pki", kind: "key", name: "root-2026" },
      { namespace: "team", mount: "pki", kind: "issuer", name: "root-2026" },
    ]);
  });

  it("is nothing where that deployment made none, or the plan makes none", () => {
    expect(leftoversOf(plan(key), new Set(["vault_pki_secret_backend_key.other"]))).toEqual([]);
    expect(leftoversOf(plan({ ...key, action: "update", before: key.after }), everything)).toEqual([]);
    expect(leftoversOf(plan({ ...key, type: "vault_mount" }), everything)).toEqual([]);
  });

  it("is not looked for further when Vault may not be asked", async () => {
    const vault = new VaultClient({
      address: "http://127.0.0.1:8200",
      transport: () => Promise.resolve(new Response(`{"errors":["permission denied"]}`, { status: 403 })),
    });
    await expect(setAside(vault, leftoversOf(plan(key), everything))).rejects.toThrow(
      /pki\/key\/root-2026\] Vault answered 403/,
    );
  });
});
