import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { durationForm, isDuration, type Duration } from "../constructs/core/duration";
import { LeaseholdError, messageOf, show } from "../constructs/core/errors";
import { nearest } from "../constructs/core/nearest";
import { capabilities, type Capability } from "./language/capability";
import type { PolicyRequest } from "./evaluator/evaluator";
import type { Identity } from "./evaluator/identity";
import type { PolicyServer } from "./evaluator/policy-server";

/** What a policy test holds a policy to. */
export interface PolicyCase extends PolicyRequest {
  readonly expected: "allow" | "deny";
  readonly why: string;
  /** Line of the case in its file, from 1. */
  readonly line: number;
}

/** A policy of a test: a name of the library or a file, from the test's folder; or one that the test has itself. */
export type TestedPolicy = string | { readonly name: string; readonly hcl: string };

/** A file of policy tests. */
export interface PolicyTests {
  readonly policies: readonly { readonly source: TestedPolicy; readonly line: number }[];
  readonly identity: Identity | undefined;
  /** The server that it is about; undefined where both must agree. */
  readonly server: PolicyServer | undefined;
  readonly cases: readonly PolicyCase[];
}

const text = z.string().min(1, { error: "is empty" });
const metadata = z.record(z.string(), z.string());
const alias = z.strictObject({
  id: text.optional(),
  name: text.optional(),
  metadata: metadata.optional(),
  customMetadata: metadata.optional(),
});
const group = z.strictObject({ id: text.optional(), name: text.optional(), metadata: metadata.optional() });
const entity = group.extend({ aliases: z.record(z.string(), alias).optional() });
const identity = z.strictObject({ entity: entity.optional(), groups: z.array(group).optional() });

type Granted = Exclude<Capability, "deny">;
const granted = capabilities.filter((each): each is Granted => each !== "deny");
const oneOrMore = z.preprocess(
  (value): unknown => (Array.isArray(value) ? value : [value]),
  z
    .array(
      z.enum(granted, {
        error: ({ input }) => {
          const meant = typeof input === "string" ? nearest(input, granted) : undefined;
          return `${show(input)} is no capability: ${meant === undefined ? `use ${granted.join(", ")}` : `did you mean ${meant}?`}`;
        },
      }),
    )
    .min(1, { error: "is empty" }),
);
const testCase = z
  .strictObject({
    path: text.refine((path) => !/[*+]|\{\{/.test(path), {
      error: "is a pattern: a case asks about one path",
    }),
    allow: oneOrMore.optional(),
    deny: oneOrMore.optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    wrapTtl: z.custom<Duration>(isDuration, { error: `is not ${durationForm}` }).optional(),
    why: text,
  })
  .refine(({ allow, deny }) => allow !== undefined || deny !== undefined, { error: "has neither allow nor deny" });
const policy = z.union([text, z.strictObject({ name: text, hcl: text })], {
  error: "is neither a name, a file, nor {name, hcl}",
});
const file = z.strictObject({
  policies: z.array(policy).min(1, { error: "is empty" }),
  identity: identity.optional(),
  server: z.enum(["vault", "openbao"]).optional(),
  cases: z.array(testCase).min(1, { error: "is empty" }),
});

const keys = [file, testCase, identity, entity, alias].flatMap((schema) => Object.keys(schema.shape));

/**
 * Reads a file of policy tests.
 *
 * @throws LeaseholdError at the line and column of the first thing that does not fit.
 */
export function parsePolicyTests(source: string, name: string): PolicyTests {
  const yaml = new LocatedYaml(source, name);
  const { policies, cases, ...rest } = yaml.parse(file);
  return {
    policies: policies.map((each, at) => ({ source: each, line: yaml.lineOf(["policies", at]) })),
    identity: rest.identity,
    server: rest.server,
    cases: cases.flatMap(({ allow = [], deny = [], ...request }, at) => {
      const line = yaml.lineOf(["cases", at]);
      return [
        ...allow.map((capability) => ({ ...request, capability, expected: "allow" as const, line })),
        ...deny.map((capability) => ({ ...request, capability, expected: "deny" as const, line })),
      ];
    }),
  };
}

/**
 * Reads an identity, in YAML or JSON.
 *
 * @throws LeaseholdError at the line and column of the first thing that does not fit.
 */
export function parseIdentity(source: string, name: string): Identity {
  return new LocatedYaml(source, name).parse(identity);
}

/** YAML whose values know their places. */
class LocatedYaml {
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(
    source: string,
    private readonly name: string,
  ) {
    this.document = parseDocument(source, { lineCounter: this.lines, prettyErrors: false });
    const [error] = this.document.errors;
    if (error !== undefined) throw this.refusal(error.pos[0], `is not YAML: ${error.message}`, "mend the syntax");
  }

  parse<T>(schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(this.plain());
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    if (issue === undefined) throw this.refusal(0, "does not fit", "mend it");
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") throw this.unknownKey(path, issue.keys[0] ?? "");
    const field = path.map(String).join(".") || "the file";
    const missing = typeof path.at(-1) === "string" && this.document.getIn(path) === undefined;
    throw this.refusal(
      this.offsetOf(path),
      missing ? `${field} is missing` : `${field} ${issue.message}`,
      missing ? "add it" : "see the guide to policies for the form",
    );
  }

  lineOf(path: readonly (string | number)[]): number {
    return this.lines.linePos(this.offsetOf(path)).line;
  }

  private plain(): unknown {
    try {
      return this.document.toJS();
    } catch (thrown) {
      throw this.refusal(0, `can't be read: ${messageOf(thrown)}`, "write it without aliases");
    }
  }

  private unknownKey(path: readonly (string | number)[], key: string): LeaseholdError {
    const map = this.document.getIn(path, true) ?? this.document.contents;
    const node = isMap(map)
      ? map.items.map((pair) => pair.key).find((each) => isScalar(each) && each.value === key)
      : undefined;
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : this.offsetOf(path);
    const meant = nearest(key, keys);
    return this.refusal(
      offset,
      `${[...path, key].map(String).join(".")} is no key here`,
      meant === undefined ? "remove it" : `did you mean ${meant}?`,
    );
  }

  /** Of the value, or of the nearest one around it that is there. */
  private offsetOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }

  private refusal(offset: number, problem: string, remedy: string): LeaseholdError {
    const { line, col } = this.lines.linePos(offset);
    return new LeaseholdError(`${this.name}:${line}:${col}`, problem, remedy);
  }
}
