import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { type Decision, Evaluator } from "../../policies/evaluator/evaluator";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import { parsePolicyTests, type PolicyCase, type PolicyTests } from "../../policies/policy-tests";
import type { CliContext } from "../context";
import { placeOf, policyFrom, type PolicySource, readPolicy, shownFile } from "./policy-source";

/** A file of tests with the policies that it is about. */
export interface LoadedTests extends PolicyTests {
  readonly file: string;
  readonly sources: readonly PolicySource[];
}

/** What came of a case. */
export interface CaseResult {
  /** Of the case, `file:line`. */
  readonly where: string;
  readonly server: PolicyServer;
  readonly path: string;
  readonly capability: PolicyCase["capability"];
  readonly why: string;
  readonly expected: PolicyCase["expected"];
  readonly got: PolicyCase["expected"];
  readonly passed: boolean;
  /** What decided, in a word. */
  readonly cause: Decision["cause"];
  /** In a sentence without its full stop. */
  readonly reason: string;
  /** Where the rules stand that decide. */
  readonly rules: readonly string[];
  /** Who says so: the evaluator, the server, or the server on the capability and the evaluator on the rest. */
  readonly decidedBy: "evaluator" | "server" | "both";
}

/**
 * Reads a file of tests and its policies.
 *
 * @throws LeaseholdError at its place when something in it does not fit, or a policy can't be read.
 */
export async function loadTests(file: string, context: Pick<CliContext, "root">): Promise<LoadedTests> {
  if (!existsSync(file)) {
    throw new LeaseholdError(file, "there is no such file", "give its path from the current folder");
  }
  const shown = shownFile(file);
  const tests = parsePolicyTests(readFileSync(file, "utf8"), shown);
  const sources: PolicySource[] = [];
  for (const { source, line } of tests.policies) {
    const where = `${shown}:${line}`;
    const read =
      typeof source === "string"
        ? await readPolicy(source, context, dirname(file)).catch((thrown: unknown) => {
            throw thrown instanceof LeaseholdError && thrown.where === "policies"
              ? new LeaseholdError(where, thrown.problem, thrown.remedy)
              : thrown;
          })
        : await policyFrom(source.name, `${where} (${source.name})`, source.hcl);
    if (sources.some(({ name }) => name === read.name)) {
      throw new LeaseholdError(where, `policy ${read.name} is there twice`, "name each once");
    }
    sources.push(read);
  }
  return { ...tests, file: shown, sources };
}

/** What the evaluator says of each case, on one server. */
export function decideTests(tests: LoadedTests, server: PolicyServer): CaseResult[] {
  const evaluator = new Evaluator(tests.sources, { product: server, identity: tests.identity });
  return tests.cases.map((each) => resultOf(tests, each, server, evaluator.decide(each)));
}

function resultOf(tests: LoadedTests, each: PolicyCase, server: PolicyServer, decision: Decision): CaseResult {
  const got = decision.allowed ? "allow" : "deny";
  return {
    where: `${tests.file}:${each.line}`,
    server,
    path: each.path,
    capability: each.capability,
    why: each.why,
    expected: each.expected,
    got,
    passed: got === each.expected,
    cause: decision.cause,
    reason: decision.reason,
    rules: decision.rules.map((grant) => placeOf(grant, tests.sources)),
    decidedBy: "evaluator",
  };
}
