import { type Duration, formatDuration, parseDuration } from "../../constructs/core/duration";
import { Acl, type NamedPolicy } from "./acl";
import type { Capability } from "../language/capability";
import type { Identity } from "./identity";
import type { ParameterProblem } from "./parameter-constraints";
import type { PathAccess, PolicyGrant } from "./path-access";
import type { PolicyServer } from "./policy-server";
import { isRootProtected } from "./root-protected";

export type { NamedPolicy } from "./acl";

/** What may be done on a path, and which rule says so. */
export interface Verdict {
  /** In the order of the API; `deny` alone where nothing may be done, `root` alone where the root policy allows everything. */
  readonly capabilities: readonly (Capability | "root")[];
  /** The pattern that decides, and the policies that have it; undefined where none matches. */
  readonly by?: { readonly pattern: string; readonly policies: readonly string[] } | undefined;
}

export interface PolicyRequest {
  /** As in the API, without `/v1/`. */
  readonly path: string;
  /**
   * What the request needs. A write needs `create` where nothing is at the path yet and the secrets engine can tell, else `update`.
   * `sudo` asks whether the rule has it: a request never needs it alone.
   */
  readonly capability: Exclude<Capability, "deny">;
  /** As the body has them, or the query of a read. @default none */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** For how long the answer shall be wrapped. @default it is not wrapped */
  readonly wrapTtl?: Duration | undefined;
}

/** What decided, in a word. */
export type DecisionCause =
  | "root"
  | "granted"
  | "unreadable"
  | "no-rule"
  | "denied"
  | "capability"
  | "wrapping"
  | "required"
  | "denied-parameter"
  | "not-allowed-parameter"
  | "sudo";

export interface Decision {
  readonly allowed: boolean;
  readonly cause: DecisionCause;
  /** A sentence without its full stop. */
  readonly reason: string;
  /** The pattern that decides, its templates filled in; undefined where none matches. */
  readonly pattern?: string | undefined;
  /** The policies that have what decides: the capability where it is allowed, the denial, else the pattern. */
  readonly policies: readonly string[];
  /** Their rules, as they were written. */
  readonly rules: readonly PolicyGrant[];
  /** Whether the path is root-protected, so that the request needs `sudo` too. */
  readonly needsSudo: boolean;
}

export interface EvaluatorOptions {
  /** @default "vault" */
  readonly product?: PolicyServer | undefined;
  /** Who asks; templates are filled in from it. @default nobody: rules with templates do not count */
  readonly identity?: Identity | undefined;
}

/** What parameters are looked at for. */
const withParameters: ReadonlySet<Capability> = new Set(["create", "read", "update", "patch", "recover"]);

/**
 * Says what a token with certain policies may do, as Vault and OpenBao do. Policies that share a pattern add up, `deny` in any of
 * them takes everything; of several patterns that match one decides alone: the exact one, else the one whose first `+` or `*`
 * comes last.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#priority-matching
 */
export class Evaluator {
  /** The rules, by what they match. */
  readonly acl: Acl;
  private readonly root: boolean;
  private readonly product: PolicyServer;

  /** @throws LeaseholdError when a rule's wrapping TTL is no duration. */
  constructor(policies: readonly NamedPolicy[], { product = "vault", identity = {} }: EvaluatorOptions = {}) {
    this.acl = new Acl(policies, identity, product);
    this.root = policies.some(({ name }) => name === "root");
    this.product = product;
  }

  /** What `sys/capabilities` answers for the path, which asks as a listing would. */
  on(path: string): Verdict {
    if (this.root) return { capabilities: ["root"] };
    const access = this.acl.problem === undefined ? this.acl.on(withoutSlashes(path), true) : undefined;
    if (access === undefined) return { capabilities: ["deny"] };
    return {
      capabilities: access.capabilities,
      by: { pattern: access.pattern.path, policies: policiesOf(access.grants) },
    };
  }

  /** Whether a request without parameters is allowed. */
  allows(path: string, capability: PolicyRequest["capability"]): boolean {
    return this.decide({ path, capability }).allowed;
  }

  /**
   * Whether a request is allowed, given `sudo` where its path needs that. It says no more, and so is much faster than `decide`.
   *
   * @throws LeaseholdError when `wrapTtl` is no duration.
   */
  allowsWithSudo(request: PolicyRequest): boolean {
    if (this.root) return true;
    if (this.acl.problem !== undefined) return false;
    const access = this.acl.on(requestedPath(request), request.capability === "list");
    return access !== undefined && refusalOf(access, request, false) === undefined;
  }

