import { z } from "zod";
import { LeaseholdError, show } from "../constructs/core/errors";
import { ProviderFeatures } from "../constructs/core/provider-features";
import { defaultServer, ServerFeatures } from "../constructs/core/server-features";
import { containers, containersOverrides } from "./containers";
import { anyStatements, certificateAuthority, database, type DatabaseDefinition } from "./databases/schema";
import { tiers } from "../constructs/core/tier";
import { mountFields } from "./engines/mount";
import { secretsEngine } from "./engines/schema";
import { duration, mountPath, name, port, secret } from "./fields";
import { jwtKeys } from "./logins/jwt";
import { kubernetes } from "./logins/kubernetes";
import { ldap } from "./logins/ldap";
import { authMethod } from "./logins/schema";
import { identity, metadata } from "./subjects/identity";
import { policy } from "./subjects/policy";
import { auditDevice, auditedHeader } from "./system/audit";
import { passwordPolicy } from "./system/password-policies";
import { serverSettings } from "./system/system";
import { waiver } from "./waiver";

const httpUrl = z
  .url({ protocol: /^https?$/, error: ({ input }) => `${show(input)} is not an http(s) URL` })
  .refine((url) => !/[$%]\{/.test(url), {
    error: "holds ${ or %{, which Terraform would fill in: write the address itself",
  });
const providerConstraint = z.string().superRefine((constraint, context) => {
  try {
    ProviderFeatures.of(constraint);
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    context.addIssue({ code: "custom", message: `${thrown.problem}: ${thrown.remedy}` });
  }
});
/** What any engine knows; the engine's own schema sees whether it has that mode. */
const tls = z.enum(["disable", "require", "verify-ca", "verify-full"]);

const login = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("token") }),
  z.strictObject({ method: z.literal("approle"), path: mountPath.optional(), roleId: secret, secretId: secret }),
]);

const version = z.string();
const server = z
  .discriminatedUnion("product", [
    z.strictObject({
      product: z.literal("vault"),
      edition: z.enum(["community", "enterprise"]).default("community"),
      version,
    }),
    z.strictObject({ product: z.literal("openbao"), version }),
  ])
  .superRefine((given, context) => {
    try {
      ServerFeatures.of(given);
    } catch (thrown) {
      if (!(thrown instanceof LeaseholdError)) throw thrown;
      context.addIssue({ code: "custom", path: ["version"], message: `${thrown.problem}: ${thrown.remedy}` });
    }
  });

const vault = z.strictObject({
  /** URL of the Vault server. */
  address: httpUrl,
  /** What runs there: what it lacks can't be declared. @default Vault Community 1.21 */
  server: server.default(defaultServer),
  /** Namespace (Vault Enterprise, OpenBao 2.3 and later). */
  namespace: z.string().min(1).optional(),
  /** Version constraint of the hashicorp/vault provider. */
  provider: providerConstraint.optional(),
  /** How Terraform logs in. */
  login: login.optional(),
});

/**
 * Where Terraform keeps its state. Credentials are never part of it: each backend reads its own from the environment.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend
 */
const state = z.discriminatedUnion("backend", [
  z.strictObject({ backend: z.literal("local"), path: z.string().min(1).optional() }),
  z.strictObject({
    backend: z.literal("s3"),
    bucket: z.string().min(1),
    key: z.string().min(1),
    region: z.string().min(1),
  }),
  z.strictObject({ backend: z.literal("gcs"), bucket: z.string().min(1), prefix: z.string().min(1) }),
  z.strictObject({
    backend: z.literal("azurerm"),
    resourceGroupName: z.string().min(1),
    storageAccountName: z.string().min(1),
    containerName: z.string().min(1),
    key: z.string().min(1),
  }),
  z.strictObject({
    backend: z.literal("http"),
    address: httpUrl,
    lockAddress: httpUrl.optional(),
    unlockAddress: httpUrl.optional(),
  }),
  /** The connection string comes from `PG_CONN_STR`. */
  z.strictObject({ backend: z.literal("pg"), schemaName: name }),
  z.strictObject({ backend: z.literal("consul"), path: z.string().min(1), address: z.string().min(1).optional() }),
]);

const databaseMount = z.strictObject({ type: z.literal("database"), ...mountFields });

/** One role for several databases: in each it becomes the role `<database>-<name>`. */
const sharedRole = z.strictObject({
  name,
  /** Names of databases. */
  databases: z.array(name).min(1),
  statements: anyStatements,
  defaultTtl: duration,
  maxTtl: duration,
});

/**
 * What lies in Vault for one team: of an environment, or of one of its namespaces.
 */
const contents = {
  /** Mounts of databases. */
  mounts: z.array(databaseMount),
  databases: z.array(database),
  sharedRoles: z.array(sharedRole).default([]),
  /** Secrets engines other than those of databases, with what they hold. */
  engines: z.array(secretsEngine).default([]),
  auth: z.array(authMethod),
  identity: identity.default({ entities: [], groups: [] }),
  policies: z.array(policy),
  /** Rules for the passwords of database users. */
  passwordPolicies: z.array(passwordPolicy).default([]),
};

/** Names that Vault keeps. */
const keptNames: readonly string[] = ["root", "sys", "audit", "auth", "cubbyhole", "identity"];

