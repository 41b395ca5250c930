import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { duration, mountPath, name } from "../fields";
import { duplicates, type Misfit, unknown } from "../misfit";
import { mountFields } from "./mount";

const text = z.string().min(1).max(64);
const domain = z.string().min(1);
const url = z.string().min(1);

const issuer = {
  /** Once in the mount; not `default`. */
  name,
  commonName: text,
  organization: text.optional(),
  ou: text.optional(),
  country: z.string().optional(),
  keyType: z.enum(["ec", "rsa", "ed25519"]).optional(),
  keyBits: z.int().optional(),
  /** Issues no more, and verifies what it has issued. */
  retired: z.boolean().optional(),
};
const signed = { ...issuer, ttl: duration, permittedDnsDomains: z.array(domain).min(1).optional() };

const rootIssuer = z.strictObject({ ...signed, maxPathLength: z.int().min(1).max(5).optional() });
/** Signed in the same deployment, by the parent's default issuer or the one that is named. */
const signedIssuer = z.strictObject({
  ...signed,
  parentIssuer: name.optional(),
  maxPathLength: z.int().min(0).max(5).optional(),
});
/** Signed elsewhere: the first deployment outputs the CSR, the second one is given the certificate. */
const externalIssuer = z.strictObject({ ...issuer, certificate: z.string().min(1).optional() });

/** What certificates may be like; the construct's options of the same names say more. */
const role = z.strictObject({
  name,
  ttl: duration,
  maxTtl: duration,
  /** Name of an issuer of the mount. @default the mount's default */
  issuer: name.optional(),
  allowedDomains: z.array(domain).min(1).optional(),
  allowSubdomains: z.boolean().optional(),
  allowBareDomains: z.boolean().optional(),
  allowGlobDomains: z.boolean().optional(),
  allowWildcardCertificates: z.boolean().optional(),
  allowLocalhost: z.boolean().optional(),
  allowedDomainsTemplate: z.boolean().optional(),
  allowIpSans: z.boolean().optional(),
  allowedUriSans: z.array(z.string().min(1)).min(1).optional(),
  keyType: z.enum(["ec", "rsa", "ed25519", "any"]).optional(),
  keyBits: z.int().optional(),
  keyUsage: z
    .array(z.enum(["DigitalSignature", "ContentCommitment", "KeyEncipherment", "DataEncipherment", "KeyAgreement"]))
    .optional(),
  extKeyUsage: z
    .array(
      z.enum([
        "ServerAuth",
        "ClientAuth",
        "CodeSigning",
        "EmailProtection",
        "IPSECEndSystem",
        "IPSECTunnel",
        "IPSECUser",
        "TimeStamping",
        "OCSPSigning",
      ]),
    )
    .optional(),
  serverFlag: z.boolean().optional(),
  clientFlag: z.boolean().optional(),
  requireCn: z.boolean().optional(),
  organization: text.optional(),
  ou: text.optional(),
});

const pkiFields = {
  type: z.literal("pki"),
  ...mountFields,
  /** Where certificates say that their issuer and its CRL are. */
  urls: z
    .strictObject({
      clusterPath: url.optional(),
      aiaPath: url.optional(),
      issuingCertificates: z.array(url).optional(),
      crlDistributionPoints: z.array(url).optional(),
      ocspServers: z.array(url).optional(),
    })
    .optional(),
  crl: z
    .strictObject({
      expiry: duration.optional(),
      rebuildInterval: duration.optional(),
      deltaRebuildInterval: duration.optional(),
      ocspExpiry: duration.optional(),
    })
    .optional(),
  acme: z
    .strictObject({
      enabled: z.boolean().optional(),
      /** Roles of this mount. */
      roles: z.array(name).min(1),
      defaultRole: name.optional(),
      eabPolicy: z.enum(["always-required", "new-account-required", "not-required"]).optional(),
      dnsResolver: z.string().optional(),
    })
    .optional(),
  tidy: z
    .strictObject({ enabled: z.boolean().optional(), interval: duration.optional(), safetyBuffer: duration.optional() })
    .optional(),
  /** The issuer that signs where nobody names one. @default the only one that is not retired */
  defaultIssuer: name.optional(),
  roles: z.array(role).default([]),
};

/** A PKI mount: what its authorities are is a closed choice. */
export const pkiEngine = z.discriminatedUnion("authority", [
  z.strictObject({ ...pkiFields, authority: z.literal("root"), issuers: z.array(rootIssuer).min(1) }),
  z.strictObject({
    ...pkiFields,
    authority: z.literal("intermediate"),
    /** Path of the PKI mount of this environment whose issuers sign. */
    parent: mountPath,
    issuers: z.array(signedIssuer).min(1),
  }),
  z.strictObject({
    ...pkiFields,
    authority: z.literal("external-intermediate"),
    issuers: z.array(externalIssuer).min(1),
  }),
]);

export type DeclaredPkiEngine = z.output<typeof pkiEngine>;

