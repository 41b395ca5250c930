import { join } from "node:path";
import { trustedBy, VaultClient } from "../../cli/vault-client";
import { rejection, scratchFolder } from "./scratch";

describe("trustedBy", () => {
  it("is the file that VAULT_CACERT names, where it names one", () => {
    expect(trustedBy({ VAULT_CACERT: "/etc/vault.d/ca.pem" })).toEqual({ caFile: "/etc/vault.d/ca.pem" });
    expect(trustedBy({ VAULT_CACERT: "" })).toEqual({ caFile: undefined });
    expect(trustedBy({})).toEqual({ caFile: undefined });
  });
});

describe("VaultClient", () => {
  const folder = scratchFolder();

  it("says which authorities can't be read, before anything is sent", async () => {
    const caFile = join(folder(), "none.pem");
    const client = new VaultClient({ address: "https://127.0.0.1:1", caFile });
    const { message } = await rejection(client.sealStatus());
    expect(message).toContain(`[${caFile}] can't be read (`);
    expect(message).toContain("ENOENT");
    expect(message).toContain("name a file of certificates in VAULT_CACERT");
  });
});
