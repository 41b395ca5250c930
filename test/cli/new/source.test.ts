import { Source } from "../../../cli/new/source";
import { messageOf } from "../../../constructs/core/errors";

async function added(text: string, imports: Readonly<Record<string, readonly string[]>> = {}): Promise<string> {
  const source = await Source.of("environments/x.ts", text);
  const literal = source.literal({ named: "x" });
  if (literal === undefined) throw new Error("there is no x");
  return source.with({ in: literal, property: "list" }, "{ n: 1 }", imports);
}

describe("Source", () => {
  it.each([
    ["an empty array", "list: []", "list: [{ n: 1 }]"],
    ["an array", "list: [a]", "list: [a,\n{ n: 1 }]"],
    ["a trailing comma", "list: [a,]", "list: [a,{ n: 1 }]"],
    ["a comment behind", "list: [\na // why\n]", "list: [\na, // why\n{ n: 1 }]"],
    ["a spread", "list: [...a]", "list: [...a,\n{ n: 1 }]"],
    ["a typed array", "list: [a] as const", "list: [a,\n{ n: 1 }] as const"],
    ["a name", "list: others", "list: [...others, { n: 1 }]"],
    ["a name in short", "list", "list: [...list, { n: 1 }]"],
    ["no such property", "other: 1", "other: 1, list: [{ n: 1 }]"],
    ["a property in quotes", '"list": []', '"list": [{ n: 1 }]'],
  ])("adds to %s", async (_, before, after) => {
    const compact = (text: string) => text.replace(/\s+/g, "");
    const text = `export const y = { name: "x", ${before} } satisfies object;`;
    expect(compact(await added(text))).toBe(compact(text.replace(before, after)));
  });

  it.each([["list: make()"], ["list: a ? [] : b"], ["...others"], ["get list() { return []; }"]])(
    "refuses %s, with the text to paste",
    async (property) => {
      const message = await added(`const y = { name: "x", ${property} };`).then(String, messageOf);
      expect(message).toContain("[environments/x.ts] list is neither");
      expect(message).toContain("paste this where it belongs:\n{ n: 1 }");
    },
  );

  it("imports what is not there yet, beside what is", async () => {
    const literal = `const y = { name: "x", list: [] };`;
    const imports = { "./m": ["A"] };
    expect(await added(literal, imports)).toContain(`import { A } from "./m";\nconst y`);
    expect(await added(`import { B } from "./m";\n${literal}`, imports)).toContain(`import { B, A } from "./m";`);
    expect(await added(`import { A } from "./m";\n${literal}`, imports)).toContain(`import { A } from "./m";\nconst`);
    const types = `import type { B } from "./m";`;
    expect(await added(`// head\n${types}\n${literal}`, imports)).toContain(
      `// head\nimport { A } from "./m";\n${types}\n`,
    );
  });

  it.each([
    [`import type { A } from "./m";`],
    [`import { B as A } from "./m";`],
    ["const A = 1;"],
    ["function A() {}"],
  ])("imports nothing over %s", async (line) => {
    const message = await added(`${line}\nconst y = { name: "x", list: [] };`, { "./m": ["A"] }).then(
      String,
      messageOf,
    );
    expect(message).toContain("A is something else there");
  });
});
