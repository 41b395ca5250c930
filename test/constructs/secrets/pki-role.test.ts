import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import type { PkiRoleOptions } from "../../../constructs/secrets/pki-role-options";
import { PkiSecretsEngine } from "../../../constructs/secrets/pki-secrets-engine";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { onlyResource, stackWithVault, synth, validate } from "../../helpers/synth";

const leaf = { ttl: "1h", maxTtl: "1d", allowedDomains: ["company.com"], allowSubdomains: true } as const;

function declare() {
  const stack = stackWithVault();
  const pki = new PkiSecretsEngine(stack, "Pki", { maxLeaseTtl: "365d" });
  return { stack, pki, policy: new VaultPolicy(stack, "App", { name: "app" }) };
}

function roleWith(options: PkiRoleOptions) {
  const { stack, pki } = declare();
  pki.addRole("web", options);
  return onlyResource(synth(stack), "vault_pki_secret_backend_role");
}

describe("a role", () => {
  it("allows the names that are named, and nothing else", () => {
    expect(roleWith(leaf)).toMatchObject({
      name: "web",
      issuer_ref: "default",
      allowed_domains: ["company.com"],
      allow_subdomains: true,
      allow_any_name: false,
      allow_bare_domains: false,
      allow_glob_domains: false,
      allow_ip_sans: false,
      allow_localhost: false,
      allow_wildcard_certificates: false,
      allowed_domains_template: false,
      enforce_hostnames: true,
      server_flag: true,
      client_flag: false,
      require_cn: true,
      key_type: "ec",
      key_bits: 256,
      ttl: "3600",
      max_ttl: "86400",
    });
  });

  it("has its certificates stored, so that they can be revoked, and makes no leases of them", () => {
    expect(roleWith(leaf)).toMatchObject({ no_store: false, generate_lease: false });
  });

  it("takes every option", () => {
    const role = roleWith({
      ...leaf,
      allowedDomains: ["*.{{identity.entity.metadata.team}}.company.com"],
      allowBareDomains: true,
      allowGlobDomains: true,
      allowWildcardCertificates: true,
      allowLocalhost: true,
      allowedDomainsTemplate: true,
      allowIpSans: true,
      allowedUriSans: ["spiffe://company.com/ns/*"],
      keyType: "rsa",
      keyBits: 3072,
      keyUsage: ["DigitalSignature"],
      extKeyUsage: ["CodeSigning"],
      serverFlag: false,
      clientFlag: true,
      requireCn: false,
      organization: "Company",
      ou: "Web",
    });
    expect(role).toMatchObject({
      allowed_domains: ["*.{{identity.entity.metadata.team}}.company.com"],
      allow_bare_domains: true,
      allow_glob_domains: true,
      allow_wildcard_certificates: true,
      allow_localhost: true,
      allowed_domains_template: true,
      allow_ip_sans: true,
      allowed_uri_sans: ["spiffe://company.com/ns/*"],
      key_type: "rsa",
      key_bits: 3072,
      key_usage: ["DigitalSignature"],
      ext_key_usage: ["CodeSigning"],
      server_flag: false,
      client_flag: true,
      require_cn: false,
      organization: ["Company"],
      ou: ["Web"],
    });
  });

  it.each<[string, Partial<PkiRoleOptions>, string]>([
    ["ttl", { ttl: "2d" }, "ttl 2d exceeds maxTtl 1d"],
    ["ttl", { ttl: "x" as "1h" }, "is not a duration"],
    ["maxTtl", { maxTtl: "366d" }, "maxTtl 366d exceeds maxLeaseTtl 365d of mount pki"],
    ["allowedDomains", { allowedDomains: ["*.company.com"] }, "only allowGlobDomains takes a *"],
    ["allowedDomains", { allowedDomains: ["https://company.com"] }, "is not a domain"],
    ["allowedDomains", { allowedDomains: ["{{identity.entity.name}}.company.com"] }, "set allowedDomainsTemplate"],
    ["allowedDomains", { allowSubdomains: false }, "no name of them is allowed"],
    ["name", { allowedDomains: [] }, "no name is allowed"],
    ["allowedUriSans", { allowedUriSans: ["spiffe://*"] }, "is not a URI with a host"],
    ["allowedUriSans", { allowedUriSans: ["*"] }, "is not a URI with a host"],
    ["keyType", { keyType: "dsa" as "ec" }, "is unknown"],
    ["keyBits", { keyBits: 224 }, "is no size of a key of type ec"],
    ["keyBits", { keyType: "any", keyBits: 256 }, "keyType any has none"],
    ["keyUsage", { keyUsage: ["CertSign" as "KeyAgreement"] }, "is unknown"],
    ["extKeyUsage", { extKeyUsage: ["Any" as "ServerAuth"] }, "is unknown"],
    ["organization", { organization: "" }, "can't stand in a certificate"],
    ["ou", { ou: "a\nb" }, "can't stand in a certificate"],
    ...(
      [
        "allowSubdomains",
        "allowBareDomains",
        "allowGlobDomains",
        "allowWildcardCertificates",
        "allowLocalhost",
        "allowedDomainsTemplate",
        "allowIpSans",
        "serverFlag",
        "clientFlag",
        "requireCn",
      ] as const
    ).map((flag): [string, Partial<PkiRoleOptions>, string] => [
      flag,
      { allowBareDomains: true, [flag]: "yes" },
      "is unknown",
    ]),
  ])("refuses %s that can't be used: %j", (field, options, problem) => {
    const make = () => declare().pki.addRole("web", { ...leaf, ...options });
    expect(make).toThrow(field);
    expect(make).toThrow(problem);
  });

  it("is there once, under a name that a path can have", () => {
    const { pki } = declare();
    pki.addRole("web", leaf);
    expect(() => pki.addRole("web", leaf)).toThrow("web");
    expect(() => pki.addRole("web server", leaf)).toThrow('name "web server" can\'t be used');
  });

  it("fails the synthesis where its certificates would outlive their issuer", () => {
    const { stack, pki } = declare();
    pki.addRole("web", { ...leaf, maxTtl: "11d" });
    pki.addRole("named", { ...leaf, issuer: "long" });
    pki.addRoot("short", { commonName: "Short", ttl: "10d" });
    pki.addRoot("long", { commonName: "Long", ttl: "20d", retired: true });
    expect(() => validate(stack)).toThrow(
      "[dev/Pki/web] maxTtl 11d exceeds the life of issuer short, 10d: lower maxTtl, or have the issuer live longer",
    );
  });

  it("fails the synthesis where its issuer is not declared", () => {
    const { stack, pki } = declare();
    pki.addRole("web", { ...leaf, issuer: "none" });
    expect(() => validate(stack)).toThrow("issuer none is none of mount pki");
  });

  it("may be of a mount that is managed elsewhere", () => {
    const stack = stackWithVault();
    const pki = PkiSecretsEngine.fromPath(stack, "Pki", "corporate/pki");
    pki.addRole("web", { ...leaf, issuer: "ca-2026" });
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_role")).toMatchObject({
      backend: "corporate/pki",
      issuer_ref: "ca-2026",
    });
    validate(stack);
  });
});

