import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { PkiSecretBackendCert } from "@cdktf/provider-vault/lib/pki-secret-backend-cert";
import { PkiSecretBackendConfigAcme } from "@cdktf/provider-vault/lib/pki-secret-backend-config-acme";
import { PkiSecretBackendConfigCa } from "@cdktf/provider-vault/lib/pki-secret-backend-config-ca";
import { PkiSecretBackendConfigUrls } from "@cdktf/provider-vault/lib/pki-secret-backend-config-urls";
import { PkiSecretBackendCrlConfig } from "@cdktf/provider-vault/lib/pki-secret-backend-crl-config";
import { PkiSecretBackendIntermediateCertRequest } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-cert-request";
import { PkiSecretBackendIntermediateSetSigned } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-set-signed";
import { PkiSecretBackendKey } from "@cdktf/provider-vault/lib/pki-secret-backend-key";
import {
  PkiSecretBackendRole,
  type PkiSecretBackendRoleConfig,
} from "@cdktf/provider-vault/lib/pki-secret-backend-role";
import {
  PkiSecretBackendRootCert,
  type PkiSecretBackendRootCertConfig,
} from "@cdktf/provider-vault/lib/pki-secret-backend-root-cert";
import { PkiSecretBackendRootSignIntermediate } from "@cdktf/provider-vault/lib/pki-secret-backend-root-sign-intermediate";
import type { TerraformStack } from "cdktf";
import { certificateLife } from "../../../../constructs/guardrails/pki/certificate-life";
import { certificateTtl } from "../../../../constructs/guardrails/pki/certificate-ttl";
import { exportedKey } from "../../../../constructs/guardrails/pki/exported-key";
import { freshCrl } from "../../../../constructs/guardrails/pki/fresh-crl";
import { globDomains } from "../../../../constructs/guardrails/pki/glob-domains";
import { keyInState } from "../../../../constructs/guardrails/pki/key-in-state";
import { leasedCertificates } from "../../../../constructs/guardrails/pki/leased-certificates";
import { openAcme } from "../../../../constructs/guardrails/pki/open-acme";
import { revocationUrls } from "../../../../constructs/guardrails/pki/revocation-urls";
import { rootIssues } from "../../../../constructs/guardrails/pki/root-issues";
import { pkiRules } from "../../../../constructs/guardrails/pki/rules";
import { storedCertificates } from "../../../../constructs/guardrails/pki/stored-certificates";
import { urlsOverTls } from "../../../../constructs/guardrails/pki/urls-over-tls";
import { weakKey } from "../../../../constructs/guardrails/pki/weak-key";
import { wildcardCertificates } from "../../../../constructs/guardrails/pki/wildcard-certificates";
import { PkiSecretsEngine } from "../../../../constructs/secrets/pki-secrets-engine";
import { findingsOf } from "../../../helpers/guardrails";

const leaf = { ttl: "1h", maxTtl: "1d", allowedDomains: ["company.com"], allowSubdomains: true } as const;

/** A root, an intermediate below it that is being rotated, and a role, as our own constructs declare them. */
function sound(stack: TerraformStack): void {
  const urls = { aiaPath: "http://pki.company.com/v1/pki" };
  const top = new PkiSecretsEngine(stack, "Root", { path: "root", maxLeaseTtl: "3650d", urls });
  const pki = new PkiSecretsEngine(stack, "Pki", {
    maxLeaseTtl: "1825d",
    urls,
    acme: { roles: ["web"] },
    defaultIssuer: "ca-2027",
  });
  const parent = top.addRoot("root-2026", { commonName: "Root", ttl: "3650d" });
  // It ends before the role's longest certificate would; but it issues none.
  pki.addIntermediate("ca-2026", { commonName: "Old", ttl: "1h", parent, retired: true });
  pki.addIntermediate("ca-2027", { commonName: "New", ttl: "1825d", parent });
  pki.addRole("web", leaf);
}

const root =
  (config: Partial<PkiSecretBackendRootCertConfig> = {}) =>
  (stack: TerraformStack) =>
    new PkiSecretBackendRootCert(stack, "Root", { backend: "pki", type: "internal", commonName: "Root", ...config });
const role = (config: Partial<PkiSecretBackendRoleConfig>) => (stack: TerraformStack) =>
  new PkiSecretBackendRole(stack, "Web", { backend: "pki", name: "web", ...config });

