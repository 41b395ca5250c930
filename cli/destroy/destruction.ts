import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { allDatabases, inNamespace } from "../../environments/namespaces/contents";
import type { Environment } from "../../environments/schema";
import { closeConnections } from "../change/connections";
import { type Drain, drainsNeededBy } from "../change/drain";
import { countsInWords, type LeaseCounts, liveLeases, requireNoneLeft } from "../change/draining";
import { revokeBelow } from "../change/revocation";
import { applyPlan } from "../deploy/apply-plan";
import { countsOf } from "../deploy/changes";
import { oneAtATime } from "../deploy/one-at-a-time";
import { runSteps, type Step } from "../progress";
import { readPlan } from "../review/read-plan";
import { refuseDebugLog } from "../terraform/quiet";
import { type SavedPlan, Workspace } from "../terraform/workspace";
import type { VaultClient } from "../vault-client";
import { findDeadDatabases, type LostRole, lostRoles, mountOf, requireForce } from "./dead-databases";
import { type LeftInDatabase, listLeft, writeOrphanList } from "./orphan-list";
import { requireDeletableKeys } from "./undeletable-keys";

export interface DestructionOptions {
  readonly root: string;
  readonly env: HostEnvironment;
  readonly environment: Environment;
  /** Where the synthesised stacks go. */
  readonly output: string;
  readonly vault: VaultClient;
  /** How many users may be left behind in databases that Vault can't log in to. @default none */
  readonly force?: number | undefined;
  /** Where the list of those users goes. */
  readonly listFolder: string;
  /** The command that synthesises, for a shell. @default that of cdktf.json */
  readonly app?: string | undefined;
  /** Lets the destruction go on, or throws. */
  readonly agree: (planned: PlannedDestruction) => Promise<void>;
}

/** A destruction before anything is changed. */
export interface PlannedDestruction {
  /** How many resources are destroyed. */
  readonly resources: number;
  readonly leases: LeaseCounts;
  /** Those of them whose users stay in their databases. */
  readonly left: readonly LostRole[];
}

export interface Destroyed {
  readonly resources: number;
  /** How many leases were revoked, by mount, with its namespace before; those whose users were left behind too. */
  readonly revoked: Readonly<Record<string, number>>;
  /** Users that stay in their databases. */
  readonly left: readonly LeftInDatabase[];
  /** The file that lists them, where there are any. */
  readonly list?: string | undefined;
}

/**
 * Destroys an environment: plans it, counts what lives and has that agreed to, closes the connections, ends the leases, sees that
 * none is left, and applies exactly that plan. It can be run again however far it came.
 *
 * @throws LeaseholdError when the environment is protected, a key of it can't be deleted, a database is dead, or a step fails.
 */
export async function destroyEnvironment(options: DestructionOptions): Promise<Destroyed> {
  const { environment, root, output, env } = options;
  requireUnprotected(environment);
  refuseDebugLog("leasehold destroy", env);
  const place = { root, output, environment: environment.name };
  return oneAtATime("leasehold destroy", place, () => destroyAlone(options));
}

async function destroyAlone(options: DestructionOptions): Promise<Destroyed> {
  const { vault, agree, env } = options;
  const { workspace, plan } = await planned(options);
  try {
    const reviewed = readPlan(plan.json, "the plan");
    requireDeletableKeys(reviewed, options.environment.name);
    const drains = drainsNeededBy(reviewed);
    const resources = countsOf(reviewed.changes).destroyed;
    const leases = await liveLeases(vault, drains);
    const lost = await lostLeases(options, drains, leases);
    if (resources > 0) await agree({ resources, leases, left: lost });
    const result = { resources, revoked: {} as Record<string, number>, left: [] as LeftInDatabase[], list: "" };
    await runSteps(
      [
        { title: "Connections are closed", run: () => closeConnections(vault, drains) },
        ...(lost.length === 0 ? [] : [leavingBehind(options, lost, result)]),
        {
          title: "Leases are revoked",
          run: async (report, done) => {
            for (const [name, { namespace, mount }] of mountsOf(drains)) {
              const its = await revokeBelow(vault.inNamespace(namespace), mount, { report });
              result.revoked[name] = (result.revoked[name] ?? 0) + its;
            }
            done(`Leases are revoked: ${countsInWords(leases)}`);
          },
        },
        { title: "No lease is left", run: () => requireNoneLeft(vault, drains) },
        {
          title: `Destruction of ${resources} resources`,
          run: (report) =>
            applyPlan({ workspace, planFile: plan.file, total: resources, env, report, again: "destroy again" }),
        },
      ],
      true,
    );
    const { list, ...destroyed } = result;
    return list === "" ? destroyed : { ...destroyed, list };
  } finally {
    workspace.removePlan();
  }
}

