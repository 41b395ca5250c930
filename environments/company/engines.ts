import type { EnvironmentDefinition } from "../schema";

type Engine<Type extends NonNullable<EnvironmentDefinition["engines"]>[number]["type"]> = Extract<
  NonNullable<EnvironmentDefinition["engines"]>[number],
  { type: Type }
>;

/** Secrets that nothing can make, by the convention environment/application/component/secret; people write their values. */
export function secrets(environment: string): Engine<"kv"> {
  return {
    type: "kv",
    path: "secret",
    maxVersions: 10,
    secrets: [
      {
        path: { environment, application: "app", component: "payments", secret: "api-key" },
        customMetadata: { owner: "payments", rotate: "each quarter, at the provider" },
      },
    ],
  };
}

/** Keys that never leave Vault: the application has data encrypted, and what it hands out signed. */
export const keys: Engine<"transit"> = {
  type: "transit",
  path: "transit",
  keys: [
    { name: "app-data", type: "aes256-gcm96", rotationPeriod: "90d" },
    { name: "app-tokens", type: "ed25519", rotationPeriod: "90d" },
  ],
};

/** The same where whatever they encrypt is made anew with the environment, which could not be destroyed otherwise. */
export const passingKeys: Engine<"transit"> = {
  ...keys,
  keys: keys.keys?.map((key) => ({ ...key, deletableReason: "what it encrypts is made anew with the environment" })),
};

const organization = "Company";

/** The company's own authorities: a root that signs nothing but the one below it, which issues for names inside the company. */
export function authorities({
  from,
}: {
  /**
   * Where programs fetch certificates and CRLs from: a listener or a proxy that serves these paths of Vault and nothing else. Without
   * TLS, whose certificate would have to be checked by what is fetched; each answer is signed.
   */
  readonly from: string;
}): Engine<"pki">[] {
  const urlsOf = (path: string) => ({
    issuingCertificates: [`${from}/v1/${path}/ca`],
    crlDistributionPoints: [`${from}/v1/${path}/crl`],
    ocspServers: [`${from}/v1/${path}/ocsp`],
  });
  return [
    {
      type: "pki",
      path: "pki-root",
      maxLeaseTtl: "3650d",
      authority: "root",
      issuers: [{ name: "root-2026", commonName: "Company Root 2026", organization, ttl: "3650d", maxPathLength: 1 }],
      urls: urlsOf("pki-root"),
      tidy: {},
    },
    {
      type: "pki",
      path: "pki",
      maxLeaseTtl: "1825d",
      authority: "intermediate",
      parent: "pki-root",
      issuers: [{ name: "services-2026", commonName: "Company Services 2026", organization, ttl: "1825d" }],
      urls: urlsOf("pki"),
      tidy: {},
      roles: [
        {
          name: "services",
          ttl: "24h",
          maxTtl: "72h",
          allowedDomains: ["internal.company.com"],
          allowSubdomains: true,
        },
      ],
    },
  ];
}

/** Credentials of AWS for deployments: Vault assumes a role by what its own machine is, and has no key of its own. */
export const cloud: Engine<"aws"> = {
  type: "aws",
  path: "aws",
  defaultLeaseTtl: "15m",
  maxLeaseTtl: "1h",
  region: "eu-central-1",
  roles: [
    {
      name: "deploy",
      credentialType: "assumed_role",
      roleArns: ["arn:aws:iam::123456789012:role/app-deploy"],
      defaultStsTtl: "15m",
      maxStsTtl: "1h",
    },
  ],
};
