import { LeaseholdError } from "../../constructs/core/errors";
import type { Severity, Tier } from "../../constructs/core/tier";
import type { LintContext } from "../../policies/lint/lint-rule";
import { type Judgement, judgePolicy } from "../../policies/lint/policy-rules";
import { applyWaivers, readWaivers } from "../../policies/lint/waivers";
import type { LocatedRule } from "../../policies/parser/rule-reader";
import type { CliContext } from "../context";
import { type PolicySource, readPolicy } from "./policy-source";

/** What the guardrails have against a place in a file. */
export interface LintFinding {
  /** `file:line:column`, as far as it is known. */
  readonly where: string;
  /** Of the guardrail; undefined where the file itself is wrong. */
  readonly id?: string | undefined;
  readonly severity: Severity;
  readonly problem: string;
  readonly remedy: string;
  /** Why it does not count; undefined where it does. */
  readonly waived?: string | undefined;
}

/** What the guardrails have against each file; one that can't be read keeps no other from being judged. */
export async function lintFiles(
  files: readonly string[],
  context: Pick<CliContext, "root">,
  options: LintContext & { readonly tier: Tier },
): Promise<LintFinding[]> {
  const found = await Promise.all(files.map((file) => lintFile(file, context, options)));
  return found.flat();
}

async function lintFile(
  file: string,
  context: Pick<CliContext, "root">,
  options: LintContext & { readonly tier: Tier },
): Promise<LintFinding[]> {
  try {
    const source = await readPolicy(file, context);
    const judgements = judgePolicy(source.rules, options);
    const left = applyWaivers(source.file, judgements, readWaivers(source.file, source.text, source.rules));
    return [
      ...left.judgements.map((each) => findingOf(source, each)),
      ...left.waived.map((each) => ({ ...findingOf(source, each), waived: each.reason })),
    ];
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    return [{ where: thrown.where, severity: "error", problem: thrown.problem, remedy: thrown.remedy }];
  }
}

function findingOf({ file }: PolicySource, { id, severity, rule, problem, remedy }: Judgement): LintFinding {
  const { line, column } = rule as LocatedRule; // the guardrails were given the file's own rules
  return { where: `${file}:${line}:${column}`, id, severity, problem, remedy };
}
