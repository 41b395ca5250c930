import { LeaseholdError } from "./errors";

type Version = readonly [major: number, minor: number];

/** The server that a stack is deployed to. */
export type VaultServer =
  | {
      readonly product: "vault";
      readonly edition: "community" | "enterprise";
      /** Major and minor version, such as `1.21`. */
      readonly version: string;
    }
  | { readonly product: "openbao"; /** Major and minor version, such as `2.7`. */ readonly version: string };

/** What a stack is taken to be deployed to where it names no server. */
export const defaultServer = {
  product: "vault",
  edition: "community",
  version: "1.21",
} as const satisfies VaultServer;

const kinds = { community: "Vault Community", enterprise: "Vault Enterprise", openbao: "OpenBao" } as const;

type Kind = keyof typeof kinds;

/** What has a feature: by kind of server the first version, or `never`. */
interface Support extends Readonly<Record<Kind, Version | "never">> {
  /** What it is, in the middle of a sentence. */
  readonly what: string;
  /** What to do where it is not had. */
  readonly instead: string;
  /** The first version that has it no more, by kind of server. @default none */
  readonly goneFrom?: Readonly<Partial<Record<Kind, Version>>>;
}

/** Whatever Vault had before all versions that are served here. */
const always: Version = [0, 1];

const vaultOnly = (what: string, instead: string): Support => ({
  what,
  instead,
  community: always,
  enterprise: always,
  openbao: "never",
});
/** Types of Transit keys that Vault Community refuses. */
const enterpriseKeys = (what: string, since: Version, instead: string): Support => ({
  what,
  instead,
  community: "never",
  enterprise: since,
  openbao: "never",
});
const plugInOfVault = (database: string) =>
  vaultOnly(
    `a built-in plug-in for ${database}`,
    "register a plug-in of your own and name it in plugin.name, or keep this database with a Vault server",
  );

/**
 * What not every server has that Leasehold can be asked for.
 *
 * @see https://developer.hashicorp.com/vault/docs/release-notes
 * @see https://openbao.org/docs/release-notes/
 */
