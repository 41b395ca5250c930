import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on?: unknown;
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps: readonly Step[] };
}

const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** What makes a workflow or an action of ours unsafe, which actionlint does not look at. */
export function workflowProblems(text: string): string[] {
  const { on, permissions, jobs = {}, runs } = parse(text) as Workflow;
  const all = Object.entries(jobs);
  const steps = [...(runs?.steps ?? []), ...all.flatMap(([, job]) => job.steps ?? [])];
  const uses = [...steps, ...all.map(([, job]) => job)].flatMap((each) => each.uses ?? []);
  return [
    ...uses.filter((name) => !name.startsWith("./") && !pinned.test(name)).map((name) => `${name} is not pinned`),
    // A reader, and what updates them, go by the version behind the commit.
    ...[...text.matchAll(/uses: (\S+@[0-9a-f]{40})(.*)$/gm)]
      .filter(([, , comment]) => !/^ # v\d+\.\d+\.\d+$/.test(comment ?? ""))
      .map(([, name]) => `${name ?? ""} has no version behind it`),
    ...steps
      .filter(({ run }) => /\$\{\{/.test(run ?? ""))
      .map(({ run }) => `an expression becomes a part of a script: ${run ?? ""}`),
    ...steps
      .filter((step) => step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false)
      .map(() => "a checkout leaves its token behind"),
    ...(runs === undefined && JSON.stringify(permissions) !== "{}"
      ? ["the workflow gives every job permissions, instead of none"]
      : []),
    ...(JSON.stringify(on ?? "").includes("pull_request_target") ? ["runs a fork's change with secrets"] : []),
    ...all.flatMap(([name, job]) => [
      ...(job.permissions === undefined ? [`job ${name} has no permissions of its own`] : []),
      ...(job.uses === undefined && job["timeout-minutes"] === undefined ? [`job ${name} has no time limit`] : []),
    ]),
  ];
}
