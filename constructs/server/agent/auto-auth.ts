import { requireChoice } from "../../core/choices";
import type { Duration } from "../../core/duration";
import { LeaseholdError, show } from "../../core/errors";
import { requireMountPath } from "../../core/names";
import { block, type Body, type Value } from "../configuration-text";
import {
  checked,
  type Field,
  type Fields,
  filePath,
  flag,
  type Place,
  renderFields,
  required,
  text,
  time,
} from "../fields";
import { requireMode } from "../listener";

interface AnyMethod {
  /** Path of the auth method, as in `approle`. @default the method's type */
  readonly mount?: string;
  /** @default that of the server */
  readonly namespace?: string;
  /** How long the token of the login stays wrapped, for whoever reads the one sink. @default not wrapped */
  readonly wrapTtl?: Duration;
  /** Between tries, growing from one to the other. @default "1s" */
  readonly minBackoff?: Duration;
  /** @default "5m" */
  readonly maxBackoff?: Duration;
  /** End when a login fails, for whatever supervises it to see. @default false */
  readonly exitOnErr?: boolean;
}

/**
 * RoleID and SecretID from files.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/methods/approle
 */
export interface ApproleMethod extends AnyMethod {
  readonly type: "approle";
  /** File of the RoleID. */
  readonly roleIdFile: string;
  /** File of the SecretID. */
  readonly secretIdFile: string;
  /** Whether the SecretID's file goes once it is read: a restart then needs a new one. @default true */
  readonly removeSecretIdFileAfterReading?: boolean;
  /** Path that wrapped the SecretID, as in `auth/approle/role/ci/secret-id`; the file then holds the wrapping token. @default not wrapped */
  readonly secretIdResponseWrappingPath?: string;
}

/**
 * The service account of the pod.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/methods/kubernetes
 */
export interface KubernetesMethod extends AnyMethod {
  readonly type: "kubernetes";
  readonly role: string;
  /** File of its token. @default "/var/run/secrets/kubernetes.io/serviceaccount/token" */
  readonly tokenFile?: string;
}

/**
 * A JWT from a file.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/methods/jwt
 */
export interface JwtMethod extends AnyMethod {
  readonly type: "jwt";
  readonly role: string;
  /** File of the JWT. */
  readonly jwtFile: string;
  /** Whether the file goes once it is read. @default true */
  readonly removeJwtAfterReading?: boolean;
}

/**
 * A token from a file, which somebody else made and nobody makes anew.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/methods/token_file
 */
export interface TokenFileMethod extends AnyMethod {
  readonly type: "token_file";
  readonly tokenFile: string;
}

export type AutoAuthMethod = ApproleMethod | KubernetesMethod | JwtMethod | TokenFileMethod;

/**
 * A file that gets the token.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/sinks/file
 */
export interface Sink {
  readonly path: string;
  /** Octal, four digits. @default "0600" (the programs' own is 0640) */
  readonly mode?: string;
  /** Have the token wrapped for as long, for one reader. @default not wrapped */
  readonly wrapTtl?: Duration;
  /** File of the reader's public key (curve25519), by which the token is encrypted. @default not encrypted */
  readonly dhPath?: string;
}

/** How the program logs in, and who gets the token besides it. */
export interface AutoAuth {
  readonly method: AutoAuthMethod;
  /** @default none */
  readonly sinks?: readonly Sink[];
}

const anyMethod = {
  mount: checked<string>("mount_path", (where, option, value) => `auth/${requireMountPath(where, option, value)}`),
  namespace: text("namespace"),
  wrapTtl: time("wrap_ttl"),
  minBackoff: time("min_backoff"),
  maxBackoff: time("max_backoff"),
  exitOnErr: flag("exit_on_err"),
} satisfies Fields<AnyMethod>;

type Own<T extends AnyMethod> = Fields<Omit<T, keyof AnyMethod>>;

const approle: Own<ApproleMethod> = {
  roleIdFile: required(filePath("role_id_file_path")),
  secretIdFile: required(filePath("secret_id_file_path")),
  removeSecretIdFileAfterReading: flag("remove_secret_id_file_after_reading"),
  secretIdResponseWrappingPath: text("secret_id_response_wrapping_path"),
};

