import type { Duration } from "../../core/duration";
import { LeaseholdError } from "../../core/errors";
import { defaultServer, ServerFeatures, type VaultServer } from "../../core/server-features";
import { block, type Body, renderHcl, renderJson } from "../configuration-text";
import {
  choice,
  type Field,
  type Fields,
  filePath,
  flag,
  joined,
  needs,
  nested,
  omit,
  type Place,
  renderFields,
  required,
  checked,
  time,
  whole,
  requireSome,
} from "../fields";
import { type Listener, listenerBlock } from "../listener";
import { logLevels } from "../server-configuration";
import { type AutoAuth, autoAuthField } from "./auto-auth";
import { type EnvTemplate, envTemplateBlock, requireCommand, type Template, templateBlock } from "./template";
import { vaultBlock, type VaultConnection } from "./vault-connection";

/** A cache that outlives a restart of the pod's container, its key in the pod's service account. */
export interface PersistentCache {
  /** Folder of the cache; it must be a volume in memory. */
  readonly path: string;
  /** Whether the file stays once it is read. @default false */
  readonly keepAfterImport?: boolean;
  /** End when the file can't be read. @default false */
  readonly exitOnErr?: boolean;
}

/** Tokens and leases that the program asked for are answered from memory, and renewed. */
export interface AgentCache {
  /** Keep it over restarts, in Kubernetes. @default in memory alone */
  readonly persistInKubernetes?: PersistentCache;
}

/** What the listeners do with requests. */
export interface ApiProxy {
  /** `true` gives the program's token to requests without one, `force` to all. Whoever reaches a listener then has its rights. @default false */
  readonly useAutoAuthToken?: boolean | "force";
}

export interface TemplateConfig {
  /** End when a secret can't be had after all tries, for whatever supervises it to see. @default true */
  readonly exitOnRetryFailure?: boolean;
  /** How often secrets without a lease are read. @default "5m" */
  readonly staticSecretRenderInterval?: Duration;
  /** Connections to one server (Vault). @default 10 */
  readonly maxConnectionsPerHost?: number;
}

/** The process that runs with secrets in its environment. */
export interface Exec {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Whether it is ended and started anew when a secret changed. @default "always" */
  readonly restartOnSecretChanges?: "always" | "never";
  /** @default "SIGTERM" */
  readonly restartStopSignal?: string;
}

/** What agents and proxies have in common. */
export interface AnyAgentProps {
  /** What runs it, `vault agent` or `bao agent`: what that lacks is refused. @default Vault Community 1.21 */
  readonly server?: VaultServer;
  /** The server it talks to. */
  readonly vault: VaultConnection;
  /** @default "info" */
  readonly logLevel?: (typeof logLevels)[number];
  /** @default "json" */
  readonly logFormat?: "standard" | "json";
  readonly logFile?: string;
  readonly pidFile?: string;
}

interface TemplatingAgent {
  readonly templates?: readonly Template[];
  readonly listeners?: readonly Listener[];
  readonly apiProxy?: ApiProxy;
  readonly exec?: never;
  readonly envTemplates?: never;
}

interface SupervisingAgent {
  readonly exec: Exec;
  readonly envTemplates: readonly EnvTemplate[];
  readonly templates?: never;
  readonly listeners?: never;
  readonly apiProxy?: never;
}

/** An agent writes files and serves requests, or it runs a process: never both. */
export type AgentProps = AnyAgentProps & {
  readonly autoAuth: AutoAuth;
  readonly cache?: AgentCache;
  readonly templateConfig?: TemplateConfig;
  /** End after one login and one rendering, as a container that prepares a pod does. @default false */
  readonly exitAfterAuth?: boolean;
} & (TemplatingAgent | SupervisingAgent);

const persist: Fields<PersistentCache> = {
  path: required(filePath("path")),
  keepAfterImport: flag("keep_after_import"),
  exitOnErr: flag("exit_on_err"),
};

export const persistField: Field<PersistentCache> = {
  render: (place, option, value) => {
    const body = renderFields({ ...place, where: `${place.where}: ${option}` }, persist, value);
    return { blocks: [block("persist", { ...body, attributes: { type: "kubernetes", ...body.attributes } })] };
  },
};

export const useAutoAuthToken: Field<boolean | "force"> = checked("use_auto_auth_token", (where, option, value) => {
  if ([true, false, "force"].includes(value)) return value;
  throw new LeaseholdError(where, `${option} ${JSON.stringify(value)} is unknown`, "use true, false or force");
});

const exec: Fields<Exec> = {
  command: required(checked("command", requireCommand)),
  restartOnSecretChanges: choice("restart_on_secret_changes", ["always", "never"]),
  restartStopSignal: checked("restart_stop_signal", (where, option, value) => {
    if (/^SIG[A-Z0-9]+$/.test(value)) return value;
    throw new LeaseholdError(where, `${option} ${JSON.stringify(value)} is no signal`, 'write it as in "SIGTERM"');
  }),
};

