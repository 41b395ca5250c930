import { Construct } from "constructs";
import { SecretInput } from "../../../constructs/core/secret-input";
import { VaultEndpoint } from "../../../constructs/provider/vault-endpoint";
import { bareStack, stackWithVault, synth } from "../../helpers/synth";

const roleId = SecretInput.variable("vault_role_id");
const secretId = SecretInput.variable("vault_secret_id");

/** The only configuration of the provider. */
function provider(...[props]: Parameters<typeof stackWithVault>) {
  const { vault } = synth(stackWithVault(props)).provider;
  expect(vault).toHaveLength(1);
  return vault?.[0];
}

describe("VaultEndpoint", () => {
  it("configures the provider with the address alone, so that the token comes from VAULT_TOKEN", () => {
    expect(provider()).toEqual({ address: "https://vault.company.com" });
    expect(provider({ login: { method: "token" } })).toEqual({ address: "https://vault.company.com" });
    expect(synth(stackWithVault()).variable).toEqual({});
  });

  it("works in a namespace where one is given", () => {
    const server = { product: "vault", edition: "enterprise", version: "1.21" } as const;
    expect(provider({ namespace: "team-a", server })).toEqual({
      address: "https://vault.company.com",
      namespace: "team-a",
    });
  });

  it("refuses a namespace where the server has none, as Vault Community, which is assumed", () => {
    expect(() => stackWithVault({ namespace: "team-a" })).toThrow(
      "[dev/Vault] namespace is given, and Vault Community 1.21 lacks namespaces (first in Vault Enterprise 0.11, OpenBao 2.3)",
    );
  });

  it("refuses a server that is too old", () => {
    expect(() => stackWithVault({ server: { product: "openbao", version: "2.1" } })).toThrow(
      '[dev/Vault server] version "2.1" is no version of openbao that Leasehold works with',
    );
  });

  it("logs in as an AppRole with references to variables", () => {
    expect(provider({ login: { method: "approle", roleId, secretId } })).toEqual({
      address: "https://vault.company.com",
      auth_login: [
        {
          path: "auth/approle/login",
          parameters: { role_id: "${var.vault_role_id}", secret_id: "${var.vault_secret_id}" },
        },
      ],
    });
  });

  it("logs in at another path of the auth method", () => {
    expect(provider({ login: { method: "approle", path: "ci/approle", roleId, secretId } })).toMatchObject({
      auth_login: [{ path: "auth/ci/approle/login" }],
    });
  });

  it("keeps the login's secrets out of plan and state, whatever the provider", () => {
    const { variable } = synth(stackWithVault({ provider: ">= 4.4", login: { method: "approle", roleId, secretId } }));
    expect(Object.keys(variable).sort()).toEqual(["vault_role_id", "vault_secret_id"]);
    for (const fields of Object.values(variable)) {
      expect(fields).toMatchObject({ sensitive: true, ephemeral: true, nullable: false });
    }
  });

  it.each([
    [undefined, "~> 5.6"],
    [">= 4.4", ">= 4.4"],
    ["= 4.4.0", "= 4.4.0"],
    [">= 4.4, < 6.0", ">= 4.4, < 6.0"],
  ])("asks for the provider %s as %s", (given, expected) => {
    expect(synth(stackWithVault({ provider: given })).terraform.required_providers).toEqual({
      vault: { source: "hashicorp/vault", version: expected },
    });
  });

  it.each(["~> 3.0", "< 6.0", "latest"])("refuses the provider constraint %s", (constraint) => {
    expect(() => stackWithVault({ provider: constraint })).toThrow(
      `[dev/Vault provider] provider constraint "${constraint}" does not promise hashicorp/vault 4.4 or later: ` +
        'give a lower bound, such as "~> 5.6" or ">= 4.4"',
    );
  });

  it("is found from any construct of its stack, with what the provider can do", () => {
    const stack = bareStack();
    const endpoint = new VaultEndpoint(stack, "Vault", { address: "https://vault.company.com", provider: ">= 4.4" });
    expect(VaultEndpoint.of(new Construct(new Construct(stack, "deep"), "down"))).toBe(endpoint);
    expect(endpoint.features.has("passwordWriteOnly")).toBe(false);
  });

  it("is missed where the stack has none", () => {
    expect(() => VaultEndpoint.of(new Construct(bareStack(), "lonely"))).toThrow(
      "[dev/lonely] the stack names no Vault server: create a VaultEndpoint in the stack first",
    );
  });

  it("is one for each stack", () => {
    const stack = stackWithVault();
    expect(() => new VaultEndpoint(stack, "Other", { address: "https://other.company.com" })).toThrow(
      "[dev/Other] the stack names a second Vault server: use one stack for each Vault",
    );
  });

  it.each(["http://127.0.0.1:8200", "https://vault.company.com/", "https://[fd00::5]:8200"])(
    "takes the address %s",
    (address) => {
      expect(provider({ address })).toEqual({ address });
    },
  );

  it.each(["vault.company.com:8200", "127.0.0.1:8200", "ftp://vault.company.com", "unix:///run/vault.sock", ""])(
    "refuses the address %j",
    (address) => {
      expect(() => stackWithVault({ address })).toThrow(
        `[dev/Vault] address ${JSON.stringify(address)} is not the URL of a Vault server: ` +
          "give it as in https://vault.company.com, without credentials",
      );
    },
  );

  it.each(["https://root:hunter2@vault.company.com", "https://hunter2@vault.company.com"])(
    "refuses credentials in the address without repeating them (%s)",
    (address) => {
      const endpoint = () => stackWithVault({ address });
      expect(endpoint).toThrow(/^\[dev\/Vault\] address .* is not the URL of a Vault server: .*, without credentials$/);
      expect(endpoint).not.toThrow(/hunter2/);
    },
  );

  it("refuses a secret of the login that was given as a value", () => {
    const login = { method: "approle", roleId: "9b2a" as unknown as SecretInput, secretId } as const;
    const endpoint = () => stackWithVault({ login });
    expect(endpoint).toThrow(
      "[dev/Vault] login.roleId is a secret and was given as a string: use SecretInput.variable(",
    );
    expect(endpoint).not.toThrow(/9b2a/);
  });
});
