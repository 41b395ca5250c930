import { Command, InvalidArgumentError, Option } from "commander";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDuration } from "../../constructs/core/duration";
import { LeaseholdError } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import { capabilities } from "../../policies/language/capability";
import { changeText, diffPolicies } from "../../policies/diff/diff-policies";
import type { PolicyRequest } from "../../policies/evaluator/evaluator";
import { type Tier, tiers } from "../../constructs/core/tier";
import type { PolicyServer } from "../../policies/evaluator/policy-server";
import { parseIdentity } from "../../policies/policy-tests";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import type { CliContext } from "../context";
import { declarationArgument, loadDeclared } from "../declared";
import { serverProducts } from "../parts/vault-binary";
import { explain, explanationText } from "../policy/explanation";
import { type LintFinding, lintFiles } from "../policy/lint-files";
import { type CaseResult, loadTests } from "../policy/policy-check";
import { filesOf, libraryFolder, readPolicies, shownFile } from "../policy/policy-source";
import { askAll, decideAll } from "../policy/run-tests";
import { table } from "../table";

interface Options {
  readonly json?: boolean;
  readonly server?: PolicyServer;
}

interface ExplainOptions extends Options {
  readonly policies: string;
  readonly identity?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly wrapTtl?: string;
}

interface LintOptions extends Options {
  readonly kv: string;
  readonly allowSudo?: string;
  readonly tier: Tier;
}

/** `leasehold policy`: what policies allow, and whether that is meant. */
export function policyCommand(context: CliContext): Command {
  const policy = new Command("policy").description("tests, explains, judges and compares policies");
  const server = () => new Option("--server <product>", "whose rules count").choices(serverProducts);

  policy
    .command("test")
    .description("holds policies to files of tests: what is allowed, what is refused, and why")
    .argument("[files...]", "files of tests and folders of them (default: policies/tests)")
    .option("--live", "ask a real server: the one at VAULT_ADDR, else one that is started for it and removed")
    .addOption(server())
    .option("--json", "print every case as JSON")
    .action(async (files: string[], { live, server: choice, json }: Options & { readonly live?: boolean }) => {
      const given = files.length > 0 ? files : [join(context.root, "policies", "tests")];
      const loaded = await Promise.all(filesOf(given, /\.ya?ml$/).map((file) => loadTests(file, context)));
      const results = live ? await askAll(loaded, choice, context.env) : decideAll(loaded, choice);
      context.print(json ? JSON.stringify(results) : resultsText(results));
      const failed = results.filter(({ passed }) => !passed).length;
      if (failed === 0) return;
      throw new LeaseholdError(
        "leasehold policy test",
        `${failed} of ${results.length} cases are not as expected`,
        "mend the policy or the test",
      );
    });

  policy
    .command("explain")
    .description("says whether policies allow a request, by which rule, and which rules give way")
    .argument("<path>", "as in the API, without /v1/")
    .argument("<capability>", capabilities.filter((each) => each !== "deny").join(", "), capabilityOf)
    .requiredOption(
      "--policies <list>",
      "policies of the subject: names of the library, files, folders; between commas",
    )
    .option("--identity <file>", "who asks, in YAML or JSON: entity and groups, as in a file of tests")
    .option("--parameter <name=value>", "a parameter of the request; may be repeated", addParameter)
    .option("--wrap-ttl <duration>", "for how long the answer shall be wrapped")
    .addOption(server().default("vault"))
    .option("--json", "print the explanation as JSON")
    .action(async (path: string, capability: PolicyRequest["capability"], options: ExplainOptions) => {
      const sources = await readPolicies(options.policies, context);
      const identity =
        options.identity === undefined ? undefined : parseIdentity(textOf(options.identity), options.identity);
      const { parameter: parameters, wrapTtl } = options;
      if (wrapTtl !== undefined && !isDuration(wrapTtl)) {
        throw new LeaseholdError("--wrap-ttl", `${JSON.stringify(wrapTtl)} is not a duration`, `write it as in "5m"`);
      }
      const found = explain(sources, { path, capability, parameters, wrapTtl }, options.server ?? "vault", identity);
      context.print(options.json ? JSON.stringify(found) : explanationText(found));
    });

  policy
    .command("lint")
    .description("judges policies by the guardrails; exits with 1 when there is an error")
    .argument("[files...]", "files in HCL or JSON, names of the library, folders (default: policies/library)")
    .addOption(new Option("--tier <tier>", "where they are used").choices(tiers).default("prod"))
    .option("--kv <mounts>", "mounts of KV version 2, between commas", "secret")
    .option("--allow-sudo <patterns>", "patterns on which sudo is meant, between commas")
    .option("--json", "print every finding as JSON, waived ones too")
    .action(async (files: string[], options: LintOptions) => {
      const given = filesOf(files.length > 0 ? files : [libraryFolder(context)]);
      const findings = await lintFiles(given, context, {
        tier: options.tier,
        kvMounts: listOf(options.kv),
        sudoPaths: listOf(options.allowSudo ?? ""),
      });
      context.print(options.json ? JSON.stringify(findings) : findingsText(findings, given.length));
      const errors = findings.filter((each) => isError(each)).length;
      if (errors === 0) return;
      throw new LeaseholdError(
        "leasehold policy lint",
        `${errors} errors`,
        "mend them, or say above a rule why it may do so: # leasehold:allow ID REASON",
      );
    });

  policy
    .command("diff")
    .description("says what access came and went between two sets of policies of one subject")
    .argument("<before>", "names of the library, files, folders; between commas")
    .argument("<after>", "the same")
    .addOption(server().default("vault"))
    .option("--exit-code", "exit with 1 when there is a difference")
    .option("--json", "print the differences as JSON, each with a request that shows it")
    .action(async (before: string, after: string, options: Options & { readonly exitCode?: boolean }) => {
      const [old, now] = [await readPolicies(before, context), await readPolicies(after, context)];
      const changes = diffPolicies(old, now, { product: options.server });
      const text = changes.length === 0 ? "no difference in access" : changes.map(changeText).join("\n");
      context.print(options.json ? JSON.stringify(changes) : text);
      if (options.exitCode !== true || changes.length === 0) return;
      throw new LeaseholdError("leasehold policy diff", "the access differs", "see that it is meant");
    });

  policy
    .command("deployer")
    .description("prints the policy that whoever deploys an environment needs, and no more")
    .addArgument(declarationArgument())
    .option("--json", "print the policy in JSON, which servers take too")
    .action((name: string, { json }: Options) => {
      const document = deployerPolicy(loadDeclared(name, context));
      context.print((json ? document.toJson() : document.toHcl()).trimEnd());
    });
  return policy;
}