describe("guardrails on certificates", () => {
  it.each(pkiRules.map((rule) => [rule.id, rule] as const))(
    "%s has nothing against what our constructs declare",
    (_id, rule) => {
      expect(findingsOf(rule, sound)).toEqual([]);
    },
  );
});

describe("LH-PKI-002", () => {
  /** An intermediate below a root, in mounts with limits. */
  function chain(root: string, intermediate: string, limits: { root: number; ca: number }, max: string) {
    return (stack: TerraformStack) => {
      const [top, ca] = (["root", "ca"] as const).map(
        (path) => new Mount(stack, `${path}-mount`, { path, type: "pki", maxLeaseTtlSeconds: limits[path] }),
      );
      const signer = new PkiSecretBackendRootCert(stack, "Root", {
        backend: top?.path ?? "",
        type: "internal",
        commonName: "Root",
        ttl: root,
      });
      const signed = new PkiSecretBackendRootSignIntermediate(stack, "Signed", {
        backend: top?.path ?? "",
        commonName: "Ca",
        csr: "x",
        ttl: intermediate,
        issuerRef: signer.issuerId,
      });
      new PkiSecretBackendIntermediateSetSigned(stack, "Set", {
        backend: ca?.path ?? "",
        certificate: signed.certificate,
      });
      new PkiSecretBackendRole(stack, "Web", { backend: ca?.path ?? "", name: "web", maxTtl: max });
    };
  }
  const day = 86_400;

  it("wants an intermediate to end before its root, and within both mounts", () => {
    expect(findingsOf(certificateTtl, chain("20d", "30d", { root: 25 * day, ca: 28 * day }, "1d"))).toEqual([
      "Signed: ttl 30d exceeds the mount's maximum, 28d",
      "Signed: ttl 30d exceeds the mount's maximum, 25d",
      "Signed: ttl 30d exceeds the life of its issuer, 20d",
    ]);
    expect(findingsOf(certificateTtl, chain("20d", "10d", { root: 25 * day, ca: 28 * day }, "1d"))).toEqual([]);
  });

  it("wants a role to end before the intermediate that issues by it", () => {
    expect(findingsOf(certificateTtl, chain("20d", "10d", { root: 25 * day, ca: 28 * day }, "11d"))).toEqual([
      "Web: max_ttl 11d exceeds the life of its issuer, 10d",
    ]);
  });

  it("knows which issuer a role names, and which is the default", () => {
    const declare = (issuer: string | undefined) => (stack: TerraformStack) => {
      const pki = new PkiSecretsEngine(stack, "Pki", { maxLeaseTtl: "3650d", defaultIssuer: "long" });
      pki.addRoot("short", { commonName: "Short", ttl: "1h" });
      pki.addRoot("long", { commonName: "Long", ttl: "10d" });
      role({ backend: pki.path, maxTtl: "1d", ...(issuer === undefined ? {} : { issuerRef: issuer }) })(stack);
    };
    expect(findingsOf(certificateTtl, declare("short"))).toEqual([
      "Web: max_ttl 1d exceeds the life of its issuer, 1h",
    ]);
    for (const issuer of ["long", "default", undefined])
      expect(findingsOf(certificateTtl, declare(issuer))).toEqual([]);
  });
});

describe("LH-PKI-003", () => {
  it("wants keys of authorities to stay in Vault", () => {
    expect(findingsOf(exportedKey, root({ type: "exported" }))).toEqual(["Root: type is exported"]);
    const others = (stack: TerraformStack) => {
      new PkiSecretBackendIntermediateCertRequest(stack, "Request", {
        backend: "pki",
        type: "exported",
        commonName: "x",
      });
      new PkiSecretBackendKey(stack, "Key", { backend: "pki", type: "exported" });
      new PkiSecretBackendConfigCa(stack, "Ca", { backend: "pki", pemBundle: "${var.bundle}" });
    };
    expect(findingsOf(exportedKey, others)).toEqual([
      "Request: type is exported",
      "Key: type is exported",
      "Ca: pem_bundle brings a key from outside, and lies in the state",
    ]);
    expect(findingsOf(exportedKey, root())).toEqual([]);
  });
});

describe("LH-PKI-004", () => {
  it("wants no certificate of Terraform's own", () => {
    const declare = (stack: TerraformStack) =>
      new PkiSecretBackendCert(stack, "Cert", { backend: "pki", name: "web", commonName: "a.company.com" });
    expect(findingsOf(keyInState, declare)).toEqual(["Cert: its private key lies in the state"]);
  });
});

