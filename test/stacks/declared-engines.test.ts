import { SecretInput } from "../../constructs/core/secret-input";
import { parseEnvironment } from "../../environments/load";
import { VaultStack } from "../../stacks/vault-stack";
import { environmentWith } from "../helpers/environments";
import { addresses, namedResource, onlyResource, resources, synth, testApp } from "../helpers/synth";

const location = { environment: "test", application: "shop" };

function synthesised(change: object = {}) {
  const environment = parseEnvironment(
    environmentWith({
      engines: [
        {
          type: "kv",
          path: "team/secret",
          maxVersions: 20,
          secrets: [
            {
              path: { ...location, component: "mail", secret: "smtp" },
              data: { password: SecretInput.variable("smtp_password") },
            },
          ],
        },
        { type: "transit", path: "transit", keys: [{ name: "orders", rotationPeriod: "30d" }] },
      ],
      "auth[0].roles[0].kv": [{ mount: "team/secret", path: location, may: ["read", "describe"] }],
      "auth[0].roles[0].transit": [
        { mount: "transit", key: "orders", may: ["datakey", "wrapped-datakey", "hmac", "read-key", "rotate"] },
        { mount: "elsewhere", key: "any", may: ["encrypt"] },
      ],
      ...change,
    }),
  );
  return synth(new VaultStack(testApp(), environment.name, { environment, today: "2026-01-31" }));
}

describe("engines of an environment", () => {
  it("are declared with what they hold, at addresses that are a contract", () => {
    const result = synthesised();
    expect(addresses(result).filter((address) => /_kv_|_generic_|_transit_|vault_mount/.test(address))).toEqual([
      expect.stringMatching(
        /^vault_generic_endpoint\.mount-team--secret_secret-test--shop--mail--smtp_Metadata_\w{8}$/,
      ),
      expect.stringMatching(/^vault_kv_secret_backend_v2\.mount-team--secret_Config_\w{8}$/),
      expect.stringMatching(/^vault_kv_secret_v2\.mount-team--secret_secret-test--shop--mail--smtp_Data_\w{8}$/),
      expect.stringMatching(/^vault_mount\.mount-database_\w{8}$/),
      expect.stringMatching(/^vault_mount\.mount-reports--database_\w{8}$/),
      expect.stringMatching(/^vault_mount\.mount-team--secret_\w{8}$/),
      expect.stringMatching(/^vault_mount\.mount-transit_\w{8}$/),
      expect.stringMatching(/^vault_transit_secret_backend_key\.mount-transit_key-orders_\w{8}$/),
    ]);
    expect(onlyResource(result, "vault_kv_secret_backend_v2")).toMatchObject({ max_versions: 20 });
    expect(onlyResource(result, "vault_transit_secret_backend_key")).toMatchObject({ auto_rotate_period: 2_592_000 });
  });

  it("are granted as declared", () => {
    const text = resources(synthesised(), "vault_policy")
      .map(({ policy }) => policy as string)
      .join("\n");
    for (const path of [
      "team/secret/data/test/shop/*",
      "team/secret/metadata/test/shop",
      "transit/datakey/plaintext/orders",
      "transit/datakey/wrapped/orders",
      "transit/hmac/orders",
      "transit/keys/orders",
      "transit/keys/orders/rotate",
      "elsewhere/encrypt/any",
    ]) {
      expect(text).toContain(`path "${path}"`);
    }
  });

  it("are protected as the environment is, keys too", () => {
    const lifecycle = { prevent_destroy: true };
    const result = synthesised({ preventDestroy: true });
    for (const mount of resources(result, "vault_mount")) expect(mount).toMatchObject({ lifecycle });
    expect(namedResource(result, "vault_transit_secret_backend_key", "orders")).toMatchObject({ lifecycle });
    expect(namedResource(synthesised(), "vault_transit_secret_backend_key", "orders")).not.toHaveProperty("lifecycle");
  });
});
