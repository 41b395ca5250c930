import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../cli/context";
import { examplesOf } from "../../cli/examples";
import { cliPage, helpOf, rulesPage } from "../../cli/pages";
import { program } from "../../cli/program";
import { guardrails } from "../../constructs/guardrails/guardrails";
import { waiverRules } from "../../constructs/guardrails/waiver-rules";

const rules = [...guardrails, ...waiverRules];
const made = () => program({ root: projectRoot, env: {}, print: () => undefined });

/** Commands by their names below `leasehold`. */
function commandsOf(command: Command, path: readonly string[] = []): [string, Command][] {
  return command.commands.flatMap((each) => {
    const below = [...path, each.name()];
    return [[below.join(" "), each] as [string, Command], ...commandsOf(each, below)];
  });
}

const all = commandsOf(made());
const leaves = all.filter(([, { commands }]) => commands.length === 0);

describe("every command", () => {
  it.each(all)("%s says what it, its options and its arguments are", (_, command) => {
    expect(command.description()).not.toBe("");
    expect(command.options.filter(({ description }) => description === "").map(({ flags }) => flags)).toEqual([]);
    expect(command.registeredArguments.filter(({ description }) => description === "")).toEqual([]);
  });

  it.each(leaves)("%s shows an example in its help that fits it", (path, command) => {
    const examples = examplesOf(path);
    expect(examples).not.toEqual([]);
    const [, shown = ""] = helpOf(command).split("\nExamples:\n");
    expect(shown.split("\n").map((line) => line.trim())).toEqual([...examples]);
    for (const example of examples) expect(problemOf(command, path, example)).toBeUndefined();
  });

  it("would be found with an example that does not fit", () => {
    const drift = leaves.find(([path]) => path === "drift")?.[1];
    if (drift === undefined) throw new Error("there is no drift");
    expect(problemOf(drift, "drift", "leasehold drift prod --prode")).toContain("--prode");
    expect(problemOf(drift, "drift", "leasehold drift")).toContain("environment");
    expect(problemOf(drift, "drift", "leasehold drift dev staging")).toContain("staging");
    expect(problemOf(drift, "drift", "leasehold deploy dev")).toContain("is of another command");
  });
});

it("says its version, which is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
  const printed: string[] = [];
  const asked = made()
    .exitOverride()
    .configureOutput({ writeOut: (text) => void printed.push(text) });
  expect(() => asked.parse(["--version"], { from: "user" })).toThrow(version); // its way to end without an exit
  expect(printed).toEqual([`${version}\n`]);
});

describe("a page that is made from the project", () => {
  it.each([
    ["RULES.md", () => rulesPage(rules)],
    ["docs/cli.md", () => cliPage(made())],
  ])("%s is current: npm run docs writes it", (file, page) => {
    expect(readFileSync(join(projectRoot, file), "utf8")).toBe(page());
  });

  it("RULES.md has a place to link to for each guardrail, and for what can be wrong with a waiver", () => {
    const page = rulesPage(rules);
    for (const { id } of rules) expect(page.split(`<a id="${id.toLowerCase()}"></a>`)).toHaveLength(2);
    expect(page).toContain("](#lh-db-001)");
    for (const id of ["LH-WVR-001", "LH-WVR-002", "LH-WVR-003"]) expect(page).toContain(`## ${id}: a waiver `);
  });
});

/** What is wrong with an example, if anything is. */
function problemOf(command: Command, path: string, example: string): string | undefined {
  const call = /leasehold [^|)]*/.exec(example)?.[0] ?? "";
  if (!`${call.trim()} `.startsWith(`leasehold ${path} `)) return `${example} is of another command`;
  const words = call
    .trim()
    .split(/\s+/)
    .slice(path.split(" ").length + 1);
  const redirection = words.indexOf(">");
  const { operands, unknown } = command.parseOptions(redirection < 0 ? words : words.slice(0, redirection));
  if (unknown.length > 0) return `${example} has ${unknown.join(" ")}`;
  const missing = command.registeredArguments.find(({ required }, at) => required && operands[at] === undefined);
  if (missing !== undefined) return `${example} lacks <${missing.name()}>`;
  const most = command.registeredArguments.at(-1)?.variadic ? Infinity : command.registeredArguments.length;
  return operands.length > most ? `${example} has ${operands.slice(most).join(" ")} too many` : undefined;
}