/**
 * @throws LeaseholdError that says how the protection is lifted.
 */
export function requireUnprotected({ name, preventDestroy }: Environment): void {
  if (!preventDestroy) return;
  throw new LeaseholdError(
    `environment ${name}`,
    "is protected: it declares preventDestroy, and its mounts and connections are not destroyed",
    `if it is to go, declare preventDestroy: false in environments/${name}.ts, deploy that, and destroy it then`,
  );
}

async function planned(options: DestructionOptions): Promise<{ workspace: Workspace; plan: SavedPlan }> {
  const { root, environment, output, env, app } = options;
  const made: { workspace?: Workspace; plan?: SavedPlan } = {};
  const workspace = () => made.workspace as Workspace;
  await runSteps([
    {
      title: `${environment.name} is synthesised`,
      run: async (onLine) => {
        made.workspace = await Workspace.synthesise({ root, environment: environment.name, output, env, app, onLine });
      },
    },
    { title: "Terraform gets its provider", run: () => workspace().init() },
    {
      title: "Plan",
      run: async () => {
        made.plan = await workspace().plan(["-destroy"]);
      },
    },
  ]);
  return { workspace: workspace(), plan: made.plan as SavedPlan };
}

/** The roles whose users have to be left behind, if that is consented to. */
async function lostLeases(
  { vault, environment, force }: DestructionOptions,
  drains: readonly Drain[],
  leases: LeaseCounts,
): Promise<LostRole[]> {
  const needed = new Set(Object.keys(leases).map((path) => path.slice(0, path.lastIndexOf("/creds/"))));
  const all = [...mountsOf(drains).keys()];
  const mounts = force === undefined ? all.filter((mount) => needed.has(mount)) : all;
  const databases = allDatabases(environment).filter((each) => mounts.includes(mountOf(each)));
  const reachability = await findDeadDatabases(vault, databases);
  const lost = lostRoles(leases, databases, reachability.dead);
  requireForce(force, reachability, lost);
  return lost;
}

/** The list is written before any lease is forgotten: afterwards nobody could tell. */
function leavingBehind(
  { vault, environment, listFolder }: DestructionOptions,
  lost: readonly LostRole[],
  result: { revoked: Record<string, number>; left: LeftInDatabase[]; list: string },
): Step {
  return {
    title: "Users that can't be dropped are listed, and their leases forgotten",
    run: async (report, done) => {
      result.left = await listLeft(vault, environment, lost);
      result.list = writeOrphanList(listFolder, environment, result.left);
      done(`Users that can't be dropped are in ${result.list}, and their leases forgotten`);
      for (const { role, dead } of lost) {
        const mount = mountOf(dead);
        const path = `${dead.database.mount}/creds/${role}`;
        const count = await revokeBelow(vault.inNamespace(dead.namespace), path, { force: true, report });
        result.revoked[mount] = (result.revoked[mount] ?? 0) + count;
      }
    },
  };
}

/** The mounts of drains, by their paths with their namespaces before. */
function mountsOf(drains: readonly Drain[]): Map<string, Drain> {
  return new Map(drains.map((drain) => [inNamespace(drain.namespace, drain.mount), drain]));
}