/** Names that are declared twice or not at all. */
export function checkPkiEngine(engine: DeclaredPkiEngine, path: readonly (string | number)[]): Misfit[] {
  const { issuers, roles, acme, defaultIssuer } = engine;
  const issuerNames = issuers.map((issuer) => issuer.name);
  const roleNames = roles.map((role) => role.name);
  const named = (kind: "issuers" | "roles") =>
    engine[kind].map(({ name }, at) => ({ name: `${engine.path}/${name}`, path: [...path, kind, at, "name"] }));
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  return [
    ...duplicates("issuer", named("issuers")),
    ...duplicates("role", named("roles")),
    ...unknown("issuer", one(defaultIssuer), issuerNames, [...path, "defaultIssuer"]),
    ...roles.flatMap(({ issuer }, at) => unknown("issuer", one(issuer), issuerNames, [...path, "roles", at, "issuer"])),
    ...unknown("role", acme?.roles ?? [], roleNames, [...path, "acme", "roles"]),
    ...unknown("role", one(acme?.defaultRole), acme?.roles ?? [], [...path, "acme", "defaultRole"]),
  ];
}

interface Mounted {
  readonly type: string;
  readonly path: string;
}

const isPki = (engine: Mounted): engine is DeclaredPkiEngine => engine.type === "pki";

/** Grants of roles that declared mounts have not; those of other mounts are made elsewhere. */
export function undeclaredPkiRoles(
  granted: readonly { readonly mount: string; readonly role: string }[],
  engines: readonly Mounted[],
  path: readonly (string | number)[],
): Misfit[] {
  return granted.flatMap(({ mount, role }, at) => {
    const names = engines
      .filter(isPki)
      .find((engine) => engine.path === mount)
      ?.roles.map(({ name }) => name);
    return names === undefined ? [] : unknown(`role of PKI mount ${mount}`, [role], names, [...path, at, "role"]);
  });
}

/** Parents that are not declared, or below their own children. */
export function checkPkiParents(engines: readonly Mounted[]): Misfit[] {
  const byPath = new Map(engines.filter(isPki).map((engine) => [engine.path, engine]));
  return engines.flatMap((engine, at): Misfit[] => {
    if (!isPki(engine) || engine.authority !== "intermediate") return [];
    const path = ["engines", at, "parent"];
    const misfits = unknown("PKI mount", [engine.parent], [...byPath.keys()], path);
    if (misfits.length > 0) return misfits;
    if (isBelowItself(engine, byPath)) {
      return [
        {
          path,
          message: `"${engine.parent}" is below ${engine.path} itself: some authority must be signed from outside the circle`,
        },
      ];
    }
    const parentIssuers = byPath.get(engine.parent)?.issuers.map(({ name }) => name) ?? [];
    return engine.issuers.flatMap(({ parentIssuer }, issuerAt) =>
      parentIssuer === undefined
        ? []
        : unknown("issuer", [parentIssuer], parentIssuers, ["engines", at, "issuers", issuerAt, "parentIssuer"]),
    );
  });
}

function isBelowItself(engine: DeclaredPkiEngine, byPath: ReadonlyMap<string, DeclaredPkiEngine>): boolean {
  const seen = new Set<string>();
  let next: DeclaredPkiEngine | undefined = engine;
  while (next?.authority === "intermediate" && !seen.has(next.path)) {
    seen.add(next.path);
    next = byPath.get(next.parent);
  }
  return next?.path === engine.path && seen.size > 0;
}

/** The engines with each parent before those that it signs. */
export function parentsFirst<T extends Mounted>(engines: readonly T[]): T[] {
  const depth = (engine: Mounted, left: number): number => {
    if (!isPki(engine) || engine.authority !== "intermediate" || left === 0) return 0;
    const parent = engines.find(({ path }) => path === engine.parent);
    return parent === undefined ? 0 : 1 + depth(parent, left - 1);
  };
  const depths = new Map(engines.map((engine) => [engine, depth(engine, engines.length)]));
  return [...engines].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
}

/** What the deployer needs below the mount: it makes authorities and roles, and has no certificate. */
export function pkiDeployerRules(engine: DeclaredPkiEngine): PolicyRule[] {
  const { path, authority } = engine;
  const made = (part: string, reason: string): PolicyRule => ({
    path: `${path}/${part}`,
    capabilities: ["create", "update"],
    reason,
  });
  return [
    {
      path: `${path}/config/+`,
      capabilities: ["create", "read", "update"],
      reason: `URLs, CRL, default issuer, ACME and tidying of ${path}`,
    },
    { path: `${path}/roles/+`, capabilities: ["create", "read", "update", "delete"], reason: `Roles of ${path}` },
    made("keys/generate/internal", `Makes keys of authorities in ${path}, which never leave it`),
    { path: `${path}/key/+`, capabilities: ["read", "update", "delete"], reason: `Keys of authorities of ${path}` },
    {
      path: `${path}/issuer/+`,
      capabilities: ["create", "read", "update", "patch", "delete"],
      reason: `Authorities of ${path}`,
    },
    ...(authority === "root"
      ? [made("issuers/generate/root/existing", `Makes roots of ${path}`)]
      : [
          made("issuers/generate/intermediate/existing", `Makes signing requests of ${path}`),
          made("intermediate/set-signed", `Gives authorities of ${path} their certificates`),
        ]),
    ...(authority === "intermediate"
      ? [
          {
            path: `${engine.parent}/issuer/+/sign-intermediate`,
            capabilities: ["create", "update"] as const,
            reason: `Has authorities of ${path} signed by ${engine.parent}`,
          },
        ]
      : []),
  ];
}
