import { PkiSecretsEngine, type PkiSecretsEngineProps } from "../../../constructs/secrets/pki-secrets-engine";
import type { PkiRootOptions } from "../../../constructs/secrets/pki-root";
import { namedResource, onlyResource, resources, stackWithVault, synth, validate } from "../../helpers/synth";
import { externalCa, externalLeaf, externalRoot } from "./certificates";

const rootOptions = { commonName: "Root", ttl: "3650d" } as const;
const caOptions = { commonName: "Issuing", ttl: "1825d" } as const;

function declare({ root: rootProps, ca: caProps }: { root?: PkiSecretsEngineProps; ca?: PkiSecretsEngineProps } = {}) {
  const stack = stackWithVault({ provider: ">= 4.4" });
  const top = new PkiSecretsEngine(stack, "Root", { path: "root", maxLeaseTtl: "3650d", ...rootProps });
  const pki = new PkiSecretsEngine(stack, "Pki", { maxLeaseTtl: "1825d", ...caProps });
  return { stack, top, pki };
}

describe("a root", () => {
  it("signs itself with a key that is made in Vault and never leaves it", () => {
    const { stack, top } = declare();
    top.addRoot("root-2026", { ...rootOptions, organization: "Company", ou: "Security", country: "DE" });
    const synthesised = synth(stack);
    expect(onlyResource(synthesised, "vault_pki_secret_backend_key")).toMatchObject({
      type: "internal",
      key_name: "root-2026",
      key_type: "ec",
      key_bits: 384,
    });
    const certificate = onlyResource(synthesised, "vault_pki_secret_backend_root_cert");
    expect(certificate).toMatchObject({
      type: "existing",
      issuer_name: "root-2026",
      common_name: "Root",
      organization: "Company",
      ou: "Security",
      country: "DE",
      ttl: "315360000s",
      max_path_length: 1,
    });
    expect(certificate["key_ref"]).toMatch(/vault_pki_secret_backend_key\.[\w-]+\.key_id/);
    // What it signs names the URLs of that moment.
    expect(String(certificate["depends_on"])).toContain("vault_pki_secret_backend_config_urls");
    const issuer = onlyResource(synthesised, "vault_pki_secret_backend_issuer");
    expect(issuer).toMatchObject({
      issuer_name: "root-2026",
      leaf_not_after_behavior: "err",
      usage: "crl-signing,issuing-certificates,ocsp-signing,read-only",
    });
    expect(issuer["lifecycle"]).toEqual({
      replace_triggered_by: [expect.stringMatching(/^vault_pki_secret_backend_root_cert\.[\w-]+$/) as string],
    });
    expect(onlyResource(synthesised, "vault_pki_secret_backend_config_issuers")).toMatchObject({
      default: expect.stringMatching(/vault_pki_secret_backend_issuer\.[\w-]+\.issuer_id/) as string,
      default_follows_latest_issuer: false,
    });
    validate(stack);
  });

  it("is protected as its mount is", () => {
    const { stack, top } = declare({ root: { preventDestroy: true } });
    top.addRoot("root-2026", rootOptions);
    for (const type of ["key", "root_cert", "issuer"]) {
      const { lifecycle } = onlyResource(synth(stack), `vault_pki_secret_backend_${type}`);
      expect(lifecycle).toMatchObject({ prevent_destroy: true });
    }
  });

  it.each<[string, Partial<PkiRootOptions>, string]>([
    ["commonName", { commonName: "" }, 'commonName "" can\'t stand in a certificate'],
    ["organization", { organization: " Company" }, "can't stand in a certificate"],
    ["ou", { ou: "${var.x}" }, "can't stand in a certificate"],
    ["country", { country: "Germany" }, "is not a country's code"],
    ["ttl", { ttl: "ten years" as "1h" }, "is not a duration"],
    ["ttl", { ttl: "3651d" }, "ttl 3651d exceeds maxLeaseTtl 3650d of mount root"],
    ["keyType", { keyType: "dsa" as "rsa" }, "is unknown"],
    ["keyBits", { keyType: "rsa", keyBits: 1024 }, "is no size of a key of type rsa"],
    ["keyBits", { keyType: "ed25519", keyBits: 256 }, "has but one size"],
    ["maxPathLength", { maxPathLength: 0 }, "is out of range"],
    ["permittedDnsDomains", { permittedDnsDomains: ["*.company.com"] }, "is not a domain"],
    ["retired", { retired: "no" as unknown as boolean }, "is unknown"],
    ["preventDestroy", { preventDestroy: "no" as unknown as boolean }, "is not true or false"],
  ])("refuses %s that can't be used", (field, options, problem) => {
    const make = () => declare().top.addRoot("root-2026", { ...rootOptions, ...options });
    expect(make).toThrow(field);
    expect(make).toThrow(problem);
  });

  it("needs a mount that lets it live: a server's own maximum is 768h", () => {
    const stack = stackWithVault();
    const pki = new PkiSecretsEngine(stack, "Pki");
    expect(() => pki.addRoot("root-2026", rootOptions)).toThrow(
      "ttl 3650d exceeds maxLeaseTtl 768h of mount pki, which is the server's",
    );
  });

  it.each(["default", "root 2026", "a".repeat(64)])("can't be named %j", (name) => {
    expect(() => declare().top.addRoot(name, rootOptions)).toThrow(/name/);
  });
});