const kubernetes: Own<KubernetesMethod> = { role: required(text("role")), tokenFile: filePath("token_path") };

const jwt: Own<JwtMethod> = {
  role: required(text("role")),
  jwtFile: required(filePath("path")),
  removeJwtAfterReading: flag("remove_jwt_after_reading"),
};

const tokenFile: Own<TokenFileMethod> = { tokenFile: required(filePath("token_file_path")) };

/** A mode as the decimal number that it is: the programs take no octal text here, and JSON has none. */
const mode: Field<string> = checked("mode", (where, option, value) =>
  Number.parseInt(requireMode(where, option, value), 8),
);

const sinkOptions: Fields<Pick<Sink, "path" | "mode">> = { path: required(filePath("path")), mode };

const sink: Fields<Omit<Sink, "path" | "mode"> & { readonly config: Pick<Sink, "path" | "mode"> }> = {
  wrapTtl: time("wrap_ttl"),
  dhPath: {
    render: (place, option, value) => {
      const { attributes } = filePath("dh_path").render(place, option, value);
      return { attributes: { dh_type: "curve25519", ...attributes } };
    },
  },
  config: {
    render: (place, _option, value) => ({ attributes: { config: renderFields(place, sinkOptions, value).attributes } }),
  },
};

/** The `auto_auth` block. */
export const autoAuthField: Field<AutoAuth> = {
  render: (place, option, value) => {
    const where = `${place.where}: ${option}`;
    const { method, sinks = [], ...others } = value;
    renderFields({ ...place, where }, {}, others);
    requireOneWrapping(where, method, sinks);
    const rendered: Body = {
      attributes: {},
      blocks: [
        block("method", methodBody({ ...place, where }, method)),
        ...sinks.map(({ path, mode: given = "0600", ...rest }, at) => {
          const sinkPlace = { ...place, where: `${where}: sinks[${at}]` };
          const body = renderFields(sinkPlace, sink, { ...rest, config: { path, mode: given } });
          // The type is an attribute: labels around maps are read otherwise in JSON.
          return block("sink", { ...body, attributes: { type: "file", ...body.attributes } });
        }),
      ],
    };
    return { blocks: [block("auto_auth", rendered)] };
  },
};

const methods: Readonly<Record<AutoAuthMethod["type"], Fields<Record<string, never>>>> = {
  approle,
  kubernetes,
  jwt,
  token_file: tokenFile,
};

function methodBody(given: Place, method: AutoAuthMethod): Body {
  const place = { ...given, where: `${given.where}: method ${method.type}` };
  const { type } = method;
  requireChoice(given.where, "method.type", type, Object.keys(methods) as AutoAuthMethod["type"][]);
  const common = pick(method, (option) => Object.hasOwn(anyMethod, option));
  const own: object = { type, ...defaultsOf(type), ...pick(method, (option) => !Object.hasOwn(anyMethod, option)) };
  const config = renderFields(place, methods[type], own as Record<string, never>).attributes;
  const attributes: Record<string, Value> = {
    type,
    ...renderFields<AnyMethod>(place, anyMethod, { ...(type === "token_file" ? {} : { mount: type }), ...common })
      .attributes,
    config,
  };
  return { attributes, blocks: [] };
}

/** Said in either case: the programs' own defaults are not to be looked up. */
function defaultsOf(type: AutoAuthMethod["type"]): object {
  if (type === "approle") return { removeSecretIdFileAfterReading: true };
  return type === "jwt" ? { removeJwtAfterReading: true } : {};
}

function pick(options: object, wanted: (option: string) => boolean): object {
  return Object.fromEntries(Object.entries(options).filter(([option]) => option !== "type" && wanted(option)));
}

function requireOneWrapping(where: string, method: AutoAuthMethod, sinks: readonly Sink[]): void {
  if (method.wrapTtl === undefined) return;
  if (sinks.length === 1 && sinks[0]?.wrapTtl === undefined) return;
  throw new LeaseholdError(
    where,
    `method.wrapTtl ${show(method.wrapTtl)} is given with ${sinks.length} sinks${sinks.length === 1 ? ", which wrap too" : ""}`,
    "a token that is wrapped once has one reader: give one sink without wrapTtl, or wrap at the sinks",
  );
}
