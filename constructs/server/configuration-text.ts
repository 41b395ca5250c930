/** What an attribute can be. */
export type Value = string | number | boolean | readonly string[] | { readonly [name: string]: Value };

/** A block: a type, labels such as a storage's kind, and what is in it. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
}

/** Attributes and blocks, rendered in the order in which they are given. */
export interface Body {
  readonly attributes: Readonly<Record<string, Value>>;
  readonly blocks: readonly Block[];
}

/** A block without labels unless some are given. */
export function block(type: string, body: Body, ...labels: readonly string[]): Block {
  return { type, labels, body };
}

/**
 * A configuration in HCL, which the servers read as HCL 1 and other tools as HCL 2: maps are attributes, since HCL 2 knows no quoted
 * names in blocks.
 */
export function renderHcl(body: Body): string {
  const attributes = Object.entries(body.attributes).map(([name, value]) => `${name} = ${hclValue(value, "")}\n`);
  return [attributes.join(""), ...body.blocks.map((each) => hclBlock(each, ""))].filter(Boolean).join("\n");
}

function hclBlock({ type, labels, body }: Block, indent: string): string {
  const head = [type, ...labels.map((label) => JSON.stringify(label))].join(" ");
  const deeper = `${indent}  `;
  const lines = [
    ...Object.entries(body.attributes).map(([name, value]) => `${deeper}${name} = ${hclValue(value, deeper)}\n`),
    ...body.blocks.map((each) => hclBlock(each, deeper)),
  ];
  return lines.length === 0 ? `${indent}${head} {}\n` : `${indent}${head} {\n${lines.join("")}${indent}}\n`;
}

function hclValue(value: Value, indent: string): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((each) => JSON.stringify(each)).join(", ")}]`;
  const deeper = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, each]) => `${deeper}${JSON.stringify(name)} = ${hclValue(each, deeper)}\n`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join("")}${indent}}`;
}

type Json = Value | readonly Json[] | { readonly [name: string]: Json };

/**
 * The same in JSON. Several blocks of one type are a list, their labels members around them: a map of lists, which is how other
 * tools write it, is refused by the servers ("listener type must be specified"). A block without labels is a list even if it is
 * alone: an object of nothing but objects is taken for labels ("one and only one method block is required").
 */
export function renderJson(body: Body): string {
  return `${JSON.stringify(jsonBody(body), undefined, 2)}\n`;
}

function jsonBody({ attributes, blocks }: Body): Json {
  const types = [...new Set(blocks.map(({ type }) => type))];
  const lists = types.map((type) => {
    const rendered = blocks.filter((each) => each.type === type).map(jsonBlock);
    const [only, ...others] = blocks.filter((each) => each.type === type);
    const isLabelled = others.length === 0 && only !== undefined && only.labels.length > 0;
    return [type, isLabelled ? jsonBlock(only) : rendered] as const;
  });
  return { ...attributes, ...Object.fromEntries(lists) };
}

function jsonBlock({ labels, body }: Block): Json {
  return labels.reduceRight<Json>((inner, label) => ({ [label]: inner }), jsonBody(body));
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}
