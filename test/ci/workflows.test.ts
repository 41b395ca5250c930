import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../cli/context";
import { builtActionlint } from "../../cli/parts/actionlint";
import { onPath } from "../../cli/parts/executables";
import { run } from "../../cli/processes";
import { environmentNames, hostEnvironment, loadEnvironments } from "../../environments/load";
import { workflowProblems } from "./workflow-problems";

const folder = join(projectRoot, ".github");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly environment: readonly string[] } };
        readonly permissions: unknown;
        readonly needs?: unknown;
        readonly if?: string;
        readonly with?: { readonly environment: string };
      }
    >
  >;
}

/** Whose state does not lie on somebody's machine. */
const shared = loadEnvironments({})
  .filter(({ state }) => state.backend !== "local")
  .map(({ name }) => name);

describe("the workflows", () => {
  const env = hostEnvironment();
  // On somebody's laptop without Go this is a skip with its reason; in CI it is a failure.
  const itLints = onPath(env, "go") === undefined && env["CI"] !== "true" ? it.skip : it;

  // Its modules may have to be downloaded first.
  itLints(
    "pass actionlint, which has to be built by Go",
    async () => {
      const actionlint = await builtActionlint(env, () => undefined);
      const workflows = files.filter((file) => file.startsWith("workflows/")).map((file) => join(folder, file));
      expect(workflows.length).toBeGreaterThanOrEqual(3);
      // Whether a machine has these two linters besides must not decide.
      const options = ["-no-color", "-shellcheck=", "-pyflakes="];
      expect(await run(actionlint, [...options, ...workflows], { cwd: projectRoot, env })).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
      });
      const broken =
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ nothing.here }}\n";
      const refused = await run(actionlint, [...options, "-"], { cwd: projectRoot, env, input: broken });
      expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("nothing") as unknown });
    },
    600_000,
  );

  it.each(files)("%s pins what it uses, gives least permissions, and puts nobody's text into a script", (file) => {
    expect(workflowProblems(textOf(file))).toEqual([]);
  });

  it("are refused where they don't", () => {
    const unsafe = `
on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38
      - run: echo "\${{ github.event.pull_request.title }}"
`;
    expect(workflowProblems(unsafe)).toEqual([
      "actions/checkout@v4 is not pinned",
      "actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 has no version behind it",
      'an expression becomes a part of a script: echo "${{ github.event.pull_request.title }}"',
      "a checkout leaves its token behind",
      "the workflow gives every job permissions, instead of none",
      "runs a fork's change with secrets",
      "job a has no permissions of its own",
      "job a has no time limit",
    ]);
  });

  it("use one commit of each action everywhere", () => {
    const uses = files.flatMap((file) => [...textOf(file).matchAll(/uses: ([^\s@.]+)@(\S+)/g)]);
    const commits = new Map<string, Set<string>>();
    for (const [, name = "", commit = ""] of uses) {
      commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, each]) => each.size > 1)).toEqual([]);
    expect(commits.size).toBeGreaterThan(3);
  });

  it("judge every environment but the lab, plan those whose state they can reach, and require both", () => {
    const { jobs } = parse(textOf("workflows/plan-review.yml")) as Workflow;
    const environments = environmentNames.filter((name) => name !== "lab");
    expect(jobs["guardrails"]?.strategy?.matrix.environment).toEqual(environments);
    expect(jobs["plan"]?.strategy?.matrix.environment).toEqual(shared);
    const drift = parse(textOf("workflows/drift.yml")) as Workflow;
    expect(drift.jobs["drift"]?.strategy?.matrix.environment).toEqual(shared);
    expect(jobs["plan"]?.if).toContain("head.repo.full_name == github.repository");
    expect(jobs["plan-review"]).toMatchObject({ needs: ["guardrails", "plan"], if: "always()", permissions: {} });
  });

  it("deploy them one behind another, prod last", () => {
    const { jobs } = parse(textOf("workflows/deploy.yml")) as Workflow;
    expect(Object.values(jobs).map((job) => [job.with?.environment, job.needs])).toEqual([
      ["staging", undefined],
      ["prod", "staging"],
    ]);
  });
});
