/** What a policy's text is made of. Comments stand apart: nothing but a reader needs them. */
export interface Token {
  readonly kind: "text" | "number" | "word" | "sign" | "other";
  readonly raw: string;
  /** Where it begins, counted from 0. */
  readonly at: number;
}

/** A comment, or lines of comments with no line between them. */
export interface Comment {
  /** Without the signs that make it a comment, on one line. */
  readonly text: string;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A place in a text, as editors count it: from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const forms: readonly [Token["kind"] | "space" | "comment", RegExp][] = [
  ["space", /\s+/y],
  ["comment", /(?:#|\/\/)[^\n]*|\/\*[^]*?\*\//y],
  ["text", /"(?:[^"\\\n]|\\[^\n])*"/y],
  ["number", /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_][\p{L}\p{N}_-]*/uy],
  ["sign", /[{}[\],=:]/y],
  ["other", /[^]/uy],
];

/** The text of a policy, HCL or JSON, cut into tokens. Whatever the text, it is cut to the end. */
export class PolicyTokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  private readonly lineStarts: readonly number[];
  private readonly commentsByEnd: ReadonlyMap<number, Comment>;

  constructor(readonly text: string) {
    this.lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    const [tokens, comments]: [Token[], Comment[]] = [[], []];
    for (let at = 0; at < text.length;) {
      const [kind, raw] = this.next(at);
      if (kind === "comment") this.addComment(comments, raw, at, tokens.at(-1));
      else if (kind !== "space") tokens.push({ kind, raw, at });
      at += raw.length;
    }
    this.tokens = tokens;
    this.comments = comments;
    this.commentsByEnd = new Map(comments.toReversed().map((comment) => [comment.lastLine, comment]));
  }

  placeOf(at: number): Place {
    let [first, last] = [0, this.lineStarts.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if ((this.lineStarts[middle] ?? 0) <= at) first = middle;
      else last = middle - 1;
    }
    return { line: first + 1, column: at - (this.lineStarts[first] ?? 0) + 1 };
  }

  /** What the comment directly above a token says; empty where there is none. */
  commentAbove(at: number): string {
    const { line } = this.placeOf(at);
    return this.commentsByEnd.get(line - 1)?.text ?? "";
  }

  private next(at: number): [(typeof forms)[number][0], string] {
    for (const [kind, form] of forms) {
      form.lastIndex = at;
      const raw = form.exec(this.text)?.[0];
      if (raw !== undefined) return [kind, raw];
    }
    return ["other", this.text.slice(at)];
  }

  /** A comment behind a value belongs to that value's line, not to what follows. */
  private addComment(comments: Comment[], raw: string, at: number, before: Token | undefined): void {
    const [firstLine, lastLine] = [this.placeOf(at).line, this.placeOf(at + raw.length).line];
    if (before !== undefined && this.placeOf(before.at + before.raw.length).line === firstLine) return;
    const text = raw
      .replace(/^(?:#+|\/\/+|\/\*+([^]*?)\*+\/$)/, "$1")
      .replace(/\s+/g, " ")
      .trim();
    const previous = comments.at(-1);
    if (previous?.lastLine !== firstLine - 1) comments.push({ text, firstLine, lastLine });
    else comments.splice(-1, 1, { text: `${previous.text} ${text}`.trim(), firstLine: previous.firstLine, lastLine });
  }
}