describe("LH-PKI-005", () => {
  it("wants roots to sign authorities alone", () => {
    const declare = (mount: string) => (stack: TerraformStack) => {
      root()(stack);
      role({ backend: mount })(stack);
    };
    expect(findingsOf(rootIssues, declare("pki"))).toEqual(["Web: mount pki has a root, and this role issues by it"]);
    expect(findingsOf(rootIssues, declare("other"))).toEqual([]);
  });
});

describe("LH-PKI-006", () => {
  it.each<[Partial<PkiSecretBackendRoleConfig>, string[]]>([
    [{ keyType: "rsa", keyBits: 1024 }, ["Web: a key of rsa has 1024 bits, and should have 2048 at least"]],
    [{ keyType: "ec", keyBits: 224 }, ["Web: a key of ec has 224 bits, and should have 256 at least"]],
    [{ keyType: "rsa", keyBits: 2048 }, []],
    [{}, []],
    [{ keyType: "ed25519", keyBits: 0 }, []],
    [{ keyType: "any", keyBits: 0 }, []],
  ])("judges a role's keys %j", (config, found) => {
    expect(findingsOf(weakKey, role(config))).toEqual(found);
  });

  it("asks more of an authority", () => {
    expect(findingsOf(weakKey, root())).toEqual(["Root: a key of rsa has 2048 bits, and should have 3072 at least"]);
    expect(findingsOf(weakKey, root({ keyBits: 4096 }))).toEqual([]);
    expect(findingsOf(weakKey, root({ type: "existing" }))).toEqual([]);
  });
});

describe("LH-PKI-007", () => {
  it("wants certificates to be renewed", () => {
    expect(findingsOf(certificateLife, role({ ttl: "400d", maxTtl: "8760h" }))).toEqual([
      "Web: ttl is 400d, and 398d are enough",
    ]);
    expect(findingsOf(certificateLife, role({ ttl: "1d", maxTtl: "398d" }))).toEqual([]);
  });
});

describe("LH-PKI-008", () => {
  const declare = (urls: object | undefined) => (stack: TerraformStack) => {
    root()(stack);
    if (urls !== undefined) new PkiSecretBackendConfigUrls(stack, "Urls", { backend: "pki", ...urls });
  };
  const issuingCertificates = ["http://x/ca"];

  it("wants certificates to name their issuer and what was revoked", () => {
    expect(findingsOf(revocationUrls, declare(undefined))).toEqual([
      "Root: mount pki names no issuing_certificates and no crl_distribution_points nor ocsp_servers",
    ]);
    expect(findingsOf(revocationUrls, declare({ issuingCertificates }))).toEqual([
      "Root: mount pki names no crl_distribution_points nor ocsp_servers",
    ]);
    expect(findingsOf(revocationUrls, declare({ issuingCertificates, ocspServers: ["http://x/ocsp"] }))).toEqual([]);
  });
});

describe("LH-PKI-009", () => {
  it("wants the CRL to be had without TLS", () => {
    const declare = (url: string) => (stack: TerraformStack) =>
      new PkiSecretBackendConfigUrls(stack, "Urls", { backend: "pki", crlDistributionPoints: [url] });
    expect(findingsOf(urlsOverTls, declare("https://x/crl"))).toEqual(["Urls: certificates name https://x/crl"]);
    expect(findingsOf(urlsOverTls, declare("http://x/crl"))).toEqual([]);
  });

  it("sees what Vault fills in", () => {
    const declare = (stack: TerraformStack) => new PkiSecretsEngine(stack, "Pki");
    expect(findingsOf(urlsOverTls, declare)).toEqual([
      "Pki/Urls: certificates name https://vault.company.com/v1/pki/issuer/{{issuer_id}}/der, https://vault.company.com/v1/pki/issuer/{{issuer_id}}/crl/der, https://vault.company.com/v1/pki/ocsp",
    ]);
  });
});