describe("what a PKI mount grants", () => {
  const grants = [
    [
      "grantIssue",
      ["issue/web"],
      ["issue/web-other", "issue/we", "sign/web", "sign-verbatim/web", "issuer/default/issue/web"],
    ],
    ["grantSign", ["sign/web"], ["sign/web-other", "issue/web", "sign-verbatim", "root/sign-intermediate"]],
    ["grantAcmeAccounts", ["roles/web/acme/new-eab"], ["roles/web-other/acme/new-eab", "acme/new-eab", "roles/web"]],
  ] as const;

  it.each(grants)("%s gives the role alone", (method, given, withheld) => {
    for (const declared of [true, false]) {
      const { pki, policy } = declare();
      if (declared) pki.addRole("web", leaf);
      pki.role("web")[method](policy);
      const evaluator = new Evaluator([{ name: "app", rules: policy.toDocument().rules }]);
      for (const path of given) expect(evaluator.on(`pki/${path}`).capabilities).toEqual(["update"]);
      for (const path of withheld) expect(evaluator.on(`pki/${path}`).capabilities).toEqual(["deny"]);
    }
  });

  it("lets who has a key revoke its certificate, and who answers for incidents any", () => {
    const { pki, policy } = declare();
    pki.grantRevokeWithKey(policy);
    const holder = new Evaluator([{ name: "app", rules: policy.toDocument().rules }]);
    expect(holder.on("pki/revoke-with-key").capabilities).toEqual(["update"]);
    for (const path of ["pki/revoke", "pki/certs", "pki/crl/rotate"])
      expect(holder.on(path).capabilities).toEqual(["deny"]);

    const { pki: other, policy: responder } = declare();
    other.grantRevokeAny(responder);
    const any = new Evaluator([{ name: "app", rules: responder.toDocument().rules }]);
    expect(any.on("pki/revoke").capabilities).toEqual(["update"]);
    expect(any.on("pki/certs").capabilities).toEqual(["list"]);
    expect(any.on("pki/crl/rotate").capabilities).toEqual(["read"]);
    for (const path of ["pki/issue/web", "pki/root", "pki/issuer/default/revoke", "pki/config/crl", "pki/tidy"]) {
      expect(any.on(path).capabilities).toEqual(["deny"]);
    }
  });
});