const namespaceFields = {
  /** Its name in the namespace around it: one segment. */
  path: name.refine((path) => !keptNames.includes(path.toLowerCase()), {
    error: ({ input }) => `${show(input)} is a name that Vault keeps for itself: choose another one`,
  }),
  customMetadata: metadata.optional(),
  ...contents,
  mounts: contents.mounts.default([]),
  databases: contents.databases.default([]),
  auth: contents.auth.default([]),
  policies: contents.policies.default([]),
};

/** A namespace as an environment's file declares it. */
export interface NamespaceDefinition extends z.input<z.ZodObject<typeof namespaceFields>> {
  readonly namespaces?: NamespaceDefinition[] | undefined;
}

/**
 * A Vault within Vault (Vault Enterprise, OpenBao 2.3 and later), with what lies in it. Names in it meet none outside of it.
 *
 * @see https://developer.hashicorp.com/vault/docs/enterprise/namespaces
 */
export interface DeclaredNamespace extends z.output<z.ZodObject<typeof namespaceFields>> {
  /** Those that are nested in it. */
  readonly namespaces?: DeclaredNamespace[] | undefined;
}

const namespace: z.ZodType<DeclaredNamespace, NamespaceDefinition> = z.strictObject({
  ...namespaceFields,
  namespaces: z.lazy(() => z.array(namespace)).optional(),
});

/** What an environment is. Unknown keys are refused at every level; load.ts adds that references lead somewhere. */
export const environmentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, { error: "is used as a stack's name: use lower-case letters, digits and -" }),
  /** How strictly guardrails judge it. @default "prod", the strictest */
  tier: z.enum(tiers).default("prod"),
  /**
   * Whether Terraform refuses to destroy its mounts and connections, also where a change would make them anew. To lift it,
   * declare false and deploy that first. @default false
   */
  preventDestroy: z.boolean().default(false),
  vault,
  state,
  /** Audit devices, made before anything that lets credentials out. */
  audit: z.array(auditDevice).default([]),
  auditedHeaders: z.array(auditedHeader).default([]),
  ...serverSettings,
  ...contents,
  /** What its servers run in, where Leasehold makes them too: containers of a Docker engine. */
  containers: containers.optional(),
  /** Namespaces with what lies in them; what stands beside this lies in the one of `vault.namespace`. */
  namespaces: z.array(namespace).default([]),
  /** Guardrails that are right to object, and are overruled here. */
  waivers: z.array(waiver).default([]),
});

/** An environment as its file declares it. */
export type EnvironmentDefinition = z.input<typeof environmentSchema>;

/** An environment that passed the schema. */
export type Environment = z.output<typeof environmentSchema>;

/** What lies in Vault for one team. */
export type Contents = z.output<z.ZodObject<typeof contents>>;

export type { DatabaseDefinition };

/**
 * What can be changed at deploy time without editing a file, to bring a declaration to other servers: the addresses, the
 * provider, the login, where the state lies, where audit entries go, and how strictly it is judged there.
 */
export const overridesSchema = z.record(
  z.string(),
  z.strictObject({
    /** Servers of a lab have no certificates: production's declaration is judged there as a lab's. */
    tier: z.enum(tiers).optional(),
    vault: vault
      .omit({ login: true })
      // An omitted server stays as declared, and an empty namespace is the root namespace.
      .extend({ server: server.optional(), namespace: z.string().optional() })
      .partial()
      .optional(),
    /** Log in as an AppRole of auth/deployer with TF_VAR_vault_role_id and TF_VAR_vault_secret_id, or with a token. */
    login: z.enum(["token", "approle"]).optional(),
    state: state.optional(),
    /** In place of the declared ones, whose files another server may not have. */
    audit: z.array(auditDevice).optional(),
    auditedHeaders: z.array(auditedHeader).optional(),
    /** Where its containers run, and of which images. */
    containers: containersOverrides.optional(),
    /** Where the servers are that a method asks, by its path, with its namespace before; whoever may log in stays as declared. */
    auth: z
      .record(
        mountPath,
        z
          .strictObject({
            /** Of `jwt`: whose signatures it trusts. Vault asks the issuer as soon as that is written. */
            keys: jwtKeys,
            /** Of `ldap`: the directory's servers. */
            url: ldap.shape.url,
            /** Of `ldap`: the authority of their certificates, in PEM. */
            certificate: ldap.shape.certificate.unwrap(),
            /** Of `kubernetes`: the API server. */
            host: kubernetes.shape.host,
            /** Of `kubernetes`: the authority of its certificate, in PEM. */
            certificateAuthority: kubernetes.shape.certificateAuthority.unwrap(),
          })
          .partial(),
      )
      .optional(),
    /**
     * By name; by `<namespace>/<name>` what lies in a namespace. `verifyConnection` and `rotateRoot` let a connection be written
     * whose server is not there.
     */
    databases: z
      .record(
        mountPath,
        z
          .strictObject({
            host: z.string().min(1),
            port,
            tls,
            /** Who signed the server's certificate, in the form that its engine takes. */
            certificateAuthority,
            database: name,
            verifyConnection: z.boolean(),
            rotateRoot: z.boolean(),
          })
          .partial(),
      )
      .optional(),
  }),
);

export type Overrides = z.output<typeof overridesSchema>;