const templateConfig: Fields<TemplateConfig> = {
  exitOnRetryFailure: flag("exit_on_retry_failure"),
  staticSecretRenderInterval: time("static_secret_render_interval"),
  maxConnectionsPerHost: needs("agentNamespace", whole("max_connections_per_host", 1, 1000)),
};

/** What is rendered by fields; blocks with a count come after. */
interface Plain extends Omit<AnyAgentProps, "server" | "vault"> {
  readonly exitAfterAuth?: boolean;
  readonly autoAuth?: AutoAuth;
  readonly cache?: AgentCache;
  readonly apiProxy?: ApiProxy;
  readonly templateConfig?: TemplateConfig;
  readonly exec?: Exec;
}

/** Options of the program itself. */
export const programFields = {
  logLevel: choice("log_level", logLevels),
  logFormat: choice("log_format", ["standard", "json"]),
  logFile: filePath("log_file"),
  pidFile: filePath("pid_file"),
} satisfies Fields<Omit<AnyAgentProps, "server" | "vault">>;

const plain: Fields<Plain> = {
  ...programFields,
  exitAfterAuth: flag("exit_after_auth"),
  autoAuth: required(autoAuthField),
  cache: nested<AgentCache>("cache", { persistInKubernetes: persistField }),
  apiProxy: nested<ApiProxy>("api_proxy", { useAutoAuthToken }),
  templateConfig: nested("template_config", templateConfig),
  exec: nested("exec", exec),
};

/**
 * The configuration file of `vault agent` or `bao agent`, in HCL or JSON: the same text for the same options.
 *
 * @see https://developer.hashicorp.com/vault/docs/agent-and-proxy/agent
 */
export class AgentConfiguration {
  readonly kind = "agent";
  readonly server: VaultServer;
  /** What an agent needs, it reads from files. */
  readonly environment = [] as const;
  private readonly body: Body;

  /**
   * @throws LeaseholdError when an option is unknown or can't be used, contradicts another, or holds credentials, or the agent has
   * nothing to do.
   */
  constructor(props: AgentProps, where = "agent") {
    const program = ServerFeatures.of(props.server ?? defaultServer, `${where}: server`);
    this.server = program.server;
    const place: Place = { where, program, reads: () => undefined };
    const { vault, templates = [], envTemplates = [], listeners = [] } = props;
    const templating = templates.length + envTemplates.length > 0;
    const rendered = renderFields(place, plain, {
      logLevel: "info",
      logFormat: "json",
      ...omit(props, "server", "vault", "templates", "envTemplates", "listeners"),
      ...(templating ? { templateConfig: { exitOnRetryFailure: true, ...props.templateConfig } } : {}),
      ...(props.exec === undefined
        ? {}
        : { exec: { restartOnSecretChanges: "always", restartStopSignal: "SIGTERM", ...props.exec } }),
    });
    requireWork(where, props);
    this.body = joined([
      rendered,
      {
        blocks: [
          vaultBlock(place, vault),
          ...listeners.map((each, at) => listenerBlock(place, each, at)),
          ...templates.map((each, at) => templateBlock(place, each, at)),
          ...envTemplates.map((each, at) => envTemplateBlock(place, each, at)),
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

function requireWork(where: string, props: AgentProps): void {
  const { autoAuth, templates = [], envTemplates = [], listeners = [], apiProxy, cache } = props;
  requireOneKind(where, props);
  const refuse = (problem: string, remedy: string) => {
    throw new LeaseholdError(where, problem, remedy);
  };
  const usesToken = apiProxy?.useAutoAuthToken !== undefined && apiProxy.useAutoAuthToken !== false;
  const rendered = templates.length + envTemplates.length;
  if (apiProxy !== undefined && listeners.length === 0)
    refuse("apiProxy is given without listeners", "give one, or leave apiProxy out");
  if (usesToken && autoAuth.method.wrapTtl !== undefined)
    refuse("apiProxy uses a token that autoAuth wraps", "leave method.wrapTtl out");
  if (cache !== undefined && rendered + listeners.length === 0)
    refuse("cache is given, and nothing asks", "give templates or listeners, or leave cache out");
  if ((autoAuth.sinks ?? []).length === 0 && !usesToken && rendered === 0)
    refuse("nothing uses the login", "give autoAuth.sinks, templates, or exec with envTemplates");
}

/** For callers whose types were not checked: an agent runs a process, or it does the rest. */
function requireOneKind(where: string, props: AgentProps): void {
  const { exec: process, envTemplates = [] } = props;
  if (process === undefined) {
    if (envTemplates.length === 0) return;
    const remedy = "name the process that gets the variables in exec";
    throw new LeaseholdError(where, "envTemplates are given without exec", remedy);
  }
  requireSome(where, "envTemplates", envTemplates);
  const given = Object.entries(props).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  const beside = ["templates", "listeners", "apiProxy"].find((option) => given.includes(option));
  if (beside === undefined) return;
  const remedy = "use an agent for the process, and another one for the rest";
  throw new LeaseholdError(where, `${beside} are given beside exec`, remedy);
}
