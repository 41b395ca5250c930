import { PkiSecretsEngine, type PkiSecretsEngineProps } from "../../../constructs/secrets/pki-secrets-engine";
import type { VaultEndpointProps } from "../../../constructs/provider/vault-endpoint";
import { addresses, type Fields, onlyResource, resources, stackWithVault, synth, validate } from "../../helpers/synth";

const leaf = { ttl: "1h", maxTtl: "1d", allowedDomains: ["company.com"], allowSubdomains: true } as const;

function declare(props: PkiSecretsEngineProps = {}, endpoint: Partial<VaultEndpointProps> = {}) {
  const stack = stackWithVault(endpoint);
  const pki = new PkiSecretsEngine(stack, "Pki", { maxLeaseTtl: "3650d", ...props });
  return { stack, pki };
}

/** A part of the mount's configuration, as it is written. */
function setting(props: PkiSecretsEngineProps, part: string): Fields {
  const { stack } = declare(props);
  const found = resources(synth(stack), "vault_generic_endpoint").find(({ path }) =>
    String(path).endsWith(`/config/${part}`),
  );
  return JSON.parse(String(found?.["data_json"])) as Fields;
}

describe("a PKI mount", () => {
  it("is declared with its URLs, its CRL and its tidying", () => {
    const { stack } = declare();
    expect(addresses(synth(stack)).map((address) => address.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
      "vault_generic_endpoint.Pki_Crl",
      "vault_generic_endpoint.Pki_Tidy",
      "vault_mount.Pki",
      "vault_pki_secret_backend_config_cluster.Pki_Cluster",
      "vault_pki_secret_backend_config_urls.Pki_Urls",
    ]);
    expect(onlyResource(synth(stack), "vault_mount")).toMatchObject({
      type: "pki",
      path: "pki",
      max_lease_ttl_seconds: 315_360_000,
    });
  });

  it("names the server, and the issuer in each URL", () => {
    const { stack } = declare(
      {},
      { address: "https://vault.company.com/", namespace: "team", server: { product: "openbao", version: "2.7" } },
    );
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_config_cluster")).toMatchObject({
      path: "https://vault.company.com/v1/team/pki",
      aia_path: "https://vault.company.com/v1/team/pki",
    });
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_config_urls")).toMatchObject({
      enable_templating: true,
      issuing_certificates: ["{{cluster_aia_path}}/issuer/{{issuer_id}}/der"],
      crl_distribution_points: ["{{cluster_aia_path}}/issuer/{{issuer_id}}/crl/der"],
      ocsp_servers: ["{{cluster_aia_path}}/ocsp"],
    });
  });

  it("takes URLs of one's own", () => {
    const { stack } = declare({
      urls: {
        aiaPath: "http://pki.company.com/v1/pki",
        ocspServers: [],
        crlDistributionPoints: ["http://crl.company.com/{{issuer_id}}.crl"],
      },
    });
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_config_cluster")["aia_path"]).toBe(
      "http://pki.company.com/v1/pki",
    );
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_config_urls")).toMatchObject({
      crl_distribution_points: ["http://crl.company.com/{{issuer_id}}.crl"],
      ocsp_servers: [],
    });
  });

  it("has a CRL that is made anew each hour and lasts three days", () => {
    expect(setting({}, "crl")).toEqual({
      disable: false,
      expiry: "72h",
      auto_rebuild: true,
      auto_rebuild_grace_period: "71h",
      enable_delta: false,
      ocsp_disable: false,
      ocsp_expiry: "1h",
    });
    expect(setting({ crl: { expiry: "7d", rebuildInterval: "30m", deltaRebuildInterval: "5m" } }, "crl")).toMatchObject(
      {
        expiry: "168h",
        auto_rebuild_grace_period: "10050m",
        enable_delta: true,
        delta_rebuild_interval: "5m",
      },
    );
  });

  it("forgets what has ended, and never an issuer", () => {
    expect(setting({}, "auto-tidy")).toMatchObject({
      enabled: true,
      interval_duration: 43_200,
      tidy_cert_store: true,
      tidy_expired_issuers: false,
      safety_buffer: 259_200,
    });
    expect(setting({ tidy: { enabled: false } }, "auto-tidy")).toMatchObject({ enabled: false });
  });

  it("answers by ACME for the roles that are named, to who has an account", () => {
    const { stack, pki } = declare({ acme: { roles: ["web"] } });
    pki.addRole("web", leaf);
    const acme = resources(synth(stack), "vault_generic_endpoint").find(({ path }) =>
      String(path).endsWith("/config/acme"),
    );
    expect(JSON.parse(String(acme?.["data_json"]))).toEqual({
      enabled: true,
      allowed_roles: ["web"],
      default_directory_policy: "forbid",
      allow_role_ext_key_usage: false,
      eab_policy: "always-required",
      dns_resolver: "",
    });
    expect(String(acme?.["depends_on"])).toMatch(
      /vault_pki_secret_backend_config_cluster.*vault_pki_secret_backend_role/,
    );
    expect(onlyResource(synth(stack), "vault_mount")).toMatchObject({
      passthrough_request_headers: ["If-Modified-Since"],
      allowed_response_headers: ["Last-Modified", "Location", "Replay-Nonce", "Link"],
    });
    validate(stack);
  });

  it.each<[string, PkiSecretsEngineProps, string]>([
    ["urls.clusterPath", { urls: { clusterPath: "vault.company.com" } }, "is not an http(s) URL"],
    ["urls.aiaPath", { urls: { aiaPath: "http://user:secret@pki.company.com" } }, '"http://***@pki.company.com"'],
    ["urls.ocspServers", { urls: { ocspServers: ["{{cluster}}/ocsp"] } }, "{{cluster}}, which Vault does not know"],
    ["urls.issuingCertificates", { urls: { issuingCertificates: ["ftp://x/y"] } }, "is not an http(s) URL"],
    ["urls.crlDistributionPoints", { urls: { crlDistributionPoints: ["{{issuer_id}}"] } }, "is not an http(s) URL"],
    ["crl.expiry", { crl: { expiry: "soon" as "1h" } }, "is not a duration"],
    ["crl.rebuildInterval", { crl: { expiry: "1h", rebuildInterval: "1h" } }, "too long for crl.expiry 1h"],
    ["crl.deltaRebuildInterval", { crl: { deltaRebuildInterval: "2h" } }, "too long for crl.rebuildInterval 1h"],
    ["crl.ocspExpiry", { crl: { ocspExpiry: "0s" } }, "is not a duration"],
    ["acme.roles", { acme: { roles: [] } }, "is empty"],
    ["acme.defaultRole", { acme: { roles: ["web"], defaultRole: "mail" } }, "is none of acme.roles"],
    ["acme.eabPolicy", { acme: { roles: ["web"], eabPolicy: "never" as "not-required" } }, "is unknown"],
    ["acme.enabled", { acme: { roles: ["web"], enabled: "yes" as unknown as boolean } }, "is unknown"],
    ["acme.dnsResolver", { acme: { roles: ["web"], dnsResolver: "10.0.0.53" } }, "is not host:port"],
    ["tidy.interval", { tidy: { interval: "often" as "1h" } }, "is not a duration"],
    ["tidy.safetyBuffer", { tidy: { safetyBuffer: "-1h" } }, "is not a duration"],
    ["tidy.enabled", { tidy: { enabled: 1 as unknown as boolean } }, "is unknown"],
    ["maxLeaseTtl", { maxLeaseTtl: "ever" as "1h" }, "is not a duration"],
  ])("refuses %s that can't be used", (field, props, problem) => {
    expect(() => declare(props)).toThrow(field);
    expect(() => declare(props)).toThrow(problem);
  });

  it("fails the synthesis where acme.roles names none of the mount's", () => {
    const { stack } = declare({ acme: { roles: ["web"] } });
    expect(() => validate(stack)).toThrow("acme.roles names web, which is no role of mount pki");
  });
});
