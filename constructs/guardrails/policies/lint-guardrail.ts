import type { LintContext, LintRule } from "../../../policies/lint/lint-rule";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { blocksOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource, Guardrail } from "../guardrail";
import { policiesOf } from "./policy-text";

/** A rule of `policies/lint` as a guardrail on all policies that a stack declares. */
export function lintGuardrail(lint: LintRule): Guardrail {
  const { id, title, why, remedy, severity, references } = lint;
  return {
    id,
    title,
    why,
    remedy,
    severity,
    references,
    // A policy reaches into the namespaces that are nested in its own.
    acrossNamespaces: true,
    check(declaration) {
      const namespaces = namespacesOf(declaration);
      const contexts = new Map<string, LintContext>();
      const contextIn = (namespace: string) => {
        const context = contexts.get(namespace) ?? contextOf(declaration, namespace);
        contexts.set(namespace, context);
        return context;
      };
      return policiesOf(declaration).flatMap(({ resource, rules }) =>
        [...rulesByNamespace(resource, rules, namespaces)].flatMap(([namespace, its]) =>
          lint.check(its, contextIn(namespace)).map((finding) => ({
            resource,
            problem:
              namespace === (resource.namespace ?? "")
                ? finding.problem
                : `in namespace ${namespace}: ${finding.problem}`,
            remedy: finding.remedy,
            waived: waiverIn(finding.rule, id),
          })),
        ),
      );
    },
  };
}

/** The namespaces that something of the stack lies in, or that it makes; the longest first. */
function namespacesOf(declaration: Declaration): string[] {
  const made = resourcesOf(declaration, "vault_namespace").map(({ namespace = "", arguments: given }) =>
    [namespace, textOf(given, "path") ?? ""].filter(Boolean).join("/"),
  );
  const all = new Set([...made, ...declaration.resources.map(({ namespace = "" }) => namespace)]);
  return [...all].sort((a, b) => b.length - a.length);
}

/** The rules of a policy by the namespace that they reach into, each with its path as it is in that one. */
function rulesByNamespace(
  { namespace: own = "" }: DeclaredResource,
  rules: readonly PolicyRule[],
  namespaces: readonly string[],
): ReadonlyMap<string, readonly PolicyRule[]> {
  const around = own === "" ? "" : `${own}/`;
  const nested = namespaces.filter((each) => each !== own && each.startsWith(around));
  if (nested.length === 0) return new Map([[own, rules]]);
  const found = new Map<string, PolicyRule[]>();
  for (const rule of rules) {
    const into = nested.find((each) => rule.path.startsWith(`${each.slice(around.length)}/`)) ?? own;
    const its = found.get(into) ?? [];
    found.set(into, its);
    its.push(into === own ? rule : { ...rule, path: rule.path.slice(into.length - around.length + 1) });
  }
  return found;
}

/** The mounts of KV version 2 that the stack declares in a namespace, and `secret`, which is one on most servers. */
function contextOf(declaration: Declaration, namespace: string): LintContext {
  const mounts = resourcesOf(declaration, "vault_mount").filter(
    ({ namespace: its = "", arguments: { type } }) => its === namespace && /^kv(-v2)?$/.test(String(type)),
  );
  const byPath = new Map(
    mounts.map((mount) => {
      const isVersion2 = mount.arguments["type"] === "kv-v2" || blocksOf(mount, "options").some(hasVersion2);
      return [(textOf(mount.arguments, "path") ?? "").replace(/^\/+|\/+$/g, ""), isVersion2];
    }),
  );
  const paths = [...byPath].filter(([path, isVersion2]) => path !== "" && isVersion2).map(([path]) => path);
  return { kvMounts: byPath.has("secret") ? paths : [...paths, "secret"] };
}

function hasVersion2({ version }: Readonly<Record<string, unknown>>): boolean {
  return String(version) === "2";
}

/** The reason behind `leasehold:allow` in the comment above a rule, which policy files carry into the stack. */
function waiverIn({ reason }: PolicyRule, id: string): string | undefined {
  const waivers = reason.matchAll(
    /leasehold:allow\s+(LH-POL-\d{3})\s+(.*?)(?=\s*(?:#+\s*|\/\/\s*)?leasehold:allow\b|$)/g,
  );
  return [...waivers].find(([, waived]) => waived === id)?.[2];
}