const features = {
  auditDevicesByApi: vaultOnly(
    "an API that makes audit devices",
    'declare the device in the server\'s configuration, and here as { type: "server-configuration" }',
  ),
  namespaces: {
    what: "namespaces",
    instead: "leave namespace out, and keep what it should hold apart by the paths of its mounts",
    community: "never",
    enterprise: [0, 11],
    openbao: [2, 3],
  },
  awsLogin: vaultOnly("the AWS auth method", "log programs in by JWT or AppRole"),
  awsSecrets: vaultOnly("the AWS secrets engine", "keep what issues credentials of AWS with a Vault server"),
  gitHubLogin: vaultOnly("the GitHub auth method", "log people in by OIDC"),
  ldapLogin: vaultOnly("a built-in LDAP auth method", "log people in by OIDC, at an issuer that asks the directory"),
  awsWorkloadIdentity: {
    what: "workload identity towards AWS",
    instead: "use AwsCredentials.instance() or .accessKey()",
    community: "never",
    enterprise: [1, 17],
    openbao: "never",
  },
  leaseCountQuotas: {
    what: "quotas of leases",
    instead: "limit requests with a rate limit, and the connections of a database with maxOpenConnections",
    community: "never",
    enterprise: always,
    openbao: "never",
  },
  automaticRootRotation: {
    what: "rotation of its own credentials at set times",
    instead: "use rotateRoot, and rotate again by hand",
    community: "never",
    enterprise: [1, 19],
    openbao: "never",
  },
  staticRoleSchedule: {
    what: "static roles that rotate at set times",
    instead: "give rotation a period",
    community: [1, 15],
    enterprise: [1, 15],
    openbao: "never",
  },
  consulStorage: vaultOnly("Consul as a storage and a catalogue", "use raft, which needs no other server"),
  fileStorage: {
    what: "files as a storage",
    instead: "use raft, with one node if need be",
    community: always,
    enterprise: always,
    openbao: always,
    goneFrom: { openbao: [2, 7] },
  },
  cloudSeals: {
    what: "built-in seals by the keys of a cloud",
    instead:
      "use a seal of the type transit or static, or register the seal's plug-in in a file of your own beside this one",
    community: always,
    enterprise: always,
    openbao: always,
    goneFrom: { openbao: [2, 7] },
  },
  staticSeal: {
    what: "a seal by a static key",
    instead: "use a seal of the type transit, or of your cloud",
    community: "never",
    enterprise: "never",
    openbao: [2, 4],
  },
  declaredAudit: {
    what: "audit devices of the server's configuration",
    instead: "declare the devices in the environment, which makes them through the API",
    community: "never",
    enterprise: "never",
    openbao: [2, 4],
  },
  redaction: vaultOnly("answers without addresses, the cluster's name or the version", "leave the option out"),
  memoryLock: vaultOnly("a lock on its memory", "leave disableMlock out, and turn swap off or encrypt it"),
  licence: {
    what: "a licence",
    instead: "leave licensePath out",
    community: "never",
    enterprise: always,
    openbao: "never",
  },
  entropyAugmentation: {
    what: "randomness from its seal",
    instead: "leave entropy out",
    community: "never",
    enterprise: [1, 3],
    openbao: "never",
  },
  autopilotEnterprise: {
    what: "zones and upgrades by autopilot",
    instead: "leave it out",
    community: "never",
    enterprise: [1, 11],
    openbao: "never",
  },
  agentNamespace: vaultOnly(
    "that option of its agent",
    "name the namespace in autoAuth.method, or leave the option out",
  ),
  staticSecretCache: {
    what: "a cache for secrets of KV",
    instead: "leave cacheStaticSecrets out",
    community: "never",
    enterprise: [1, 16],
    openbao: "never",
  },
  proxyProgram: {
    what: "a proxy as a program of its own",
    instead: "use an agent with apiProxy",
    community: [1, 14],
    enterprise: [1, 14],
    openbao: always,
  },
  subscribeCapability: {
    what: "policies with the capability subscribe",
    instead: "take subscribe out of the policy",
    community: [1, 16],
    enterprise: [1, 16],
    openbao: "never",
  },
  recoverCapability: {
    what: "policies with the capability recover",
    instead: "take recover out of the policy",
    community: [1, 20],
    enterprise: [1, 20],
    openbao: "never",
  },
  transitCmac: enterpriseKeys("keys for CMACs", [1, 17], 'take type "hmac"'),
  transitCmac192: enterpriseKeys("192-bit keys for CMACs", [1, 20], 'take type "aes256-cmac"'),
  transitMlDsa: enterpriseKeys("keys for ML-DSA signatures", [1, 19], 'take type "ed25519"'),
  transitSlhDsa: enterpriseKeys("keys for SLH-DSA signatures", [1, 20], 'take type "ed25519"'),
  transitXChaCha20: {
    what: "XChaCha20 keys",
    instead: 'take type "aes256-gcm96" or "chacha20-poly1305"',
    community: "never",
    enterprise: "never",
    openbao: [2, 0],
  },
  mongodbPlugin: plugInOfVault("MongoDB"),
  couchbasePlugin: plugInOfVault("Couchbase"),
  elasticsearchPlugin: plugInOfVault("Elasticsearch"),
  hanaPlugin: plugInOfVault("SAP HANA"),
  mongodbatlasPlugin: plugInOfVault("MongoDB Atlas"),
  mssqlPlugin: plugInOfVault("SQL Server"),
  redisElasticachePlugin: plugInOfVault("ElastiCache"),
  redshiftPlugin: plugInOfVault("Redshift"),
  snowflakePlugin: plugInOfVault("Snowflake"),
} as const satisfies Record<string, Support>;

export type ServerFeature = keyof typeof features;

