/** What would turn the direction of text round, hide it, or end a line; a person is shown its number instead. */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** Between two characters it joins nothing visible, and no link, mention or reference is read across it. */
const joiner = "\u2060";

/**
 * Text of others as a part of a line of Markdown: it reads as it is, and makes no markup, link, mention or reference.
 *
 * @see https://docs.github.com/en/get-started/writing-on-github
 */
export function plainText(text: string, most = Infinity): string {
  return oneLine(clipped(text, most))
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]~|$!]/g, "\\$&")
    .replace(/[@#]|:(?=\/\/)|www(?=\.)|\bGH(?=-)/gi, `$&${joiner}`);
}

/** Text of others as code within a line, in more backticks than it holds. */
export function inlineCode(text: string, most = Infinity): string {
  const line = oneLine(clipped(text, most)) || " ";
  const fence = "`".repeat(longestRun(line) + 1);
  const space = /^[` ]|[` ]$/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** Lines of others as a block, in a fence that none of them can close. */
export function fencedBlock(lines: readonly string[], language: string, mostAline = Infinity): string[] {
  const shown = lines.map((line) => oneLine(clipped(line, mostAline)));
  const fence = "`".repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)));
  return [`${fence}${language}`, ...shown, fence];
}

function oneLine(text: string): string {
  return text.replace(/\t|\r?\n/g, " ").replace(hidden, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ""}}`);
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;
}
