import type { Construct } from "constructs";
import { parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { nearest } from "../core/nearest";
import {
  type ConnectionKind,
  type ConnectionOptions,
  DatabaseConnection,
  type DatabaseConnectionProps,
  type DatabasePlugin,
  poolSettings,
} from "./database-connection";
import {
  blockOf,
  type CustomEngine,
  customEngines,
  engineOfPlugin,
  type EngineTraits,
  pluginPrefix,
  type SettingKind,
  traitsOf,
} from "./custom-engines";
import { longestUsername, requireUsernameTemplate } from "./statements/username-template";

export type { CustomEngine } from "./custom-engines";

/** Which plug-in of Vault serves a custom connection. */
export interface CustomPlugin extends DatabasePlugin {
  /** The provider's block that the plug-in's settings fit into. */
  readonly engine: CustomEngine;
  /**
   * Name in the plug-in catalogue. It must begin with the engine's, as in `redis-acme` or `mysql-aurora-acme`: that is how the
   * provider finds the block again. @default the engine's built-in plug-in
   */
  readonly name?: string | undefined;
}

/** A setting of a plug-in; what is a secret goes through `admin`. */
export type CustomSetting = string | number | boolean | readonly string[];

export interface CustomConnectionOptions extends ConnectionOptions {
  readonly plugin: CustomPlugin;
  /**
   * What the provider's block has of its own, in camel case, such as `connectionUrl`, `hosts` or `tls`. A connectionUrl names
   * the admin as `{{username}}` and `{{password}}`.
   */
  readonly settings: Readonly<Record<string, CustomSetting>>;
}

export type CustomConnectionProps = CustomConnectionOptions & DatabaseConnectionProps;

/**
 * A database of any other kind that Vault makes users in: one of Vault's own plug-ins that has no connection of its own here, or
 * a plug-in that was registered in the catalogue. Its roles take `CustomStatements`.
 *
 * Where the provider's block can't take a username template (cassandra, hana, influxdb, mongodbatlas, redis), the plug-in's own
 * names the users, with the login's display name in it: quote {{username}} in the statements, and keep logins whose names people
 * choose from the role. `redis` needs `caCert` where `tls` is true.
 *
 * Of MongoDB Atlas the admin's user name is the public key, its password the private key; of ElastiCache they are an access key
 * and its secret.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases#database-capabilities
 */
export class CustomConnection extends DatabaseConnection {
  /**
   * @throws LeaseholdError when the engine is unknown, or an option or setting can't be used with it. A connection without roles
   * fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: CustomConnectionProps) {
    super(scope, id, props, (where) => describe(where, props));
  }
}

function describe(where: string, props: CustomConnectionProps): ConnectionKind {
  const { engine } = props.plugin;
  const traits = requireEngine(where, engine);
  requirePluginOfEngine(where, props.plugin);
  for (const [field, value] of Object.entries(props.settings)) requireSetting(where, props, traits, field, value);
  const missing = traits.required.find((field) => props.settings[field] === undefined);
  if (missing !== undefined) {
    throw new LeaseholdError(where, `settings lacks ${missing}`, `${engine} can't be connected to without it`);
  }
  return {
    dialect: "other",
    pluginName: `${pluginPrefix(engine)}-database-plugin`,
    block: blockOf(engine),
    loginPlace: loginPlace(props.settings),
    storedLogin: traits.storedLogin,
    settings: {
      ...props.settings,
      ...(traits.pool === true ? poolSettings(where, props) : {}),
      ...optionsOfSomeEngines(where, props, traits),
    },
  };
}

function requireEngine(where: string, engine: string): EngineTraits {
  const traits = traitsOf(engine);
  if (traits !== undefined) return traits;
  const own = ["postgresql", "mysql", "mongodb"].includes(engine);
  throw new LeaseholdError(
    where,
    own ? `plugin.engine ${engine} has a connection of its own` : `plugin.engine ${show(engine)} is unknown`,
    own
      ? "declare that one; a plug-in of yours goes into its plugin.name"
      : `use the provider's block that fits the plug-in: ${Object.keys(customEngines).join(", ")}`,
  );
}

function requirePluginOfEngine(where: string, { engine, name }: CustomPlugin): void {
  if (name === undefined) return;
  const found = engineOfPlugin(name);
  if (found === engine) return;
  throw new LeaseholdError(
    where,
    `plugin.name ${show(name)} ${found === undefined ? "is of no engine that the provider knows" : `is one of ${found} to the provider`}`,
    `register the plug-in under a name that begins with ${pluginPrefix(engine)}, or name the engine that it is of`,
  );
}

/** Arguments of the provider's blocks that are secrets, or name whose they are. */
const credentials: readonly string[] = [
  "password",
  "passwordWo",
  "passwordWoVersion",
  "privateKey",
  "privateKeyWo",
  "privateKeyWoVersion",
  "publicKey",
  "serviceAccountJson",
  "tlsCertificateKey",
  "username",
];

/** Options that every connection has, by which they are given instead of in `settings`. */
const options: readonly (keyof ConnectionOptions)[] = [
  "connectTimeout",
  "maxConnectionLifetime",
  "maxIdleConnections",
  "maxOpenConnections",
  "usernameTemplate",
];

function requireSetting(
  where: string,
  { plugin: { engine } }: CustomConnectionOptions,
  traits: EngineTraits,
  field: string,
  value: CustomSetting,
): void {
  if (credentials.includes(field)) {
    throw new LeaseholdError(
      where,
      `settings.${field} is a credential and would lie in the code`,
      "give the admin's user name and password as admin; no other login is served",
    );
  }
  if ((options as readonly string[]).includes(field)) {
    throw new LeaseholdError(
      where,
      `settings.${field} is an option of the connection`,
      `write ${field} beside settings`,
    );
  }
  const kind = traits.settings[field];
  if (kind === undefined) {
    const known = Object.keys(traits.settings);
    const meant = nearest(field, known);
    throw new LeaseholdError(
      where,
      `settings.${field} is no setting of ${engine}`,
      meant === undefined ? `use ${known.join(", ")}` : `did you mean ${meant}?`,
    );
  }
  if (!kinds[kind].is(value)) {
    throw new LeaseholdError(where, `settings.${field} is not ${kinds[kind].form}`, `give ${kinds[kind].form}`);
  }
  for (const text of Array.isArray(value) ? (value as readonly string[]) : [value]) {
    if (typeof text === "string") refuseSecret(where, field, text);
  }
  if (field === "connectionUrl") requirePlaceholders(where, String(value));
}

const kinds: Readonly<Record<SettingKind, { readonly form: string; readonly is: (value: unknown) => boolean }>> = {
  text: { form: "a text", is: isText },
  number: { form: "a whole number from 0 on", is: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  switch: { form: "true or false", is: (value) => typeof value === "boolean" },
  list: {
    form: "a list of texts with at least one in it",
    is: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  },
};

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

/** A private key, a user in front of the host, or `password=`, of which only what Vault fills in is none. */
const secrets: readonly RegExp[] = [
  /PRIVATE KEY/,
  /:\/\/[^/?#\s]*@/,
  /(?:password|passwd|pwd)\s*=\s*[^;&\s]/i,
  /:[^/@:\s]+@/,
];

function refuseSecret(where: string, field: string, text: string): void {
  const own = text.replace(/\{\{username\}\}\s*[:/]\s*\{\{password\}\}@/, "").replaceAll("{{password}}", "");
  if (!secrets.some((pattern) => pattern.test(own))) return;
  throw new LeaseholdError(
    where,
    `settings.${field} holds a credential`, // not repeated, since it may be one
    "give it as admin, and write {{username}} and {{password}} where a connectionUrl needs them",
  );
}

function requirePlaceholders(where: string, url: string): void {
  const missing = ["{{username}}", "{{password}}"].find((placeholder) => !url.includes(placeholder));
  if (missing === undefined) return;
  throw new LeaseholdError(
    where,
    `settings.connectionUrl lacks ${missing}`,
    "write it where the admin belongs, as in {{username}}:{{password}}@database.company.com:1433",
  );
}

/** Options of any connection that only some blocks have arguments for. */
function optionsOfSomeEngines(where: string, props: CustomConnectionOptions, traits: EngineTraits) {
  const { engine } = props.plugin;
  const unserved = (field: keyof ConnectionOptions, remedy: string) =>
    new LeaseholdError(where, `${field} is given, and the provider's ${engine} block can't take it`, remedy);
  for (const field of ["maxOpenConnections", "maxIdleConnections", "maxConnectionLifetime"] as const) {
    if (traits.pool !== true && props[field] !== undefined) throw unserved(field, "leave it out");
  }
  if (traits.connectTimeout !== true && props.connectTimeout !== undefined) {
    throw unserved(
      "connectTimeout",
      traits.pool === true ? "write it into connectionUrl as the driver wants it" : "leave it out",
    );
  }
  const template = props.usernameTemplate ?? traits.usernameTemplate;
  if (traits.usernameTemplate === undefined && template !== undefined)
    throw unserved("usernameTemplate", "leave it out");
  return {
    ...(traits.connectTimeout === true
      ? { connectTimeout: parseDuration(where, "connectTimeout", props.connectTimeout ?? "5s") }
      : {}),
    ...(template === undefined
      ? {}
      : {
          usernameTemplate: requireUsernameTemplate(where, template, traits.longestUsername ?? longestUsername.other),
        }),
  };
}

/** As far as the settings show it; without the path of a URL, since servers keep users for all their databases. */
function loginPlace(settings: CustomConnectionOptions["settings"]): string | undefined {
  const { connectionUrl, url, host, hosts, port, projectId } = settings;
  if (typeof connectionUrl === "string") return connectionUrl.split("@")[1]?.replace(/^\/+/, "").split(/[/?;]/)[0];
  const place = url ?? host ?? (Array.isArray(hosts) ? [...(hosts as readonly string[])].sort().join(",") : projectId);
  return place === undefined ? undefined : `${String(place)}${port === undefined ? "" : `:${String(port)}`}`;
}
