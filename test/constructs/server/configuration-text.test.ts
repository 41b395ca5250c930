import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  oneof,
  property,
  record,
  string,
  stringMatching,
  tuple,
} from "fast-check";
import {
  block,
  type Block,
  type Body,
  renderHcl,
  renderJson,
  type Value,
} from "../../../constructs/server/configuration-text";
import { readHcl, readJson } from "./parse-back";

/** Types of blocks end with the count of their labels. */
const counts = { none_0: 0, other_0: 0, one_1: 1, two_2: 2 };

const name = stringMatching(/^[a-z][a-z_]{0,6}x$/);
// HCL 2 composes characters anew (NFC), which no server does.
const text = string({ unit: "grapheme", maxLength: 12 })
  .map((each) => each.normalize("NFC"))
  .filter((each) => !/\p{Cc}|\p{Cs}|[$%]\{/u.test(each));
const lines = oneof(
  text,
  constantFrom('{{ with secret "a/b" }}{{ .Data.c }}\n{{ end }}', "back\\slash", "a\n\tb", '"quoted"'),
);
const scalar = oneof(lines, integer(), boolean());
const map = dictionary(stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,6}$/), oneof(scalar, array(lines, { maxLength: 3 })), {
  maxKeys: 3,
});
const value = oneof(scalar, array(lines, { maxLength: 3 }), map);

/** Bodies with blocks in them, so many deep. */
function bodyOf(depth: number): Arbitrary<Body> {
  const attributes = dictionary(name, value, { maxKeys: 4 });
  const blocks = depth === 0 ? constant([]) : array(blockOf(depth - 1), { maxLength: 3 });
  return record({ attributes, blocks });
}

function blockOf(depth: number): Arbitrary<Block> {
  const types = constantFrom(...(Object.keys(counts) as (keyof typeof counts)[]));
  const labels = tuple(stringMatching(/^[a-z]{1,3}$/), stringMatching(/^[A-Z]{1,3}$/));
  return tuple(types, labels, bodyOf(depth)).map(([type, given, inner]) => {
    return block(type, inner, ...given.slice(0, counts[type]));
  });
}

const body = bodyOf(3);

describe("a configuration's text", () => {
  it("says the same in HCL and in JSON, whatever it holds", async () => {
    await assert(
      asyncProperty(body, async (any) => {
        expect(await readHcl(renderHcl(any), counts)).toEqual(readJson(renderJson(any), counts));
      }),
      { numRuns: 200 },
    );
  });

  it("is the same for the same", () => {
    assert(
      property(
        body,
        (any) =>
          renderHcl(any) === renderHcl(structuredClone(any)) && renderJson(any) === renderJson(structuredClone(any)),
      ),
    );
  });

  it("writes blocks, maps and lists as people do", () => {
    const headers: Value = { default: { "X-A": ["b", "c"] } };
    const listener = block(
      "listener",
      { attributes: { address: "127.0.0.1:8200", tls_disable: true, headers }, blocks: [] },
      "tcp",
    );
    const rendered = { attributes: { ui: false }, blocks: [listener, block("cache", { attributes: {}, blocks: [] })] };
    expect(renderHcl(rendered)).toBe(
      [
        "ui = false",
        "",
        'listener "tcp" {',
        '  address = "127.0.0.1:8200"',
        "  tls_disable = true",
        "  headers = {",
        '    "default" = {',
        '      "X-A" = ["b", "c"]',
        "    }",
        "  }",
        "}",
        "",
        "cache {}",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(renderJson(rendered))).toEqual({
      ui: false,
      listener: { tcp: { address: "127.0.0.1:8200", tls_disable: true, headers: { default: { "X-A": ["b", "c"] } } } },
      cache: [{}],
    });
  });

  it("puts several blocks of a type into a list, labels within: the servers refuse it the other way round", () => {
    const of = (label: string, address: string) => block("listener", { attributes: { address }, blocks: [] }, label);
    const rendered = renderJson({ attributes: {}, blocks: [of("tcp", "a"), of("unix", "b"), of("tcp", "c")] });
    expect(JSON.parse(rendered)).toEqual({
      listener: [{ tcp: { address: "a" } }, { unix: { address: "b" } }, { tcp: { address: "c" } }],
    });
  });
});