  /**
   * Whether the server lets a request through, and why.
   *
   * @throws LeaseholdError when `wrapTtl` is no duration.
   */
  decide(request: PolicyRequest): Decision {
    const listing = request.capability === "list";
    const path = requestedPath(request);
    const needsSudo = request.capability !== "sudo" && isRootProtected(path, this.product);
    const nobody = { pattern: undefined, policies: [], rules: [], needsSudo };
    if (this.root) {
      const [policies, reason] = [["root"], "the root policy allows everything"];
      return { ...nobody, allowed: true, cause: "root", reason, policies };
    }
    if (this.acl.problem !== undefined) {
      const reason = `the server can't read the policies: ${this.acl.problem}`;
      return { ...nobody, allowed: false, cause: "unreadable", reason };
    }
    const access = this.acl.on(path, listing);
    if (access === undefined) return { ...nobody, allowed: false, cause: "no-rule", reason: `no rule matches ${path}` };
    const refusal = refusalOf(access, request, needsSudo);
    const rules = access.grantsOf(refusal === undefined ? request.capability : "deny");
    const deciding = rules.length > 0 ? rules : access.grants;
    return {
      allowed: refusal === undefined,
      cause: refusal?.cause ?? "granted",
      reason: `path "${access.pattern.path}" ${refusal?.reason ?? `allows ${request.capability}`}`,
      pattern: access.pattern.path,
      policies: policiesOf(deciding),
      rules: deciding,
      needsSudo,
    };
  }
}

/** What follows the path in the sentence that says why. */
type Refusal = Pick<Decision, "cause" | "reason"> | undefined;

/** The first thing that stands against a request, in the servers' order. */
function refusalOf(access: PathAccess, request: PolicyRequest, needsSudo: boolean): Refusal {
  const { capability, parameters = {} } = request;
  if (access.denied) return { cause: "denied", reason: "is denied" };
  if (!access.has(capability)) {
    return { cause: "capability", reason: `allows ${andList(access.capabilities)}, not ${capability}` };
  }
  if (capability === "sudo" || capability === "subscribe") return undefined;
  const wrapping = wrappingProblem(access, request);
  if (wrapping !== undefined) return { cause: "wrapping", reason: wrapping };
  const problem = withParameters.has(capability)
    ? access.parameters.check(parameters, capability === "read")
    : undefined;
  if (problem !== undefined) return parameterRefusal(problem);
  if (needsSudo && !access.has("sudo")) {
    return { cause: "sudo", reason: `allows ${capability} without sudo, which the path needs too` };
  }
  return undefined;
}

function wrappingProblem({ minWrappingTtl: min, maxWrappingTtl: max }: PathAccess, request: PolicyRequest) {
  const ttl = request.wrapTtl === undefined ? undefined : parseDuration("policy request", "wrapTtl", request.wrapTtl);
  if (min === undefined && max === undefined) return undefined;
  const limits = [
    ...(min === undefined ? [] : [`${formatDuration(min)} at least`]),
    ...(max === undefined ? [] : [`${formatDuration(max)} at most`]),
  ].join(" and ");
  // Each of two policies may have its own.
  if (min !== undefined && max !== undefined && max < min)
    return `wants the answer wrapped for ${limits}, which nothing is`;
  if (ttl === undefined) return `wants the answer wrapped, for ${limits}`;
  return ttl < (min ?? ttl) || ttl > (max ?? ttl)
    ? `wants the answer wrapped for ${limits}, not for ${formatDuration(ttl)}`
    : undefined;
}

function parameterRefusal({ kind, parameter }: ParameterProblem): Refusal {
  if (kind === "required") return { cause: "required", reason: `requires parameter ${parameter}` };
  return kind === "denied"
    ? { cause: "denied-parameter", reason: `denies parameter ${parameter} or its value` }
    : { cause: "not-allowed-parameter", reason: `does not allow parameter ${parameter} or its value` };
}

function policiesOf(grants: readonly PolicyGrant[]): string[] {
  return [...new Set(grants.map(({ policy }) => policy))];
}

function requestedPath({ path, capability }: PolicyRequest): string {
  const asked = withoutSlashes(path);
  // A listing is of a folder: the servers add the slash.
  return capability === "list" && !asked.endsWith("/") ? `${asked}/` : asked;
}

function withoutSlashes(path: string): string {
  return path.replace(/^\/+/, "");
}

function andList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
