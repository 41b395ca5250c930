import { allContents, inNamespace, type PlacedContents } from "../../environments/namespaces/contents";
import type { Contents, Environment } from "../../environments/schema";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import type { PolicyDocument } from "../../policies/language/policy-document";
import { ClosedGate } from "../closed-gate";
import type { ReviewedPlan } from "../review/plan";
import { plansByNamespace } from "../review/plan-namespaces";
import type { VaultClient } from "../vault-client";
import { probeConnections } from "./connections";
import { DeclaredNames } from "./declared-names";
import { type DriftFinding, joinLooks, type Look } from "./finding";
import { driftOfPlan } from "./plan-drift";
import { findMissedRotations } from "./rotations";
import { findUndeclared } from "./undeclared";

/** What is not as an environment declares it. */
export interface DriftReport extends Look {
  readonly environment: string;
  readonly findings: readonly DriftFinding[];
  /** Whether each connection was tried. */
  readonly probed: boolean;
}

export interface DriftOptions {
  /** Have Vault make and end one user through each connection. */
  readonly probe: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Holds an environment's plan and its Vault against its declaration, and mends nothing. */
export async function findDrift(
  environment: Environment,
  plan: ReviewedPlan,
  vault: VaultClient,
  options: DriftOptions,
): Promise<DriftReport> {
  const looks = [driftOfPlan(plan)];
  const plans = new Map(plansByNamespace(plan).map(({ namespace, plan: its }) => [namespace, its]));
  const deployer = deployerPolicy(environment);
  for (const placed of allContents(environment)) {
    const { resources } = plans.get(placed.namespace) ?? { resources: [] };
    const declared = new DeclaredNames(resources, userpassUsers(placed.contents));
    looks.push(await lookInto(placed, { declared, deployer }, vault, options));
  }
  return { environment: environment.name, ...joinLooks(looks), probed: options.probe };
}

/** What there is in one namespace, told with its path before what is told of. */
async function lookInto(
  { namespace, contents }: PlacedContents,
  { declared, deployer }: { readonly declared: DeclaredNames; readonly deployer: PolicyDocument },
  client: VaultClient,
  { probe, now }: DriftOptions,
): Promise<Look> {
  const vault = client.inNamespace(namespace);
  const { findings, information, unseen } = joinLooks([
    await findUndeclared(vault, declared, deployer),
    await findMissedRotations(vault, declared, now),
    ...(probe ? [await probeConnections(vault, contents.databases)] : []),
  ]);
  return {
    findings: findings.map((finding) => ({ ...finding, what: inNamespace(namespace, finding.what) })),
    information: information.map((line) => inNamespace(namespace, line)),
    unseen: unseen.map((line) => inNamespace(namespace, line)),
  };
}

/**
 * Ends a command whose report says that something is not as declared, or may not be.
 *
 * @throws ClosedGate with 2 where something differs, else with 1 where something could not be looked at.
 */
export function requireNoDrift({ environment, findings, unseen }: DriftReport): void {
  const where = `leasehold drift ${environment}`;
  const remedy = "do what the report says of each";
  if (findings.length > 0) {
    throw new ClosedGate(where, `${findings.length} differ from what is declared`, remedy, 2);
  }
  if (unseen.length > 0) throw new ClosedGate(where, `${unseen.length} could not be looked at`, remedy, 1);
}

/** Vault keeps their names in lower case. */
function userpassUsers({ auth }: Contents): string[] {
  return auth.flatMap((method) =>
    method.method === "userpass"
      ? method.users.map(({ name }) => `auth/${method.path}/users/${name.toLowerCase()}`)
      : [],
  );
}