/** Every feature that the matrix knows. */
export const serverFeatures = Object.keys(features) as readonly ServerFeature[];

const oldest = { vault: [1, 16], openbao: [2, 2] } as const satisfies Record<VaultServer["product"], Version>;

/** What the server of a stack can do. */
export class ServerFeatures {
  private constructor(
    readonly server: VaultServer,
    private readonly kind: Kind,
    private readonly version: Version,
  ) {}

  /**
   * @throws LeaseholdError when the version is none, or older than what Leasehold works with: Vault 1.16, OpenBao 2.2.
   */
  static of(server: VaultServer, where = "vault.server"): ServerFeatures {
    const match = /^(\d{1,4})\.(\d{1,4})$/.exec(server.version);
    const version: Version | undefined = match === null ? undefined : [Number(match[1]), Number(match[2])];
    const least = oldest[server.product];
    // OpenBao began with 2, and no Vault has come to it.
    if (version === undefined || !isSince(version, least) || (server.product === "vault" && version[0] > 1)) {
      throw new LeaseholdError(
        where,
        `version ${JSON.stringify(server.version)} is no version of ${server.product} that Leasehold works with`,
        `write its major and minor version, ${least.join(".")} or later, such as "${examples[server.product]}"`,
      );
    }
    return new ServerFeatures(server, server.product === "openbao" ? "openbao" : server.edition, version);
  }

  /** In words: `Vault Community 1.21`. */
  get title(): string {
    return `${kinds[this.kind]} ${this.version.join(".")}`;
  }

  has(feature: ServerFeature): boolean {
    const { goneFrom, ...support }: Support = features[feature];
    const [since, gone] = [support[this.kind], goneFrom?.[this.kind]];
    return since !== "never" && isSince(this.version, since) && (gone === undefined || !isSince(this.version, gone));
  }

  /**
   * Refuses what the server would refuse, or forget.
   *
   * @throws LeaseholdError that names `where`, `field`, and the first version of each server that has the feature.
   */
  require(where: string, field: string, feature: ServerFeature): void {
    if (this.has(feature)) return;
    const { what, instead } = features[feature];
    throw new LeaseholdError(
      where,
      `${field} is given, and ${this.title} lacks ${what} (${whoHas(feature)})`,
      `${instead}, or name another server in vault.server if that is not what runs`,
    );
  }
}

const examples = { vault: "1.21", openbao: "2.7" } as const;

/** The server that a program is, by the version that it says itself, such as `1.21.1`, `1.21.1+ent` or `2.7.2`. */
export function serverOf(product: VaultServer["product"], version: string): VaultServer {
  const [major = "", minor = ""] = version.split(".");
  const short = `${major}.${minor}`;
  return product === "openbao"
    ? { product, version: short }
    : { product, edition: version.includes("+ent") ? "enterprise" : "community", version: short };
}

function whoHas(feature: ServerFeature): string {
  const support: Support = features[feature];
  const { community, enterprise } = support;
  const sameInVault = community !== "never" && enterprise !== "never" && isSince(community, enterprise);
  const having: readonly (readonly [string, Version | "never"])[] = [
    ...(sameInVault
      ? [["Vault", community] as const]
      : [[kinds.community, community] as const, [kinds.enterprise, enterprise] as const]),
    [kinds.openbao, support.openbao],
  ];
  const named = having.flatMap(([name, since]) => {
    if (since === "never") return [];
    if (name === kinds.openbao && support.goneFrom?.openbao !== undefined)
      return [`OpenBao before ${support.goneFrom.openbao.join(".")}`];
    return [since === always ? `every ${name}` : `${name} ${since.join(".")}`];
  });
  return named[0]?.startsWith("every") === true ? `${named.join(", ")} has it` : `first in ${named.join(", ")}`;
}

function isSince(version: Version, since: Version): boolean {
  return version[0] > since[0] || (version[0] === since[0] && version[1] >= since[1]);
}