describe("an intermediate", () => {
  it("has its request signed by the parent, and takes the certificate", () => {
    const { stack, top, pki } = declare();
    const parent = top.addRoot("root-2026", rootOptions);
    pki.addIntermediate("ca-2026", { ...caOptions, parent, permittedDnsDomains: ["company.com"] });
    const synthesised = synth(stack);
    expect(onlyResource(synthesised, "vault_pki_secret_backend_intermediate_cert_request")).toMatchObject({
      type: "existing",
      common_name: "Issuing",
    });
    expect(onlyResource(synthesised, "vault_pki_secret_backend_root_sign_intermediate")).toMatchObject({
      backend: expect.stringMatching(/vault_mount\.Root/) as string,
      issuer_ref: expect.stringMatching(/vault_pki_secret_backend_issuer\.Root_root-2026\w*\.issuer_id/) as string,
      csr: expect.stringMatching(/intermediate_cert_request\.Pki_ca-2026\w*\.csr/) as string,
      ttl: "157680000s",
      max_path_length: 0,
      permitted_dns_domains: ["company.com"],
    });
    expect(onlyResource(synthesised, "vault_pki_secret_backend_intermediate_set_signed")["certificate"]).toMatch(
      /root_sign_intermediate\.Pki_ca-2026\w*\.certificate\}$/,
    );
    expect(namedIssuer(synthesised, "ca-2026")["issuer_ref"]).toMatch(/set_signed\.Pki_ca-2026\w*\.imported_issuers/);
    validate(stack);
  });

  it("brings its parent's certificate where that is an intermediate too", () => {
    const { stack, top, pki } = declare();
    const policy = new PkiSecretsEngine(stack, "Policy", { path: "policy", maxLeaseTtl: "1825d" });
    const root = top.addRoot("root-2026", { ...rootOptions, maxPathLength: 2 });
    const parent = policy.addIntermediate("policy-2026", { ...caOptions, parent: root });
    pki.addIntermediate("ca-2026", { ...caOptions, parent });
    const signed = resources(synth(stack), "vault_pki_secret_backend_intermediate_set_signed");
    expect(signed.map(({ certificate }) => String(certificate).replace(/^.*\./, "")).sort()).toEqual([
      "certificate_bundle}",
      "certificate}",
    ]);
    const lengths = resources(synth(stack), "vault_pki_secret_backend_root_sign_intermediate");
    expect(lengths.map((each) => each["max_path_length"]).sort()).toEqual([0, 1]);
  });

  it("may be signed by a mount that is managed elsewhere", () => {
    const { stack, pki } = declare();
    const parent = PkiSecretsEngine.fromPath(stack, "Elsewhere", "corporate").issuer("default");
    pki.addIntermediate("ca-2026", { ...caOptions, ttl: "768h", parent });
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_root_sign_intermediate")).toMatchObject({
      backend: "corporate",
      issuer_ref: "default",
    });
  });

  it("can't outlive its parent, stand too deep, or be in its parent's mount", () => {
    const { top, pki } = declare();
    const parent = top.addRoot("root-2026", { ...rootOptions, ttl: "365d" });
    expect(() => pki.addIntermediate("ca-1", { ...caOptions, parent })).toThrow(
      "ttl 1825d exceeds the life of parent root-2026, 365d",
    );
    expect(() => top.addIntermediate("ca-2", { ...caOptions, ttl: "1d", parent })).toThrow(
      "parent root-2026 is an issuer of mount root itself",
    );
    const last = pki.addIntermediate("ca-3", { ...caOptions, ttl: "1d", parent });
    expect(() => top.addIntermediate("ca-4", { ...caOptions, ttl: "1d", parent: last })).toThrow(
      "parent ca-3 may have no authority below it",
    );
    expect(() => pki.addIntermediate("ca-5", { ...caOptions, ttl: "1d", parent, maxPathLength: 1 })).toThrow(
      "maxPathLength 1 is out of range",
    );
  });
});