describe("LH-PKI-010", () => {
  it.each<[Partial<PkiSecretBackendRoleConfig>, string[]]>([
    [
      { allowGlobDomains: true, allowedDomains: ["*-web.company.com", "company.com"] },
      ["Web: *-web.company.com is allowed, with * for any letters"],
    ],
    [{ allowSubdomains: true, allowedDomains: ["com"] }, ["Web: every name below com is allowed"]],
    [{ allowSubdomains: true, allowedDomains: ["company.com"] }, []],
    [{ allowedDomains: ["*.company.com"] }, []],
    [{ allowBareDomains: true, allowedDomains: ["vault"] }, []],
  ])("judges the domains of %j", (config, found) => {
    expect(findingsOf(globDomains, role(config))).toEqual(found);
  });
});

describe("LH-PKI-011", () => {
  it("wants wildcards to be forbidden", () => {
    const domains = { allowedDomains: ["company.com"], allowSubdomains: true };
    const found = ["Web: allow_wildcard_certificates is not false"];
    expect(findingsOf(wildcardCertificates, role(domains))).toEqual(found);
    expect(findingsOf(wildcardCertificates, role({ ...domains, allowWildcardCertificates: true }))).toEqual(found);
    expect(findingsOf(wildcardCertificates, role({ ...domains, allowWildcardCertificates: false }))).toEqual([]);
    expect(findingsOf(wildcardCertificates, role({ allowBareDomains: true }))).toEqual([]);
  });
});

describe("LH-PKI-012 and LH-PKI-013", () => {
  it("want certificates to be stored, and not leased", () => {
    expect(findingsOf(storedCertificates, role({ noStore: true }))).toEqual(["Web: no_store is true"]);
    expect(findingsOf(storedCertificates, role({ noStore: false }))).toEqual([]);
    expect(findingsOf(leasedCertificates, role({ generateLease: true }))).toEqual(["Web: generate_lease is true"]);
    expect(findingsOf(leasedCertificates, role({}))).toEqual([]);
  });
});

describe("LH-PKI-014", () => {
  const crl = (config: object) => (stack: TerraformStack) =>
    new PkiSecretBackendCrlConfig(stack, "Crl", { backend: "pki", ...config });

  it("wants a CRL that is made anew", () => {
    expect(findingsOf(freshCrl, root())).toEqual(["Root: nothing says how the CRL of mount pki is made anew"]);
    expect(findingsOf(freshCrl, crl({ disable: true }))).toEqual([
      "Crl: disable is true: there is no CRL",
      "Crl: auto_rebuild is not true: no CRL follows the last one",
    ]);
    expect(findingsOf(freshCrl, crl({ autoRebuild: true }))).toEqual([]);
  });

  it("reads what was written by path too", () => {
    const written = (dataJson: string) => (stack: TerraformStack) =>
      new GenericEndpoint(stack, "Crl", { path: "pki/config/crl", dataJson });
    expect(findingsOf(freshCrl, written('{"auto_rebuild": false}'))).toEqual([
      "Crl: auto_rebuild is not true: no CRL follows the last one",
    ]);
    expect(findingsOf(freshCrl, written('{"auto_rebuild": true}'))).toEqual([]);
    expect(findingsOf(freshCrl, written("${var.crl}"))).toEqual([]);
  });
});

describe("LH-PKI-015", () => {
  const acme = (config: object) => (stack: TerraformStack) =>
    new PkiSecretBackendConfigAcme(stack, "Acme", { backend: "pki", enabled: true, ...config });
  const bound = { eabPolicy: "always-required", allowedRoles: ["web"], defaultDirectoryPolicy: "role:web" };

  it("wants ACME to ask for an account, and to keep to roles", () => {
    expect(findingsOf(openAcme, acme({}))).toEqual([
      "Acme: eab_policy is not-required: anybody opens an account",
      "Acme: allowed_roles are all of the mount's",
      "Acme: default_directory_policy is sign-verbatim: no role limits the certificates",
    ]);
    expect(findingsOf(openAcme, acme(bound))).toEqual([]);
    expect(findingsOf(openAcme, acme({ enabled: false }))).toEqual([]);
  });

  it("wants its clients to be sent to https", () => {
    const declare = (clusterPath: string) => (stack: TerraformStack) => {
      const pki = new PkiSecretsEngine(stack, "Pki", { urls: { clusterPath }, acme: { roles: ["web"] } });
      pki.addRole("web", leaf);
    };
    expect(findingsOf(openAcme, declare("http://vault.company.com/v1/pki"))).toEqual([
      "Pki/Acme: its clients are sent to http://vault.company.com/v1/pki, without TLS",
    ]);
    expect(findingsOf(openAcme, declare("https://vault.company.com/v1/pki"))).toEqual([]);
  });
});
