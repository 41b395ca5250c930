import { parse } from "@cdktf/hcl2json";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** How many labels a type of block has; a name that is not there is an attribute. */
export type LabelCounts = Readonly<Record<string, number>>;

/** Types of blocks of servers, agents and proxies. */
export const labelCounts: LabelCounts = {
  storage: 1,
  ha_storage: 1,
  listener: 1,
  seal: 1,
  entropy: 1,
  service_registration: 1,
  env_template: 1,
  audit: 2,
  ...Object.fromEntries(
    [
      "retry_join",
      "telemetry",
      "auto_auth",
      "method",
      "sink",
      "cache",
      "persist",
      "api_proxy",
      "template_config",
      "exec",
      "vault",
      "retry",
      "template",
    ].map((type) => [type, 0]),
  ),
};

/** What HCL 2's parser reads in a text: by type and labels the blocks, in their order. */
export async function readHcl(text: string, counts: LabelCounts = labelCounts): Promise<unknown> {
  return canonical((await parse("configuration.hcl", text)) as JsonObject, counts);
}

/** What stands in a text in JSON, in the same form. */
export function readJson(text: string, counts: LabelCounts = labelCounts): unknown {
  return canonical(JSON.parse(text) as JsonObject, counts);
}

function canonical(body: JsonObject, counts: LabelCounts): unknown {
  const entries = Object.entries(body).map(([name, value]): [string, unknown] => {
    const count = counts[name];
    return [name, count === undefined ? value : blocksOf(value, count, counts)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By labels, the bodies in their order: lists may stand around labels, as the servers want, or within, as parsers write them. */
function blocksOf(value: Json, labels: number, counts: LabelCounts): unknown {
  const given = (Array.isArray(value) ? value : [value]) as readonly JsonObject[];
  if (labels === 0) return given.map((body) => canonical(body, counts));
  const byLabel = new Map<string, Json[]>();
  for (const [label, inner] of given.flatMap((each) => Object.entries(each))) {
    byLabel.set(label, [...(byLabel.get(label) ?? []), ...((Array.isArray(inner) ? inner : [inner]) as Json[])]);
  }
  const sorted = [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([label, inner]) => [label, blocksOf(inner, labels - 1, counts)]));
}
