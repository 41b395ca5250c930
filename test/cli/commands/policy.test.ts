import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { CaseResult } from "../../../cli/policy/policy-check";
import type { Explanation } from "../../../cli/policy/explanation";
import type { LintFinding } from "../../../cli/policy/lint-files";
import type { AccessChange } from "../../../policies/diff/diff-policies";
import { projectRoot } from "../../../cli/context";
import { policyCommand } from "../../../cli/commands/policy";
import { parsePolicy } from "../../../policies/parser/parse-policy";
import { messageOf } from "../../../constructs/core/errors";
import { leasehold } from "../command";
import { runInProcess } from "../in-process";
import { scratchFolder, write } from "../scratch";

jest.setTimeout(60_000);

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { printed, thrown } = await runInProcess(policyCommand, args, env);
  const stdout = printed.map((text) => `${text}\n`).join("");
  return thrown === undefined ? { code: 0, stdout, stderr: "" } : { code: 1, stdout, stderr: messageOf(thrown) };
}

/** What it says when it refuses. */
async function refusal(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await run(args, env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
}

const folder = scratchFolder();
const file = (name: string, ...lines: readonly string[]) => write(join(folder(), name), `${lines.join("\n")}\n`);
const readApp = ["# Why.", 'path "database/creds/app-*" {', '  capabilities = ["read"]', "}"];

interface Printed<T> {
  readonly code: number;
  readonly results: T;
}

/** The results that `--json` prints. */
async function json<T>(...args: readonly string[]): Promise<Printed<T>> {
  const { code, stdout } = await run([...args, "--json"]);
  return { code, results: JSON.parse(stdout) as T };
}

describe("leasehold policy test", () => {
  it("finds every policy of the library as its tests expect, on both servers", async () => {
    const { code, results } = await json<CaseResult[]>("test");
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(code).toBe(0);
    expect(new Set(results.map(({ server }) => server))).toEqual(new Set(["vault", "openbao"]));
  });

  it("has a file of tests for each policy of the library, with allowed and refused cases", async () => {
    const policies = readdirSync(join(projectRoot, "policies", "library")).map((each) => basename(each, ".hcl"));
    const tests = policies.map((each) => join(projectRoot, "policies", "tests", `${each}.yaml`));
    expect(tests.filter((each) => !existsSync(each))).toEqual([]);
    const { results } = await json<CaseResult[]>("test", ...tests);
    for (const test of tests) {
      const own = results.filter(({ where }) => where.includes(`${basename(test)}:`));
      expect(new Set(own.map(({ expected }) => expected))).toEqual(new Set(["allow", "deny"]));
    }
  });

  it("tells what is not as expected, and by which rule", async () => {
    file("app.hcl", ...readApp);
    const tests = file(
      "app.yaml",
      "policies: [app.hcl]",
      "cases:",
      "  - { path: database/creds/app-ro, allow: read, deny: update, why: what it is for }",
      "  - { path: database/creds/app-rw, deny: read, why: a mistake }",
    );
    const { code, stdout, stderr } = await run(["test", tests, "--server", "vault"]);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe("[leasehold policy test] 1 of 3 cases are not as expected: mend the policy or the test");
    const [head = "", row = "", , count] = stdout.split("\n");
    expect(head).toMatch(/^where +server +asked +expected +got +because +by$/);
    expect(row).toContain(`${tests}:4`);
    expect(row).toContain("read on database/creds/app-rw");
    expect(row).toMatch(/deny +allow +path "database\/creds\/app-\*" allows read +\S*app\.hcl:2$/);
    expect(count).toBe("2 of 3 cases are as expected");
  });

  it("takes policies that the test has itself, an identity, and one server", async () => {
    const tests = file(
      "own.yaml",
      "server: openbao",
      "policies:",
      "  - name: own",
      "    hcl: |",
      '      path "secret/data/{{identity.entity.name}}/*" { capabilities = ["read"] }',
      "identity: { entity: { name: alice } }",
      "cases:",
      "  - { path: secret/data/alice/a, allow: read, why: hers }",
      "  - { path: secret/data/bob/a, deny: read, why: his }",
    );
    const { results } = await json<CaseResult[]>("test", tests);
    expect(results.map(({ server, passed, rules }) => [server, passed, rules])).toEqual([
      ["openbao", true, [`${tests}:3 (own):1`]],
      ["openbao", true, []],
    ]);
    expect((await json<CaseResult[]>("test", tests, "--server", "vault")).results).toEqual([]);
  });

  it.each<[string, () => string[], string]>([
    ["a file that there is not", () => ["ghost.yaml"], "[ghost.yaml] there is no such file"],
    [
      "a policy that there is not",
      () => [file("a.yaml", "policies: [developer-polcy]", "cases: [{ path: a, allow: read, why: x }]")],
      `a.yaml:1] there is no policy "developer-polcy" in the library: did you mean developer-policy?`,
    ],
    [
      "a policy of a file that there is not",
      () => [file("a.yaml", "policies: [ghost.hcl]", "cases: [{ path: a, allow: read, why: x }]")],
      "[ghost.hcl] there is no such file: give its path from the current folder",
    ],
    [
      "a policy twice",
      () => [file("a.yaml", "policies: [dbas, dbas]", "cases: [{ path: a, allow: read, why: x }]")],
      "a.yaml:1] policy dbas is there twice: name each once",
    ],
    [
      "a policy of its own that can't be read",
      () => [file("a.yaml", "policies: [{ name: own, hcl: 'path' }]", "cases: [{ path: a, allow: read, why: x }]")],
      "a.yaml:1 (own):1:",
    ],
  ])("refuses %s", async (_, args, message) => {
    expect(await refusal(["test", ...args()])).toContain(message);
  });

  it("refuses a server of the shell's without a token", async () => {
    const variables = { VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "" };
    expect(await refusal(["test", "--live"], variables)).toContain(
      "[leasehold policy test --live] VAULT_ADDR is set and VAULT_TOKEN is not: set it to a token that may write policies",
    );
  });
});

describe("leasehold policy explain", () => {
  it("says by which rule, and which rules give way", async () => {
    const app = file("app.hcl", ...readApp, 'path "database/creds/*" {', '  capabilities = ["deny"]', "}");
    const { stdout, code } = await run(["explain", "database/creds/app-ro", "read", "--policies", app]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "allowed: read on database/creds/app-ro (vault)",
      'why: path "database/creds/app-*" allows read',
      "decided by:",
      `  app  ${app}:2  path "database/creds/app-*" [read]  # Why.`,
      "match too, and give way:",
      `  app  ${app}:5  path "database/creds/*" [deny]`,
      "",
    ]);
  });

  it("says what is missing: sudo, what fills in a template, a parameter", async () => {
    const app = file(
      "app.hcl",
      'path "sys/audit/file" {',
      '  capabilities = ["update"]',
      "}",
      'path "secret/data/{{identity.entity.name}}/*" {',
      '  capabilities = ["read"]',
      "}",
      'path "pki/issue/web" {',
      '  capabilities = ["update"]',
      '  allowed_parameters = { "ttl" = ["1h"] }',
      "}",
    );
    const asked = async (...args: readonly string[]) =>
      (await json<Explanation>("explain", ...args, "--policies", app)).results;
    expect(await asked("sys/audit/file", "update")).toMatchObject({ allowed: false, cause: "sudo", needsSudo: true });
    const secret = await asked("secret/data/alice/a", "read");
    expect(secret).toMatchObject({ allowed: false, cause: "no-rule", unfilled: [{ where: `${app}:4` }] });
    const who = file("who.yaml", "entity:", "  name: alice");
    expect(await asked("secret/data/alice/a", "read", "--identity", who)).toMatchObject({
      allowed: true,
      unfilled: [],
    });
    expect(await asked("pki/issue/web", "update", "--parameter", "ttl=1h")).toMatchObject({ allowed: true });
    expect(await asked("pki/issue/web", "update", "--parameter", "ttl=2h")).toMatchObject({
      allowed: false,
      cause: "not-allowed-parameter",
    });
  });

  it.each<[string, string[], string]>([
    ["a capability", ["a", "updat", "--policies", "dbas"], "Did you mean update?"],
    ["a capability that nothing is like", ["a", "zzzz", "--policies", "dbas"], "Use one of create, read"],
    ["no policies", ["a", "read"], "required option '--policies <list>' not specified"],
    ["a policy", ["a", "read", "--policies", "dbas,zzz"], `[policies] there is no policy "zzz" in the library`],
    [
      "an identity",
      ["a", "read", "--policies", "dbas", "--identity", "ghost.yaml"],
      "[ghost.yaml] there is no such file",
    ],
    ["a parameter", ["a", "read", "--policies", "dbas", "--parameter", "ttl"], "Write it as in ttl=1h."],
    ["a wrapping", ["a", "read", "--policies", "dbas", "--wrap-ttl", "soon"], `[--wrap-ttl] "soon" is not a duration`],
  ])("refuses %s that it can't use", async (_, args, message) => {
    const { code, stderr } = await run(["explain", ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe("leasehold policy", () => {
  it("is a command of leasehold, with an example for each of its own", async () => {
    for (const name of ["test", "explain", "lint", "diff", "deployer"]) {
      const { code, stdout } = await leasehold(["policy", name, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples:\\n  leasehold policy ${name}\\b`));
    }
  });

  it("exits with 1 when something is not as expected", async () => {
    const { code, stderr } = await leasehold(["policy", "test", "ghost.yaml"]);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe("[ghost.yaml] there is no such file: give its path from the current folder");
  });
});

describe("leasehold policy lint", () => {
  it("tells errors, warnings and what was waived, each at its place", async () => {
    const app = file(
      "app.hcl",
      "# leasehold:allow LH-POL-006 it deploys them",
      'path "sys/policies/acl/+" { capabilities = ["update"] }',
      'path "secret/app" { capabilities = ["read"] }',
      'path "database/creds/app*" { capabilities = ["read"] }',
    );
    const broken = file("broken.hcl", 'path "a" { capabilites = ["read"] }');
    const { code, stdout, stderr } = await run(["lint", app, broken]);
    expect(code).toBe(1);
    expect(stderr.trim()).toContain("[leasehold policy lint] 2 errors: mend them");
    expect(stdout).toContain(`${app}:3:1  error  LH-POL-003  path "secret/app" is in KV version 2`);
    expect(stdout).toContain(`${app}:4:1  warning  LH-POL-010  path "database/creds/app*" matches`);
    expect(stdout).toContain(
      `${app}:2:1  waived  LH-POL-006  path "sys/policies/acl/+" allows update on policies (it deploys them)`,
    );
    expect(stdout).toContain(`${broken}:1:12  error  capabilites is no key of a rule`);
    expect(stdout).toContain("2 files: 2 errors, 1 warnings, 1 waived");
  });

  it("passes with warnings, and with what options allow", async () => {
    const app = file(
      "app.hcl",
      'path "database/creds/app*" { capabilities = ["read"] }',
      'path "secret/app" { capabilities = ["read"] }',
      'path "sys/mounts/x" { capabilities = ["update", "sudo"] }',
    );
    const { code, results } = await json<LintFinding[]>("lint", app, "--kv", "kv", "--allow-sudo", "sys/mounts/+");
    expect({ code, ids: results.map(({ id }) => id) }).toEqual({ code: 0, ids: ["LH-POL-010"] });
  });
});

describe("leasehold policy diff", () => {
  const two = () => [
    file("old.hcl", ...readApp),
    file("new.hcl", ...readApp, 'path "database/creds/app-rw" {', '  capabilities = ["deny"]', "}"),
  ];

  it("says what came and went, and exits with 1 when asked to", async () => {
    const files = two();
    const { code, stdout } = await run(["diff", ...files]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "loses: read on database/creds/app-rw\n" });
    const strict = await run(["diff", ...files, "--exit-code"]);
    expect(strict.code).toBe(1);
    expect(strict.stderr.trim()).toBe("[leasehold policy diff] the access differs: see that it is meant");
  });

  it("has a request that shows each difference", async () => {
    const { results } = await json<AccessChange[]>("diff", ...two());
    expect(results.map(({ witness }) => [witness.path, witness.capability])).toEqual([
      ["database/creds/app-rw", "read"],
    ]);
  });

  it("takes several policies of a subject, and folders", async () => {
    const [old = "", now = ""] = two();
    const both = await run(["diff", `${old},${now}`, folder(), "--exit-code"]);
    expect({ code: both.code, stdout: both.stdout }).toEqual({ code: 0, stdout: "no difference in access\n" });
  });
});

describe("leasehold policy lint of the library", () => {
  it("finds nothing that is not waived with a reason", async () => {
    const { code, results } = await json<LintFinding[]>("lint");
    expect(results.filter(({ waived }) => waived === undefined)).toEqual([]);
    expect(code).toBe(0);
  });
});

describe("leasehold policy deployer", () => {
  it("prints a policy for the environment that reads as a policy", async () => {
    const { code, stdout } = await run(["deployer", "prod"]);
    expect(code).toBe(0);
    const { document } = await parsePolicy(stdout, { file: "deployer.hcl" });
    const paths = document.rules.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["sys/mounts/database", "database/roles/+", "auth/approle/role/+"]));
    expect(paths).not.toEqual(expect.arrayContaining([expect.stringContaining("creds")]));
  });

  it("prints it in JSON", async () => {
    const { stdout } = await run(["deployer", join(projectRoot, "examples", "myapp.ts"), "--json"]);
    expect(JSON.parse(stdout)).toHaveProperty(["path", "auth/kubernetes/role/+"]);
  });

  it("refuses an environment that there is none of", async () => {
    expect(await refusal(["deployer", "qa"])).toContain('[environments] there is no environment "qa"');
  });
});
