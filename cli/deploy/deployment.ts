import { resolve } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import { type Draining, nothingToDrain } from "../change/draining";
import { runSteps, type Step } from "../progress";
import { allows } from "../review/allowance";
import type { ReviewFinding } from "../review/finding";
import type { ReviewedPlan } from "../review/plan";
import { readPlan } from "../review/read-plan";
import { checkPlanIsOf } from "../terraform/plan-contents";
import { refuseDebugLog } from "../terraform/quiet";
import { type SavedPlan, Workspace } from "../terraform/workspace";
import type { VaultClient } from "../vault-client";
import { applyPlan } from "./apply-plan";
import { actionsOf, type Counts, countsOf, countsText } from "./changes";
import { type Leftover, leftoversOf } from "./leftovers";
import { oneAtATime } from "./one-at-a-time";
import { reviewOf } from "./plan-review";

export interface DeploymentOptions {
  readonly root: string;
  readonly env: HostEnvironment;
  readonly environment: string;
  /** Where the synthesised stacks go. */
  readonly output: string;
  /** A plan that was made before. @default one is made */
  readonly planFile?: string | undefined;
  /** How many resources Terraform works on at once. @default Terraform's, 10 */
  readonly parallelism?: number | undefined;
  /** The command that synthesises, for a shell. @default that of cdktf.json */
  readonly app?: string | undefined;
  /** Where live leases are counted for the review. @default they are not */
  readonly vault?: VaultClient | undefined;
  /** Sees to what a plan needs drained, around `use`. @default nothing is drained */
  readonly withDraining?: <T>(plan: ReviewedPlan, use: (draining: Draining) => Promise<T>) => Promise<T>;
  /**
   * Frees the names that a deployment which was killed has given to authorities, and says what it renamed. @default they stay
   * taken, and Vault refuses to give them again
   */
  readonly setAside?: (leftovers: readonly Leftover[]) => Promise<string[]>;
  /** Lets a plan through, or throws. */
  readonly agree: (plan: ReviewedDeployment) => Promise<void>;
  /** Runs steps. @default shows them on standard error */
  readonly show?: (steps: readonly Step[], handlesSignals?: boolean) => Promise<void>;
}

/** A plan before it is applied. */
export interface ReviewedDeployment {
  readonly counts: Counts;
  readonly findings: readonly ReviewFinding[];
  readonly draining: Draining;
}

export interface Deployed extends Omit<ReviewedDeployment, "draining"> {
  /** Whether there was anything to apply. */
  readonly applied: boolean;
  /** Seconds of each part. */
  readonly seconds: Readonly<Record<"synthesis" | "init" | "plan" | "apply", number>>;
}

/**
 * Synthesises an environment, plans it, has the plan agreed to, and applies exactly that plan, which is removed afterwards: it
 * may hold secrets.
 *
 * @throws LeaseholdError when a part fails, the plan is refused, or another deployment of the environment runs.
 */
export async function deploy(options: DeploymentOptions): Promise<Deployed> {
  refuseDebugLog("leasehold deploy", options.env);
  return oneAtATime("leasehold deploy", options, () => deployAlone(options));
}

async function deployAlone(options: DeploymentOptions): Promise<Deployed> {
  const { root, environment, output, env, app, planFile, parallelism, agree, show = runSteps, withDraining } = options;
  const seconds = { synthesis: 0, init: 0, plan: 0, apply: 0 };
  const timed = (part: keyof typeof seconds, run: Step["run"]): Step["run"] => {
    return async (report, done) => {
      const began = performance.now();
      await run(report, done);
      seconds[part] = (performance.now() - began) / 1000;
    };
  };
  const made: { workspace?: Workspace; plan?: SavedPlan } = {};
  const workspace = () => made.workspace as Workspace;
  try {
    await show([
      {
        title: `${environment} is synthesised`,
        run: timed("synthesis", async (onLine) => {
          made.workspace = await Workspace.synthesise({ root, environment, output, env, app, onLine });
          if (planFile !== undefined) checkPlanIsOf(resolve(root, planFile), environment, workspace().stack);
        }),
      },
      { title: "Terraform gets its provider", run: timed("init", () => workspace().init()) },
      {
        title: "Plan",
        run: timed("plan", async (_, done) => {
          made.plan =
            planFile === undefined ? await workspace().plan() : await given(workspace(), resolve(root, planFile));
          if (planFile !== undefined) done(`Plan of ${planFile}`);
        }),
      },
    ]);
    const { file, hasChanges, json } = made.plan as NonNullable<typeof made.plan>;
    const { changes, findings } = await reviewOf(json, options.vault);
    const reviewed = readPlan(json, "the plan");
    const counts = countsOf(changes);
    if (!hasChanges) return { applied: false, counts, findings, seconds };
    const apply = async (draining: Draining) => {
      const open = findings.filter((finding) => !draining.allowances.some((allowance) => allows(allowance, finding)));
      await agree({ counts, findings: open, draining });
      const step: Step = {
        title: `Apply: ${countsText(counts)}`,
        run: timed("apply", (report) =>
          applyPlan({ workspace: workspace(), planFile: file, total: actionsOf(counts), env, parallelism, report }),
        ),
      };
      const freed = freeing(leftoversOf(reviewed, workspace().interrupted), options.setAside);
      await show([...freed, ...draining.before, step, ...draining.after], true);
    };
    if (withDraining === undefined) await apply(nothingToDrain);
    else await withDraining(reviewed, apply);
    return { applied: true, counts, findings, seconds };
  } finally {
    made.workspace?.removePlan();
  }
}

/** The step that frees names, where there may be some to free. */
function freeing(leftovers: readonly Leftover[], setAside: DeploymentOptions["setAside"]): Step[] {
  if (leftovers.length === 0 || setAside === undefined) return [];
  const run: Step["run"] = async (_, done) => {
    const renamed = await setAside(leftovers);
    if (renamed.length === 0) done("A deployment that was killed left no authority");
    else done(`A deployment that was killed left authorities, which are set aside: ${renamed.join("; ")}`);
  };
  return [{ title: "Authorities of a deployment that was killed are set aside", run }];
}

async function given(workspace: Workspace, file: string): Promise<SavedPlan> {
  const json = await workspace.show(file);
  return { file, hasChanges: hasChanges(json), json };
}

/** Whether Terraform would apply anything. */
function hasChanges(json: string): boolean {
  return (JSON.parse(json) as { applyable?: unknown }).applyable === true;
}
