import { checkPkiParents, parentsFirst } from "../../../environments/engines/pki";
import { parseEnvironment } from "../../../environments/load";
import { checkReferences } from "../../../environments/references";
import { environmentSchema } from "../../../environments/schema";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { environmentWith, refusalOf } from "../../helpers/environments";

const role = { name: "web", ttl: "1h", maxTtl: "1d", allowedDomains: ["company.com"], allowSubdomains: true };
const root = {
  type: "pki",
  path: "pki-root",
  authority: "root",
  maxLeaseTtl: "3650d",
  issuers: [{ name: "root-2026", commonName: "Root", ttl: "3650d" }],
};
const ca = {
  type: "pki",
  path: "pki",
  authority: "intermediate",
  parent: "pki-root",
  maxLeaseTtl: "1825d",
  issuers: [{ name: "ca-2026", commonName: "Issuing", ttl: "1825d" }],
  roles: [role],
};

const misfitsOf = (...engines: object[]): string[] =>
  checkReferences(environmentSchema.parse(environmentWith({ engines }))).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

describe("PKI mounts of an environment", () => {
  it("may be a root, an intermediate below it, and one that is signed elsewhere", () => {
    const external = {
      type: "pki",
      path: "pki-x",
      authority: "external-intermediate",
      issuers: [{ name: "a", commonName: "A" }],
    };
    expect(misfitsOf(ca, root, external)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["authority", { ...root, authority: "leaf" }, "engines[0].authority"],
    ["authority", { type: "pki", path: "pki" }, "engines[0].authority"],
    ["issuers", { ...root, issuers: [] }, "engines[0].issuers"],
    ["parent", { ...ca, parent: undefined }, "engines[0].parent"],
    ["parent", { ...root, parent: "pki" }, "engines[0]"],
    ["certificate", { ...root, issuers: [{ ...root.issuers[0], certificate: "x" }] }, "engines[0].issuers[0]"],
    ["ttl", { ...root, issuers: [{ name: "a", commonName: "A" }] }, "engines[0].issuers[0].ttl"],
    ["roles", { ...root, roles: [{ ...role, allowAnyName: true }] }, "engines[0].roles[0]"],
    ["maxTtl", { ...root, roles: [{ ...role, maxTtl: "long" }] }, "engines[0].roles[0].maxTtl"],
    ["urls", { ...root, urls: { crl: "x" } }, "engines[0].urls"],
    ["crl", { ...root, crl: { expiry: 3 } }, "engines[0].crl.expiry"],
    ["acme", { ...root, acme: {} }, "engines[0].acme.roles"],
    ["tidy", { ...root, tidy: { interval: "x" } }, "engines[0].tidy.interval"],
  ])("refuses %s that can't be: %j", (_field, engine, path) => {
    expect(refusalOf(() => parseEnvironment(environmentWith({ engines: [engine] })))).toContain(path);
  });

  it.each<[string, object[], string]>([
    [
      "a parent that is not declared",
      [ca],
      'engines.0.parent: PKI mount "pki-root" is not declared: declare it or use one of pki',
    ],
    [
      "a circle",
      [
        { ...ca, parent: "b" },
        { ...ca, path: "b", parent: "pki" },
      ],
      'engines.0.parent: "b" is below pki itself: some authority must be signed from outside the circle',
    ],
    [
      "an issuer that the parent has not",
      [root, { ...ca, issuers: [{ ...ca.issuers[0], parentIssuer: "root-2020" }] }],
      'engines.1.issuers.0.parentIssuer: issuer "root-2020" is not declared: declare it or use one of root-2026',
    ],
    [
      "a role twice",
      [{ ...root, roles: [role, role] }],
      'engines.0.roles.1.name: role "pki-root/web" is declared twice: give one of the two another name',
    ],
    [
      "an issuer twice",
      [{ ...root, issuers: [root.issuers[0], root.issuers[0]] }],
      'engines.0.issuers.1.name: issuer "pki-root/root-2026" is declared twice: give one of the two another name',
    ],
    [
      "a default issuer that is not declared",
      [{ ...root, defaultIssuer: "x" }],
      'engines.0.defaultIssuer: issuer "x" is not declared: declare it or use one of root-2026',
    ],
    [
      "a role's issuer that is not declared",
      [{ ...root, roles: [{ ...role, issuer: "x" }] }],
      'engines.0.roles.0.issuer: issuer "x" is not declared: declare it or use one of root-2026',
    ],
    [
      "a role of ACME's that is not declared",
      [{ ...root, acme: { roles: ["x"] } }],
      'engines.0.acme.roles: role "x" is not declared: declare it or use one of (none declared)',
    ],
    [
      "a default role that ACME may not use",
      [{ ...root, roles: [role], acme: { roles: ["web"], defaultRole: "x" } }],
      'engines.0.acme.defaultRole: role "x" is not declared: declare it or use one of web',
    ],
  ])("refuses %s", (_what, engines, misfit) => {
    expect(misfitsOf(...engines)).toContain(misfit);
  });

  it("sees a circle once for each mount in it", () => {
    const engines = environmentSchema.parse(environmentWith({ engines: [{ ...ca, parent: "pki" }] })).engines;
    expect(checkPkiParents(engines).map(({ message }) => message)).toEqual([
      '"pki" is below pki itself: some authority must be signed from outside the circle',
    ]);
  });

  it("are made from the root down, whatever the order", () => {
    const { engines } = parseEnvironment(
      environmentWith({ engines: [{ ...ca, path: "deep", parent: "pki" }, ca, root] }),
    );
    expect(parentsFirst(engines).map(({ path }) => path)).toEqual(["pki-root", "pki", "deep"]);
  });
});

describe("grants of certificates", () => {
  const granted = (grants: object) =>
    checkReferences(
      environmentSchema.parse(
        environmentWith({ engines: [root, ca], "policies[0]": { name: "developers", ...grants } }),
      ),
    ).map(({ path, message }) => `${path.join(".")}: ${message}`);

  it("name roles of declared mounts, and any role of others", () => {
    expect(granted({ pki: [{ mount: "pki", role: "web", may: ["issue", "sign", "acmeAccounts"] }] })).toEqual([]);
    expect(granted({ pki: [{ mount: "elsewhere", role: "any", may: ["issue"] }] })).toEqual([]);
    expect(granted({ revokeCertificates: [{ mount: "pki", may: ["withKey", "any"] }] })).toEqual([]);
    expect(granted({ pki: [{ mount: "pki", role: "mail", may: ["issue"] }] })).toEqual([
      'policies.0.pki.0.role: role of PKI mount pki "mail" is not declared: declare it or use one of web',
    ]);
  });

  it("are of PKI mounts", () => {
    expect(granted({ revokeCertificates: [{ mount: "database", may: ["any"] }] })).toEqual([
      'policies.0.revokeCertificates.0.mount: "database" is a mount of databases: name a pki mount',
    ]);
  });
});

describe("the policy of whoever deploys PKI mounts", () => {
  const { rules } = deployerPolicy(parseEnvironment(environmentWith({ engines: [root, ca] })));
  const evaluator = new Evaluator([{ name: "deployer", rules }]);

  it.each([
    ["pki-root/config/urls", "update"],
    ["pki-root/config/crl", "read"],
    ["pki-root/keys/generate/internal", "update"],
    ["pki-root/key/123", "delete"],
    ["pki-root/issuers/generate/root/existing", "update"],
    ["pki-root/issuer/123", "patch"],
    ["pki-root/issuer/123", "delete"],
    ["pki-root/issuer/default/sign-intermediate", "update"],
    ["pki/issuers/generate/intermediate/existing", "update"],
    ["pki/intermediate/set-signed", "update"],
    ["pki/roles/web", "delete"],
  ] as const)("lets it use %s (%s)", (path, capability) => {
    expect(evaluator.allows(path, capability)).toBe(true);
  });

  it.each([
    ["pki/issue/web", "update"],
    ["pki/sign/web", "update"],
    ["pki/sign-verbatim", "update"],
    ["pki/issuer/default/issue/web", "update"],
    ["pki/issuer/default/sign-intermediate", "update"],
    ["pki/issuer/default/sign-self-issued", "update"],
    ["pki/keys/generate/exported", "update"],
    ["pki/issuers/generate/root/exported", "update"],
    ["pki/issuers/generate/root/existing", "update"],
    ["pki-root/root", "delete"],
    ["pki/revoke", "update"],
    ["pki/roles/web/acme/new-eab", "update"],
  ] as const)("has no %s (%s)", (path, capability) => {
    expect(evaluator.allows(path, capability)).toBe(false);
  });
});
