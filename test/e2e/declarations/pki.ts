import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

type Engine = NonNullable<EnvironmentDefinition["engines"]>[number];
type Pki = Extract<Engine, { type: "pki" }>;

/** What changes between deployments. */
export interface PkiParameters {
  /** Names of the intermediate's issuers, the default one last. */
  readonly issuers: readonly string[];
  /** Of the issuer that is signed elsewhere. */
  readonly certificate?: string;
  /** Which name server tells Vault who has a name: host and port. */
  readonly dnsResolver: string;
}

const leaf = { ttl: "1h", maxTtl: "4h", allowedDomains: ["company.test"], allowSubdomains: true } satisfies Omit<
  NonNullable<Pki["roles"]>[number],
  "name"
>;

/** A root, an intermediate below it, one that is signed elsewhere, and a root that ends soon; and a login for each grant. */
export function declare({
  issuers,
  certificate,
  dnsResolver,
  ...server
}: PkiParameters & TrialServer): EnvironmentDefinition {
  const engines: Pki[] = [
    {
      type: "pki",
      // Declared before its parent.
      path: "pki-trial",
      maxLeaseTtl: "1825d",
      authority: "intermediate",
      parent: "pki-trial-root",
      issuers: issuers.map((name) => ({
        name,
        commonName: `Company ${name}`,
        organization: "Company",
        ttl: "1825d",
        retired: name !== issuers.at(-1),
      })),
      crl: { deltaRebuildInterval: "15m" },
      acme: { roles: ["web"], defaultRole: "web", dnsResolver },
      roles: [
        { name: "web", ...leaf },
        { name: "web-other", ...leaf },
        {
          name: "mesh",
          ttl: "1h",
          maxTtl: "2h",
          requireCn: false,
          allowedUriSans: ["spiffe://company.test/ns/*"],
          clientFlag: true,
          keyType: "any",
          keyUsage: ["DigitalSignature"],
        },
        { name: "rsa", ...leaf, keyType: "rsa", allowIpSans: true, organization: "Company" },
        { name: "edwards", ...leaf, keyType: "ed25519", extKeyUsage: ["CodeSigning"] },
      ],
    },
    {
      type: "pki",
      path: "pki-trial-root",
      maxLeaseTtl: "3650d",
      authority: "root",
      issuers: [
        { name: "root-2026", commonName: "Company Root", organization: "Company", country: "DE", ttl: "3650d" },
      ],
    },
    {
      type: "pki",
      path: "pki-trial-external",
      maxLeaseTtl: "365d",
      authority: "external-intermediate",
      issuers: [
        { name: "ca-2026", commonName: "Company External", ...(certificate === undefined ? {} : { certificate }) },
      ],
      roles: [{ name: "web", ...leaf }],
    },
    {
      type: "pki",
      path: "pki-trial-short",
      authority: "root",
      issuers: [{ name: "root-short", commonName: "Company Short", ttl: "1h", keyType: "rsa", keyBits: 2048 }],
      roles: [{ name: "web", ...leaf, ttl: "1h", maxTtl: "1h" }],
    },
  ];
  const mount = "pki-trial";
  return {
    name: "pki-trial",
    ...server,
    mounts: [],
    databases: [],
    engines,
    auth: [
      {
        method: "approle",
        path: "pki-trial",
        roles: [
          { name: "server", pki: [{ mount, role: "web", may: ["issue"] }] },
          { name: "signer", pki: [{ mount, role: "web", may: ["sign"] }] },
          { name: "acme", pki: [{ mount, role: "web", may: ["acmeAccounts"] }] },
          { name: "owner", revokeCertificates: [{ mount, may: ["withKey"] }] },
          { name: "responder", revokeCertificates: [{ mount, may: ["any"] }] },
        ],
      },
    ],
    policies: [],
  };
}
