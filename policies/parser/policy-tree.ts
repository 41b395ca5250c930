import { messageOf } from "../../constructs/core/errors";
import { type PolicyTokens, type Token } from "./policy-tokens";

/** A value with its place. */
export type TreeValue =
  | { readonly at: number; readonly literal: string | number | boolean }
  | { readonly at: number; readonly items: readonly TreeValue[] }
  | { readonly at: number; readonly entries: readonly TreeEntry[] };

/** A key with its value: `key = value`, `"key": value`, or a block with its labels. Keys may be there more than once. */
export interface TreeEntry {
  readonly at: number;
  readonly key: string;
  readonly labels: readonly string[];
  readonly isBlock: boolean;
  readonly value: TreeValue;
}

export type PolicyFormat = "hcl" | "json";

/** Thrown with the place of what can't be read; the caller knows the file. */
export class UnreadableText extends Error {
  constructor(
    readonly at: number,
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(problem);
  }
}

/**
 * The keys and values of a policy's text with their places, which no parser at hand gives. Its JSON is checked here; HCL is read
 * after a parser has found its syntax sound, and what is refused here are expressions, which Vault would not compute.
 *
 * @throws UnreadableText
 */
export function readTree(source: PolicyTokens, format: PolicyFormat): readonly TreeEntry[] {
  return new TreeReader(source, format).document();
}

/** Deeper than any policy, and not so deep that reading it could exhaust the stack. */
const deepest = 32;

/** @throws UnreadableText when brackets lie in too many others. */
export function requireShallow({ tokens }: PolicyTokens): void {
  let depth = 0;
  for (const { raw, at } of tokens) {
    depth += raw === "[" || raw === "{" ? 1 : raw === "]" || raw === "}" ? -1 : 0;
    if (depth > deepest) throw new UnreadableText(at, "is nested too deeply", "no policy needs that");
  }
}

class TreeReader {
  private next = 0;

  constructor(
    private readonly source: PolicyTokens,
    private readonly format: PolicyFormat,
  ) {}

  document(): readonly TreeEntry[] {
    if (this.format === "hcl") return this.entries(undefined);
    const value = this.value();
    const rest = this.peek();
    if (rest !== undefined) throw this.unexpected(rest, "the end of the text");
    if (!("entries" in value)) throw new UnreadableText(value.at, "is no object", `write {"path": {...}}`);
    requireJson(this.source.text);
    return value.entries;
  }

  private peek(): Token | undefined {
    return this.source.tokens[this.next];
  }

  private isSign(...signs: readonly string[]): boolean {
    const token = this.peek();
    return token?.kind === "sign" && signs.includes(token.raw);
  }

  private take(expected: string): Token {
    const token = this.peek();
    if (token === undefined) {
      throw new UnreadableText(this.source.text.trimEnd().length, `ends where ${expected} should be`, "write the rest");
    }
    this.next += 1;
    return token;
  }

  private takeSign(...signs: readonly string[]): void {
    const expected = signs.join(" or ");
    const token = this.take(expected);
    if (token.kind !== "sign" || !signs.includes(token.raw)) throw this.unexpected(token, expected);
  }

  private unexpected(token: Token, expected: string): UnreadableText {
    const problem = `has ${token.raw.slice(0, 40)} where ${expected} should be`;
    return new UnreadableText(token.at, problem, "mend the syntax");
  }

  private entries(end: "}" | undefined): TreeEntry[] {
    return this.listed(end, () => {
      const key = this.take("a key");
      if (key.kind !== "text" && (this.format === "json" || key.kind !== "word")) throw this.unexpected(key, "a key");
      const labels: string[] = [];
      for (let token = this.peek(); token?.kind === "text" || token?.kind === "word"; token = this.peek()) {
        labels.push(this.textOf(this.take("a label")));
      }
      const isBlock = this.format === "hcl" && this.isSign("{");
      if (!isBlock) this.takeSign(...(this.format === "json" ? [":"] : ["=", ":"]));
      return { at: key.at, key: this.textOf(key), labels, isBlock, value: this.value() };
    });
  }

  /** What stands between brackets, or up to the end of the text. HCL may leave out a comma, or write one at the end. */
  private listed<T>(end: "}" | "]" | undefined, read: () => T): T[] {
    const found: T[] = [];
    const ended = () => (end === undefined ? this.peek() === undefined : this.isSign(end));
    while (!ended()) {
      found.push(read());
      if (ended()) break;
      if (this.isSign(",")) this.next += 1;
      else if (this.format === "json") this.takeSign(",", end ?? "");
      if (this.format === "json" && ended()) throw this.unexpected(this.take("a value"), "a value");
    }
    if (end !== undefined) this.takeSign(end);
    return found;
  }

  /** Vault leaves booleans and lists out of a list in JSON, and takes an empty list for any value. */
  private item(): TreeValue {
    const value = this.value();
    if (this.format === "json" && ("items" in value || ("literal" in value && typeof value.literal === "boolean"))) {
      throw new UnreadableText(
        value.at,
        "has a boolean or a list in a list, which Vault leaves out of JSON",
        "write the policy in HCL",
      );
    }
    return value;
  }

  private value(): TreeValue {
    const token = this.take("a value");
    const value = this.valueOf(token);
    const rest = this.peek();
    const behind = this.source.tokens[this.next - 1] ?? token;
    const goesOn =
      rest !== undefined &&
      !this.isSign(",", "}", "]") &&
      this.source.placeOf(rest.at).line === this.source.placeOf(behind.at).line;
    if (goesOn && this.format === "hcl") throw this.expression(token);
    return value;
  }

  private valueOf(token: Token): TreeValue {
    const { at, kind, raw } = token;
    if (kind === "text") return { at, literal: this.textOf(token) };
    if (kind === "number") return { at, literal: Number(raw) };
    if (raw === "true" || raw === "false") return { at, literal: raw === "true" };
    if (raw !== "[" && raw !== "{")
      throw this.format === "json" ? this.unexpected(token, "a value") : this.expression(token);
    return raw === "[" ? { at, items: this.listed("]", () => this.item()) } : { at, entries: this.entries("}") };
  }

  private expression({ at, raw }: Token): UnreadableText {
    return new UnreadableText(
      at,
      `has an expression at ${raw.slice(0, 40)}, which Vault does not compute`,
      "write text in quotes, a number, true, false, a list or an object",
    );
  }

  private textOf(token: Token): string {
    if (token.kind === "word") return token.raw;
    return this.format === "json" ? this.jsonText(token) : hclText(token);
  }

  private jsonText(token: Token): string {
    try {
      return JSON.parse(token.raw) as string;
    } catch {
      throw this.unexpected(token, "text in JSON");
    }
  }
}

/** Finds what the reader lets pass: comments, and numbers such as 01. */
function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new UnreadableText(0, `is not JSON: ${messageOf(error)}`, "mend the syntax");
  }
}

/** A string in HCL without its quotes. The parser has found its escapes sound. */
function hclText({ raw, at }: Token): string {
  const template = /(?:\$|%)\{/.exec(raw);
  if (template !== null) {
    throw new UnreadableText(
      at + template.index,
      `has ${template[0]}, which Vault takes for itself and Terraform fills in`,
      `write ${template[0] === "${" ? "\\u0024{" : "\\u0025{"} for the signs themselves`,
    );
  }
  const escape = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g;
  return raw.slice(1, -1).replace(escape, (_, short?: string, long?: string, sign?: string) => {
    if (sign !== undefined) return { n: "\n", r: "\r", t: "\t" }[sign] ?? sign;
    return String.fromCodePoint(parseInt(short ?? long ?? "", 16));
  });
}