describe("an intermediate that is signed elsewhere", () => {
  const named = { commonName: "External" } as const;

  it("outputs its signing request, and is no issuer yet", () => {
    const { stack, pki } = declare();
    const issuer = pki.addExternalIntermediate("ca-2026", named);
    const { output } = JSON.parse(JSON.stringify(synth(stack))) as unknown as { output: object };
    expect(output).toEqual({
      "csr_pki_ca-2026": expect.objectContaining({
        value: expect.stringMatching(/cert_request\.\S+\.csr/) as string,
      }) as object,
    });
    expect(resources(synth(stack), "vault_pki_secret_backend_issuer")).toEqual([]);
    expect(resources(synth(stack), "vault_pki_secret_backend_config_issuers")).toEqual([]);
    expect(() => issuer.reference).toThrow("issuer ca-2026 has no certificate yet");
    validate(stack);
  });

  it("takes its certificate", () => {
    const { stack, pki } = declare();
    const issuer = pki.addExternalIntermediate("ca-2026", { ...named, certificate: externalCa });
    expect(onlyResource(synth(stack), "vault_pki_secret_backend_intermediate_set_signed")["certificate"]).toBe(
      externalCa,
    );
    expect(issuer.life).toBe(3650 * 86_400);
    // Terraform destroys in turn: the key goes after its issuer.
    const imported = onlyResource(synth(stack), "vault_pki_secret_backend_intermediate_set_signed");
    expect(String(imported["depends_on"])).toContain("vault_pki_secret_backend_intermediate_cert_request");
    validate(stack);
  });

  it.each([
    ["a text", "certificate", "is not a PEM certificate"],
    ["a private key", "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n", "never a private key"],
    ["what is no certificate", "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n", "can't be read"],
    ["a server's", externalLeaf, "is not a certificate authority's"],
    ["a root's beside it", externalCa + externalRoot, "holds a root"],
    ["a root's", externalRoot, 'is of "Elsewhere", and commonName is "External"'],
  ])("refuses %s", (_what, certificate, problem) => {
    const make = () => declare().pki.addExternalIntermediate("ca-2026", { ...named, certificate });
    expect(make).toThrow("certificate");
    expect(make).toThrow(problem);
  });
});

describe("several issuers of a mount", () => {
  const rotated = (ca: PkiSecretsEngineProps, old: { retired?: boolean } = {}) => {
    const { stack, top, pki } = declare({ ca });
    const parent = top.addRoot("root-2026", rootOptions);
    pki.addIntermediate("ca-2026", { ...caOptions, parent, ...old });
    pki.addIntermediate("ca-2027", { ...caOptions, commonName: "Next", parent });
    return stack;
  };
  const defaultOf = (stack: ReturnType<typeof rotated>) =>
    resources(synth(stack), "vault_pki_secret_backend_config_issuers")
      .map((each) => String(each["default"]))
      .find((each) => each.includes(".Pki_"));

  it("have the default that is named", () => {
    const stack = rotated({ defaultIssuer: "ca-2027" });
    expect(defaultOf(stack)).toMatch(/Pki_ca-2027/);
    validate(stack);
  });

  it("have the only one that is not retired, which verifies and issues no more", () => {
    const stack = rotated({}, { retired: true });
    expect(defaultOf(stack)).toMatch(/Pki_ca-2027/);
    expect(namedIssuer(synth(stack), "ca-2026")["usage"]).toBe("crl-signing,ocsp-signing,read-only");
    validate(stack);
  });

  it.each<[PkiSecretsEngineProps, { retired?: boolean }, string]>([
    [{}, {}, "mount pki has the issuers ca-2026, ca-2027 and no defaultIssuer"],
    [{ defaultIssuer: "ca-2028" }, {}, "defaultIssuer ca-2028 is no issuer of mount pki: use one of ca-2026, ca-2027"],
    [{ defaultIssuer: "ca-2026" }, { retired: true }, "defaultIssuer ca-2026 is retired"],
  ])("fail the synthesis with %j and an old one that is %j", (ca, old, problem) => {
    expect(() => validate(rotated(ca, old))).toThrow(problem);
  });

  it("can't have one name", () => {
    const { top } = declare();
    top.addRoot("root-2026", rootOptions);
    expect(() => top.addRoot("root-2026", rootOptions)).toThrow("root-2026");
  });

  it("have no default that has no certificate", () => {
    const { stack, pki } = declare({ ca: { defaultIssuer: "ca-2026" } });
    pki.addExternalIntermediate("ca-2026", { commonName: "External" });
    expect(() => validate(stack)).toThrow("defaultIssuer ca-2026 has no certificate yet");
  });
});

function namedIssuer(synthesised: ReturnType<typeof synth>, name: string) {
  const found = resources(synthesised, "vault_pki_secret_backend_issuer").find((each) => each["issuer_name"] === name);
  return found ?? namedResource(synthesised, "vault_pki_secret_backend_issuer", name);
}
