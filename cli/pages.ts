import type { Command } from "commander";
import type { Rule } from "../constructs/core/rule";
import type { Tier } from "../constructs/core/tier";
import { tiers } from "../constructs/core/tier";

const generated = "<!-- Generated: change the source and run npm run docs. -->";

/** RULES.md: every rule, with an anchor of its id. */
export function rulesPage(rules: readonly Rule[]): string {
  const row = ({ id, title, severity }: Rule) =>
    `| [${id}](#${id.toLowerCase()}) | ${cell(title)} | ${tiers.map((tier: Tier) => severity[tier]).join(" | ")} |`;
  return `${[
    generated,
    "# Guardrails",
    `What no environment may break by accident. Synthesis judges every stack by these ${rules.length} rules, and \`leasehold check\` shows what they find. How severe a finding is depends on the environment's \`tier\`.`,
    [
      `| guardrail | rule | ${tiers.join(" | ")} |`,
      `| --- | --- | ${tiers.map(() => "---").join(" | ")} |`,
      ...rules.map(row),
    ].join("\n"),
    "An environment overrules a guardrail for one construct in its `waivers`, with a reason and perhaps a last day. The rules `LH-WVR-` judge the waivers, and nothing overrules them.",
    ...rules.flatMap(({ id, title, why, remedy, references }) => [
      `<a id="${id.toLowerCase()}"></a>`,
      `## ${id}: ${escaped(title)}`,
      `Why: ${escaped(why)}.`,
      `Remedy: ${escaped(remedy)}.`,
      ...(references.length === 0 ? [] : [references.map((reference) => `- <${reference}>`).join("\n")]),
    ]),
  ].join("\n\n")}\n`;
}

/** docs/cli.md: what every command's `--help` says. */
export function cliPage(program: Command): string {
  return `${[
    generated,
    "# Commands",
    "What `--help` says of each command. Without an installed package, each begins with `npx leasehold`.",
    ...sections(program, "leasehold"),
  ].join("\n\n")}\n`;
}

function sections(command: Command, name: string): string[] {
  return [
    `## ${name}`,
    ["```text", helpOf(command), "```"].join("\n"),
    ...command.commands.flatMap((each) => sections(each, `${name} ${each.name()}`)),
  ];
}

/** The whole help, examples too, as wide everywhere as it is without a terminal. */
export function helpOf(command: Command): string {
  const lines: string[] = [];
  command.configureOutput({ writeOut: (text) => void lines.push(text), getOutHelpWidth: () => 120 });
  command.outputHelp();
  return lines.join("").trimEnd();
}

function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}

/** Placeholders such as <name> are no HTML, and wildcards are no emphasis. */
function escaped(text: string): string {
  return text.replaceAll(/[<*_]/g, (character) => `\\${character}`);
}
