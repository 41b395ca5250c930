import { LdapAuthBackend } from "@cdktf/provider-vault/lib/ldap-auth-backend";
import { SecretInput } from "../../../constructs/core/secret-input";
import { giveSecret, type SecretArgument } from "../../../constructs/provider/secret-argument";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const input = SecretInput.variable("bind_password");

function give(provider: string, change: Partial<SecretArgument> = {}) {
  const stack = stackWithVault({ provider });
  const resource = new LdapAuthBackend(stack, "Ldap", { url: "ldaps://ldap.company.com" });
  const feature = "ldapBindPasswordWriteOnly";
  giveSecret(resource, { field: "bindPassword", input, argument: "bindpass", feature, ...change });
  return {
    warnings: warnings(resource),
    fields: onlyResource(synth(stack), "vault_ldap_auth_backend"),
    variable: synth(stack).variable["bind_password"],
  };
}

describe("giveSecret", () => {
  it("writes the secret where neither plan nor state holds it, if the provider can", () => {
    const { fields, variable, warnings: said } = give(">= 5.7", { version: 3 });
    expect(fields).toMatchObject({ bindpass_wo: "${var.bind_password}", bindpass_wo_version: 3 });
    expect(fields).not.toHaveProperty("bindpass");
    expect(variable).toMatchObject({ sensitive: true, ephemeral: true });
    expect(said).toEqual([]);
  });

  it.each(["~> 5.6", "= 4.4.0"])("says that it lies in the state with %s", (provider) => {
    const { fields, variable, warnings: said } = give(provider, { version: 3 });
    expect(fields).toMatchObject({ bindpass: "${var.bind_password}" });
    expect(fields).not.toHaveProperty("bindpass_wo");
    expect(fields).not.toHaveProperty("bindpass_wo_version");
    expect(variable).toMatchObject({ sensitive: true });
    expect(variable).not.toHaveProperty("ephemeral");
    expect(said).toEqual([
      expect.stringMatching(
        /may lack bindpass_wo \(first in 5\.7\): .*lies in the Terraform state.*">= 5\.7" to have it$/,
      ),
    ]);
  });

  it("begins with version 1", () => {
    expect(give(">= 5.7").fields).toMatchObject({ bindpass_wo_version: 1 });
  });

  it.each([0, -1, 1.5])("refuses version %d", (version) => {
    expect(() => give(">= 5.7", { version })).toThrow(`[dev] bindPasswordVersion ${version} is out of range`);
  });

  it("refuses a secret that is none, and does not repeat it", () => {
    const typed = "hunter2" as unknown as SecretInput;
    expect(() => give(">= 5.7", { input: typed })).toThrow("[dev] bindPassword is a secret and was given as a string");
    expect(() => give(">= 5.7", { input: typed })).not.toThrow(/hunter2/);
  });
});
