import type { DatabaseSecretBackendConnectionConfig } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { longestUsername } from "./statements/username-template";

/** What a setting's value is. */
export type SettingKind = "text" | "number" | "switch" | "list";

type Config = DatabaseSecretBackendConnectionConfig;

/** Name of the provider's block: the engine's in camel case. */
type BlockOf<Engine extends string> = Engine extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Tail>}`
  : Engine;

/** What sets an engine apart from the others, as far as the provider's blocks show it. */
interface Traits<Block> {
  /** The block's own arguments: without the admin, the pool, the time-out and the username template. */
  readonly settings: { readonly [Argument in keyof Block]?: SettingKind };
  /** Those of them that the engine can't do without. */
  readonly required: readonly (keyof Block)[];
  /** Whether the block takes the settings of a pool. */
  readonly pool?: true;
  /** Whether the block takes how long Vault waits for a connection. */
  readonly connectTimeout?: true;
  /** How users are named where nothing else is asked for; undefined where the block can't take a template. */
  readonly usernameTemplate?: string;
  /** Characters that the server allows in a user's name. @default as many as Vault makes */
  readonly longestUsername?: number;
  /** The block's arguments for the admin, where it has no write-only password. */
  readonly storedLogin?: { readonly username: keyof Block; readonly password: keyof Block };
}

type TraitsOf<Engine extends string> =
  BlockOf<Engine> extends keyof Config ? Traits<NonNullable<Config[BlockOf<Engine>]>> : never;

/**
 * Names that need no quotes anywhere and fit Oracle's 30 characters: `v_<role>_<random>`. No login's name is in them, which
 * whoever logs in may have chosen.
 */
const shortNames = (letters: "lowercase" | "uppercase") =>
  `{{ printf "v_%s_%s" (.RoleName | replace "-" "_" | replace "." "_" | truncate 7) (random 18) | ${letters} | truncate 28 }}`;

const sql = { settings: { connectionUrl: "text" }, required: ["connectionUrl"], pool: true } as const;
const escaping = { ...sql.settings, disableEscaping: "switch" } as const;
const mysqlFamily = {
  ...sql,
  settings: { ...sql.settings, authType: "text", tlsCa: "text" },
  longestUsername: longestUsername.mysql,
} as const;
const usernameAndPassword = { username: "username", password: "password" } as const;

/**
 * The provider's blocks that a custom connection may use, with what hashicorp/vault 4.4 to 5.6 have in common. The bindings'
 * types hold each name to what the provider really has.
 *
 * @see https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/database_secret_backend_connection
 */
export const customEngines = {
  cassandra: {
    settings: {
      hosts: "list",
      port: "number",
      protocolVersion: "number",
      tls: "switch",
      insecureTls: "switch",
      pemBundle: "text",
      pemJson: "text",
    },
    required: ["hosts"],
    connectTimeout: true,
    storedLogin: usernameAndPassword,
  },
  couchbase: {
    settings: { hosts: "list", tls: "switch", insecureTls: "switch", base64Pem: "text", bucketName: "text" },
    required: ["hosts"],
    usernameTemplate: shortNames("lowercase"),
    storedLogin: usernameAndPassword,
  },
  elasticsearch: {
    settings: {
      url: "text",
      caCert: "text",
      caPath: "text",
      clientCert: "text",
      clientKey: "text",
      insecure: "switch",
      tlsServerName: "text",
    },
    required: ["url"],
    usernameTemplate: shortNames("lowercase"),
    storedLogin: usernameAndPassword,
  },
  hana: { ...sql, settings: escaping },
  // Its block has a username template, on which the provider crashes (up to 5.6 at least).
  influxdb: {
    settings: {
      host: "text",
      port: "number",
      tls: "switch",
      insecureTls: "switch",
      pemBundle: "text",
      pemJson: "text",
    },
    required: ["host"],
    connectTimeout: true,
    storedLogin: usernameAndPassword,
  },
  mongodbatlas: {
    settings: { projectId: "text" },
    required: ["projectId"],
    storedLogin: { username: "publicKey", password: "privateKey" },
  },
  mssql: {
    ...sql,
    settings: { ...escaping, containedDb: "switch" },
    usernameTemplate: shortNames("lowercase"),
    longestUsername: 128,
  },
  mysql_aurora: { ...mysqlFamily, usernameTemplate: shortNames("lowercase") },
  // MySQL before 5.7 ends names at 16 characters, which leaves none for the role.
  mysql_legacy: {
    ...mysqlFamily,
    usernameTemplate: '{{ printf "v_%s" (random 14) | lowercase | truncate 16 }}',
    longestUsername: 16,
  },
  mysql_rds: { ...mysqlFamily, usernameTemplate: shortNames("lowercase") },
  // Oracle folds a name without quotes to upper case.
  oracle: {
    ...sql,
    settings: { ...sql.settings, disconnectSessions: "switch", splitStatements: "switch" },
    usernameTemplate: shortNames("uppercase"),
    longestUsername: 128,
  },
  redis: {
    settings: { host: "text", port: "number", tls: "switch", insecureTls: "switch", caCert: "text" },
    required: ["host"],
    storedLogin: usernameAndPassword,
  },
  redis_elasticache: {
    settings: { url: "text", region: "text" },
    required: ["url"],
    storedLogin: usernameAndPassword,
  },
  redshift: { ...sql, settings: escaping, usernameTemplate: shortNames("lowercase") },
  snowflake: { ...sql, usernameTemplate: shortNames("lowercase") },
} as const satisfies {
  readonly [
    Engine in
      | "cassandra"
      | "couchbase"
      | "elasticsearch"
      | "hana"
      | "influxdb"
      | "mongodbatlas"
      | "mssql"
      | "mysql_aurora"
      | "mysql_legacy"
      | "mysql_rds"
      | "oracle"
      | "redis"
      | "redis_elasticache"
      | "redshift"
      | "snowflake"
  ]: TraitsOf<Engine>;
};

/** An engine that the provider has a block for, by the block's name. */
export type CustomEngine = keyof typeof customEngines;

/** What a custom connection must know of its engine. */
export interface EngineTraits {
  readonly settings: Readonly<Record<string, SettingKind>>;
  readonly required: readonly string[];
  readonly pool?: true;
  readonly connectTimeout?: true;
  readonly usernameTemplate?: string;
  readonly longestUsername?: number;
  readonly storedLogin?: { readonly username: string; readonly password: string };
}

/** The traits of an engine; undefined of what is none. */
export function traitsOf(engine: string): EngineTraits | undefined {
  return Object.hasOwn(customEngines, engine) ? customEngines[engine as CustomEngine] : undefined;
}

/** The provider's block of an engine. */
export function blockOf(engine: CustomEngine): keyof Config {
  return engine.replace(/_([a-z])/, (_all, letter: string) => letter.toUpperCase()) as keyof Config;
}

/** What the names of an engine's plug-ins begin with; `-database-plugin` follows in that of the built-in one. */
export function pluginPrefix(engine: string): string {
  return engine.replaceAll("_", "-");
}

/** Engines with connections of their own here, which the provider tells apart by the same rule. */
const servedElsewhere = ["mongodb", "mysql", "postgresql"];

/** What else Oracle's plug-in, which HashiCorp hands out apart from Vault, may be called. */
const oracleAlias = "vault-plugin-database-oracle";

/** The engine that the provider takes a plug-in to be of: the one with the longest prefix of its name. */
export function engineOfPlugin(name: string): string | undefined {
  if (name.startsWith(oracleAlias)) return "oracle";
  return [...Object.keys(customEngines), ...servedElsewhere]
    .filter((engine) => name.startsWith(pluginPrefix(engine)))
    .sort((a, b) => b.length - a.length)[0];
}