function capabilityOf(given: string): PolicyRequest["capability"] {
  const known = capabilities.filter((each): each is PolicyRequest["capability"] => each !== "deny");
  const found = known.find((each) => each === given);
  if (found !== undefined) return found;
  const meant = nearest(given, known);
  throw new InvalidArgumentError(meant === undefined ? `Use one of ${known.join(", ")}.` : `Did you mean ${meant}?`);
}

function addParameter(given: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [name = "", ...value] = given.split("=");
  if (name === "" || value.length === 0) throw new InvalidArgumentError("Write it as in ttl=1h.");
  return { ...before, [name]: value.join("=") };
}

function textOf(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  throw new LeaseholdError(file, "there is no such file", "give its path from the current folder");
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function resultsText(results: readonly CaseResult[]): string {
  const failed = results.filter(({ passed }) => !passed);
  const columns = {
    where: "where",
    server: "server",
    asked: "asked",
    expected: "expected",
    got: "got",
    why: "because",
    rules: "by",
  };
  const rows = failed.map(({ where, server, path, capability, expected, got, reason, rules }) => ({
    where,
    server,
    asked: `${capability} on ${path}`,
    expected,
    got,
    why: reason,
    rules: rules.join(", ") || "no rule",
  }));
  const partly = results.filter(({ decidedBy }) => decidedBy === "both").length;
  const notes =
    partly === 0 ? [] : [`${partly} with parameters or wrapping: these the evaluator decided, not the server`];
  return [
    ...(rows.length > 0 ? [table(columns, rows), ""] : []),
    `${results.length - failed.length} of ${results.length} cases are as expected`,
    ...notes,
  ].join("\n");
}

function isError({ severity, waived }: LintFinding): boolean {
  return severity === "error" && waived === undefined;
}

function findingsText(findings: readonly LintFinding[], files: number): string {
  const count = (of: LintFinding[]) => of.length;
  const left = findings.filter(({ waived }) => waived === undefined);
  const lines = findings.map(({ where, id, severity, problem, remedy, waived }) =>
    waived === undefined
      ? `${shownFile(where)}  ${severity}  ${id === undefined ? "" : `${id}  `}${problem}: ${remedy}`
      : `${shownFile(where)}  waived  ${id ?? ""}  ${problem} (${waived})`,
  );
  return [
    ...lines,
    `${files} files: ${count(left.filter(isError))} errors, ${count(left.filter((each) => !isError(each)))} warnings, ` +
      `${findings.length - left.length} waived`,
  ].join("\n");
}
