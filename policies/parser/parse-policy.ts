import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { PolicyDocument } from "../language/policy-document";
import { type LocatedRule, RuleReader } from "./rule-reader";
import { type Place, PolicyTokens } from "./policy-tokens";
import { type PolicyFormat, readTree, requireShallow, UnreadableText } from "./policy-tree";

export interface ParsePolicyOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** @default `json` for a name that ends in .json and for text that begins with {, as Vault tells them apart; else `hcl` */
  readonly format?: PolicyFormat | undefined;
}

/** A policy as a file has it. */
export interface ParsedPolicy {
  readonly document: PolicyDocument;
  /** In the order of the file, each with its place. A path may be there more than once. */
  readonly rules: readonly LocatedRule[];
  /** The comment at the beginning of the file, on one line; empty where none is, or where it is the reason of the first rule. */
  readonly header: string;
}

/**
 * Reads a policy, in HCL or JSON. The comment directly above a rule, or its key `comment`, is its reason.
 *
 * Vault's HCL is the older one, HCL 1; what is refused here and would pass there are some of its spellings (`"path" "x" {`, a
 * comma behind an argument). What is refused for its meaning, beside all that `PolicyDocument.add` refuses: an unknown key, a key
 * that is there twice, the old `policy = "read"`, keys of Vault Enterprise and of OpenBao alone, and a second rule on a path
 * where either has constraints, because Vault would join them otherwise than a reader expects.
 *
 * @throws LeaseholdError whose `where` is `file:line:column`.
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax
 */
export async function parsePolicy(text: string, options: ParsePolicyOptions): Promise<ParsedPolicy> {
  const read = new PolicyText(text, options);
  if (read.format === "hcl") {
    const rendered = read.asRendered();
    if (rendered !== undefined) return rendered;
    read.refusing(() => {
      requireShallow(read.source);
    });
    await requireHcl(read.source.text, read.whereOf);
  }
  return read.parse();
}

/**
 * Reads a policy at once. HCL's own parser, which has to be loaded first, does not judge the syntax: for texts that a server will
 * judge anyway.
 *
 * @throws LeaseholdError whose `where` is `file:line:column`, as `parsePolicy` does.
 */
export function readPolicyText(text: string, options: ParsePolicyOptions): ParsedPolicy {
  return new PolicyText(text, options).parse();
}

class PolicyText {
  readonly source: PolicyTokens;
  readonly format: PolicyFormat;

  constructor(
    text: string,
    private readonly options: ParsePolicyOptions,
  ) {
    this.source = new PolicyTokens(text.replace(/^\ufeff/, ""));
    this.format = options.format ?? formatOf(this.source.text, options.file);
  }

  readonly whereOf = ({ line, column }: Place): string => `${this.options.file}:${line}:${column}`;

  parse(): ParsedPolicy {
    const tree = this.refusing(() => {
      requireShallow(this.source);
      return readTree(this.source, this.format);
    });
    const reader = new RuleReader(this.source, (at) => this.whereOf(this.source.placeOf(at)));
    return { ...reader.rules(tree), header: headerOf(this.source) };
  }

  /** What it says if it is what `PolicyDocument` renders, letter by letter: HCL's own parser, which takes most of the time, need not judge that. */
  asRendered(): ParsedPolicy | undefined {
    try {
      const parsed = this.parse();
      return parsed.document.toHcl() === this.source.text ? parsed : undefined;
    } catch {
      return undefined; // what is wrong with it, and where, is said by whoever judges the syntax first
    }
  }

  refusing<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof UnreadableText)) throw error;
      throw new LeaseholdError(
        this.whereOf(this.source.placeOf(error.at)),
        `the policy ${error.problem}`,
        error.remedy,
      );
    }
  }
}

/** Has HCL's own parser judge the syntax. It is loaded here because that takes a quarter of a second, which JSON need not pay. */
async function requireHcl(text: string, whereOf: (place: Place) => string): Promise<void> {
  const { parse } = await import("@cdktf/hcl2json");
  try {
    await parse("policy", text);
  } catch (error) {
    const found = /policy:(\d+),(\d+)[-\d,]*: ([^]*?)(?:\.? policy:\d+,[^]*|\.?\])$/.exec(messageOf(error));
    const [, line = "1", column = "1", problem = messageOf(error)] = found ?? [];
    throw new LeaseholdError(
      whereOf({ line: Number(line), column: Number(column) }),
      `the policy is not HCL: ${problem.replace(/\s+/g, " ")}`,
      "mend the syntax",
    );
  }
}

function formatOf(text: string, file: string): PolicyFormat {
  return file.endsWith(".json") || text.trimStart().startsWith("{") ? "json" : "hcl";
}

function headerOf(source: PolicyTokens): string {
  const [[comment], [rule]] = [source.comments, source.tokens];
  if (comment === undefined) return "";
  return rule === undefined || comment.lastLine < source.placeOf(rule.at).line - 1 ? comment.text : "";
}
