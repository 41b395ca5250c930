import { LeaseholdError } from "../../core/errors";
import { defaultServer, ServerFeatures, type VaultServer } from "../../core/server-features";
import { type Body, renderHcl, renderJson } from "../configuration-text";
import { type Fields, flag, joined, needs, nested, omit, type Place, renderFields, requireSome } from "../fields";
import { type Listener, listenerBlock } from "../listener";
import {
  type AnyAgentProps,
  type ApiProxy,
  type PersistentCache,
  persistField,
  programFields,
  useAutoAuthToken,
} from "./agent-configuration";
import { type AutoAuth, autoAuthField } from "./auto-auth";
import { vaultBlock } from "./vault-connection";

export interface ProxyCache {
  /** Keep secrets of KV too, and follow their changes (Enterprise). @default false */
  readonly cacheStaticSecrets?: boolean;
  /** @default in memory alone */
  readonly persistInKubernetes?: PersistentCache;
}

export interface ProxyProps extends AnyAgentProps {
  /** Where it serves. */
  readonly listeners: readonly Listener[];
  /** How it logs in. @default it does not, and callers bring tokens */
  readonly autoAuth?: AutoAuth;
  readonly apiProxy?: ApiProxy;
  readonly cache?: ProxyCache;
}

type Plain = Omit<ProxyProps, "server" | "vault" | "listeners">;

const cache: Fields<ProxyCache> = {
  cacheStaticSecrets: needs("staticSecretCache", flag("cache_static_secrets")),
  persistInKubernetes: persistField,
};

const plain: Fields<Plain> = {
  ...programFields,
  autoAuth: autoAuthField,
  apiProxy: nested<ApiProxy>("api_proxy", { useAutoAuthToken }),
  cache: nested("cache", cache),
};

/**
 * The configuration file of `vault proxy` or `bao proxy`, in HCL or JSON: the same text for the same options.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/proxy
 */
export class ProxyConfiguration {
  readonly kind = "proxy";
  readonly server: VaultServer;
  /** What a proxy needs, it reads from files. */
  readonly environment = [] as const;
  private readonly body: Body;

  /**
   * @throws LeaseholdError when an option is unknown or can't be used, contradicts another, or holds credentials.
   */
  constructor(props: ProxyProps, where = "proxy") {
    const program = ServerFeatures.of(props.server ?? defaultServer, `${where}: server`);
    this.server = program.server;
    program.require(where, "a proxy", "proxyProgram");
    const place: Place = { where, program, reads: () => undefined };
    const { vault, listeners } = props;
    requireLogin(where, props);
    this.body = joined([
      renderFields<Plain>(place, plain, {
        logLevel: "info",
        logFormat: "json",
        ...omit(props, "server", "vault", "listeners"),
      }),
      {
        blocks: [
          vaultBlock(place, vault),
          ...requireSome(where, "listeners", listeners).map((each, at) => listenerBlock(place, each, at)),
        ],
      },
    ]);
  }

  toHcl(): string {
    return renderHcl(this.body);
  }

  toJson(): string {
    return renderJson(this.body);
  }
}

function requireLogin(where: string, { autoAuth, apiProxy, cache: given }: ProxyProps): void {
  const usesToken = apiProxy?.useAutoAuthToken !== undefined && apiProxy.useAutoAuthToken !== false;
  if (usesToken && autoAuth === undefined) {
    throw new LeaseholdError(
      where,
      "apiProxy uses the token of a login, and autoAuth is not given",
      "give autoAuth, or leave useAutoAuthToken out",
    );
  }
  if (usesToken && autoAuth?.method.wrapTtl !== undefined) {
    throw new LeaseholdError(where, "apiProxy uses a token that autoAuth wraps", "leave method.wrapTtl out");
  }
  if (
    autoAuth !== undefined &&
    !usesToken &&
    (autoAuth.sinks ?? []).length === 0 &&
    given?.cacheStaticSecrets !== true
  ) {
    throw new LeaseholdError(where, "nothing uses the login", "give autoAuth.sinks, or apiProxy.useAutoAuthToken");
  }
}
