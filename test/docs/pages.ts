import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../cli/context";

/** A page of the documentation, read as far as its examples, links and commands. */
export interface Page {
  /** Path from the project's folder. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
  /** Line of the page on which the code begins, from 1. */
  readonly line: number;
}

/** A piece of a page with the line it is on. */
export interface Mention {
  readonly text: string;
  readonly line: number;
}

/** The README, the rules for contributors and every guide. */
export function readPages(): Page[] {
  const guides = readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    "CONTRIBUTING.md",
    ...guides.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`),
  ]
    .sort()
    .map((path) => {
      const text = readFileSync(join(projectRoot, path), "utf8");
      return { path, text, blocks: blocksOf(text) };
    });
}

function blocksOf(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? "",
    code: match[2] ?? "",
    line: lineAt(text, match.index) + 1,
  }));
}

/** Where relative links lead, as they are written, without the heading that they name. */
export function linksOf({ text }: Page): Mention[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => ({ text: (match[1] ?? "").replace(/#.*$/, ""), line: lineAt(text, match.index) }))
    .filter((link) => link.text !== "" && !/^[a-z]+:/.test(link.text));
}

/** The command lines on a page: inline code, and the lines of blocks that are no TypeScript. */
export function commandLinesOf({ text, blocks }: Page): Mention[] {
  const inBlocks = blocks
    .filter(({ language }) => language !== "ts")
    .flatMap(({ code, line }) => code.split("\n").map((each, at) => ({ text: each, line: line + at })));
  const prose = text.replace(/^```[\s\S]*?^```$/gm, (block) => "\n".repeat(block.split("\n").length - 1));
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => ({
    text: match[1] ?? "",
    line: lineAt(prose, match.index),
  }));
  return [...inBlocks, ...inline];
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
