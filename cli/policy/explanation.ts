import { type Decision, Evaluator, type PolicyRequest } from "../../policies/evaluator/evaluator";
import { fillTemplates, type Identity } from "../../policies/evaluator/identity";
import { PathSet } from "../../policies/evaluator/path-set";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import type { PolicySource } from "./policy-source";
import { placeOf } from "./policy-source";

/** A rule with its place. */
export interface ExplainedRule {
  readonly policy: string;
  /** `file:line`. */
  readonly where: string;
  readonly path: string;
  readonly capabilities: readonly string[];
  readonly reason: string;
}

/** Why a request is allowed or refused. */
export interface Explanation {
  readonly path: string;
  readonly capability: PolicyRequest["capability"];
  readonly server: PolicyServer;
  readonly allowed: boolean;
  readonly cause: Decision["cause"];
  /** In a sentence without its full stop. */
  readonly reason: string;
  /** Whether the path wants `sudo` besides the capability. */
  readonly needsSudo: boolean;
  /** The rules that decide. */
  readonly rules: readonly ExplainedRule[];
  /** Rules that match the path too, on patterns that give way. */
  readonly lost: readonly ExplainedRule[];
  /** Rules that do not count, because nothing fills in their templates. */
  readonly unfilled: readonly ExplainedRule[];
}

/** Explains what policies say of a request. */
export function explain(
  sources: readonly PolicySource[],
  request: PolicyRequest,
  server: PolicyServer,
  identity: Identity = {},
): Explanation {
  const decision = new Evaluator(sources, { product: server, identity }).decide(request);
  const explained = ({ policy, rule }: Decision["rules"][number]): ExplainedRule => ({
    policy,
    where: placeOf({ policy, rule }, sources),
    path: rule.path,
    capabilities: rule.capabilities,
    reason: rule.reason,
  });
  const all = sources.flatMap(({ name, rules }) =>
    rules.map((rule) => ({ policy: name, rule, filled: filledPath(rule.path, identity, server) })),
  );
  const folder = request.path.replace(/\/$/, "");
  const asked = request.capability === "list" ? [`${folder}/`, folder] : [request.path];
  return {
    path: request.path,
    capability: request.capability,
    server,
    allowed: decision.allowed,
    cause: decision.cause,
    reason: decision.reason,
    needsSudo: decision.needsSudo,
    rules: decision.rules.map(explained),
    lost: all
      .filter(({ filled }) => filled !== undefined && filled !== decision.pattern && isOn(filled, asked))
      .map(explained),
    unfilled: all.filter(({ filled }) => filled === undefined).map(explained),
  };
}

function isOn(pattern: string, paths: readonly string[]): boolean {
  return paths.some((path) => PathSet.of(pattern).has(path));
}

/** Undefined where something is missing that a template stands for, or may not stand there. */
function filledPath(path: string, identity: Identity, server: PolicyServer): string | undefined {
  const filled = fillTemplates(path, identity, server);
  return "path" in filled ? filled.path : undefined;
}

/** An explanation as a person reads it. */
export function explanationText(explanation: Explanation): string {
  const { allowed, capability, path, server, reason, needsSudo, rules, lost, unfilled } = explanation;
  const listed = (title: string, of: readonly ExplainedRule[]) =>
    of.length === 0 ? [] : [title, ...of.map((rule) => `  ${ruleText(rule)}`)];
  return [
    `${allowed ? "allowed" : "refused"}: ${capability} on ${path} (${server})`,
    `why: ${reason}`,
    ...(needsSudo ? ["the path is root-protected: it needs sudo too"] : []),
    ...listed("decided by:", rules),
    ...listed("match too, and give way:", lost),
    ...listed("do not count, for want of what fills in their templates:", unfilled),
  ].join("\n");
}

function ruleText({ policy, where, path, capabilities, reason }: ExplainedRule): string {
  return `${policy}  ${where}  path "${path}" [${capabilities.join(", ")}]${reason === "" ? "" : `  # ${reason}`}`;
}
