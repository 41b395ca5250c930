import type { LintContext, LintRule } from "../../../policies/lint/lint-rule";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { blocksOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, Guardrail } from "../guardrail";
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
    check(declaration) {
      const context = contextOf(declaration);
      return policiesOf(declaration).flatMap(({ resource, rules }) =>
        lint.check(rules, context).map((finding) => ({
          resource,
          problem: finding.problem,
          remedy: finding.remedy,
          waived: waiverIn(finding.rule, id),
        })),
      );
    },
  };
}

/** The mounts of KV version 2 that the stack declares, and `secret`, which is one on most servers. */
function contextOf(declaration: Declaration): LintContext {
  const mounts = resourcesOf(declaration, "vault_mount").filter(({ arguments: { type } }) =>
    /^kv(-v2)?$/.test(String(type)),
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
