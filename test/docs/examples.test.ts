import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../cli/context";
import { commandLinesOf, linksOf, type Mention, type Page, readPages } from "./pages";
import { typeCheck } from "./type-check";

const pages = readPages();

describe("documentation", () => {
  it("has examples that compile", () => {
    const examples = pages.flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => language === "ts").map(({ code, line }) => ({ page: path, line, code })),
    );
    expect(examples.map(({ page }) => page)).toEqual(expect.arrayContaining(["README.md", "docs/environments.md"]));
    expect(typeCheck(examples)).toEqual([]);
  }, 60_000);

  it("names the page and the line of an example that does not compile", () => {
    const code = `import { VaultPolicy } from "./constructs/policy/vault-policy";\n\nexport const one: VaultPolicy = 1;\n`;
    expect(typeCheck([{ page: "docs/guide.md", line: 10, code }])).toEqual([
      "docs/guide.md:12 Type 'number' is not assignable to type 'VaultPolicy'.",
    ]);
  }, 60_000);

  it.each(pages)("$path has links that lead somewhere", (page) => {
    const dead = linksOf(page).filter(
      ({ text }) => !existsSync(join(projectRoot, normalize(join(dirname(page.path), text)))),
    );
    expect(named(page, dead)).toEqual([]);
  });

  it.each(pages)("$path names commands that exist", (page) => {
    const unknown = commandLinesOf(page).flatMap(({ text, line }) =>
      unknownIn(text).map((each) => ({ text: each, line })),
    );
    expect(named(page, unknown)).toEqual([]);
  });

  it.each([
    ["npm run labb", "npm run labb"],
    ["npx leasehold lab upp --json", "leasehold lab upp"],
    ["npx leasehold laboratory up", "leasehold laboratory"],
    ["npx leasehold lab up --servers vault", "leasehold lab --servers"],
  ])("would see that `%s` does not exist", (line, unknown) => {
    expect(unknownIn(line)).toEqual([unknown]);
  });
});

const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The source of each command of `leasehold`, a file or a folder of files; it names the command's own commands and options. */
const commandSources = new Map(
  readdirSync(join(projectRoot, "cli", "commands"), { withFileTypes: true }).map((entry) => {
    const path = join(projectRoot, "cli", "commands", entry.name);
    if (entry.isFile()) return [entry.name.replace(/\.ts$/, ""), readFileSync(path, "utf8")];
    const files = readdirSync(path).map((file) => readFileSync(join(path, file), "utf8"));
    return [entry.name, files.join("\n").replaceAll("new Command(", "command(")];
  }),
);

/** The scripts, commands and options in a command line that are not there. */
function unknownIn(commandLine: string): string[] {
  const badScripts = [...commandLine.matchAll(/\bnpm run ([\w:-]+)/g)]
    .filter((match) => !Object.hasOwn(scripts, match[1] ?? ""))
    .map(([text]) => text);
  return [
    ...badScripts,
    ...[...commandLine.matchAll(/\bleasehold ([a-z].*)/g)].flatMap((match) => unknownCommand(match[1] ?? "")),
  ];
}

function unknownCommand(words: string): string[] {
  const [command = "", subcommand = ""] = words.split(/\s+/);
  const source = commandSources.get(command);
  if (source === undefined) return [`leasehold ${command}`];
  const subcommands = [...source.matchAll(/\bcommand\(\s*"([a-z-]+)"/g)].map((match) => match[1] ?? "");
  if (subcommands.length > 0 && /^[a-z-]+$/.test(subcommand) && !subcommands.includes(subcommand)) {
    return [`leasehold ${command} ${subcommand}`];
  }
  return [...words.matchAll(/(?<=\s)--[a-z-]+/g)]
    .filter(([option]) => !new RegExp(`["']${option}[ "']`).test(source))
    .map(([option]) => `leasehold ${command} ${option}`);
}

function named({ path }: Page, mentions: readonly Mention[]): string[] {
  return mentions.map(({ text, line }) => `${path}:${line} ${text}`);
}
