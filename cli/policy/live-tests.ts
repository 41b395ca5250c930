import { isRootProtected } from "../../policies/evaluator/root-protected";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import type { PolicyCase } from "../../policies/policy-tests";
import type { VaultClient } from "../vault-client";
import { LiveSubject } from "./live-subject";
import { type CaseResult, decideTests, type LoadedTests } from "./policy-check";

/**
 * What a real server says of each case, as `sys/capabilities` answers it. No request of a case is made: it could change something.
 * So where a case has parameters or a wrapping the server answers for the capability, and the evaluator for the rest.
 *
 * @throws LeaseholdError when the server refuses what the test needs.
 */
export async function askServer(tests: LoadedTests, vault: VaultClient, server: PolicyServer): Promise<CaseResult[]> {
  const decided = decideTests(tests, server);
  if (cannotBeMade(tests)) return decided;
  const answers = await LiveSubject.use(vault, tests.sources, tests.identity, (subject) =>
    subject.capabilities(tests.cases.map(askedPath)),
  );
  return tests.cases.map((each, at) => {
    const result = decided[at];
    if (result === undefined) throw new Error("the evaluator decided fewer cases than there are");
    return withAnswer(result, each, answers.get(askedPath(each)) ?? ["deny"], server);
  });
}

/** Metadata and ids that only a login of its own kind gives an alias, or the server itself. */
function cannotBeMade({ identity }: LoadedTests): boolean {
  return Object.values(identity?.entity?.aliases ?? {}).some(
    ({ id, metadata }) => id !== undefined || metadata !== undefined,
  );
}

/** What `sys/capabilities` can't tell: a request lacks a parameter or a wrapping, or has a wrong one. */
const beyondCapabilities: readonly CaseResult["cause"][] = [
  "wrapping",
  "required",
  "denied-parameter",
  "not-allowed-parameter",
];

/** A listing is of a folder. */
function askedPath({ path, capability }: PolicyCase): string {
  return capability === "list" && !path.endsWith("/") ? `${path}/` : path;
}

function withAnswer(
  result: CaseResult,
  { capability, parameters, wrapTtl, ...each }: PolicyCase,
  answer: readonly string[],
  server: PolicyServer,
): CaseResult {
  const partly = parameters !== undefined || wrapTtl !== undefined || beyondCapabilities.includes(result.cause);
  const needsSudo = capability !== "sudo" && isRootProtected(askedPath({ ...each, capability }), server);
  const has = answer.includes(capability) && (!needsSudo || answer.includes("sudo"));
  const allowed = partly ? has && result.got === "allow" : has;
  const got = allowed ? "allow" : "deny";
  const agrees = got === result.got;
  return {
    ...result,
    got,
    passed: got === each.expected,
    reason: agrees ? result.reason : `the server answers ${answer.join(", ")}; the evaluator: ${result.reason}`,
    decidedBy: partly ? "both" : "server",
  };
}
