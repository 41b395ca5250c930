import fc from "fast-check";
import { type ReviewFinding, riskClasses } from "../../../cli/review/finding";
import { renderJson } from "../../../cli/review/json";
import { commentMarker, renderMarkdown } from "../../../cli/review/markdown";
import { fencedBlock, inlineCode, plainText } from "../../../cli/review/markdown-text";

const finding = (part: Partial<ReviewFinding> = {}): ReviewFinding => ({
  rule: "mount-replaced",
  risk: "blocked",
  address: "vault_mount.database",
  what: "the mount is replaced",
  why: "every lease below it ends",
  remedy: "keep its path",
  ...part,
});
const markdown = (...findings: ReviewFinding[]) => renderMarkdown({ findings }, { environment: "prod" });

describe("a review as Markdown", () => {
  it("says the verdict, the counts, and what, why and what to do, the gravest first", () => {
    const text = markdown(
      finding({ risk: "routine", rule: "description", address: "vault_mount.b", what: "it gets a description" }),
      finding(),
    );
    expect(text.split("\n")).toEqual([
      "<!-- leasehold-review: prod -->",
      "## Plan review of `prod`: blocked: it must not be applied as it is",
      "",
      "1 blocked · 1 routine",
      "",
      "### Blocked (1)",
      "",
      "- `vault_mount.database` The mount is replaced. (`mount-replaced`)  ",
      "  Why: Every lease below it ends.  ",
      "  To do: Keep its path.",
      "",
      "<details><summary>Routine (1)</summary>",
      "",
      "- `vault_mount.b` It gets a description. (`description`)  ",
      "  Why: Every lease below it ends.  ",
      "  To do: Keep its path.",
      "",
      "</details>",
      "",
    ]);
  });

  it("says that nothing counts", () => {
    expect(markdown()).toContain("## Plan review of `prod`: nothing that counts\n\nNo finding.");
  });

  it("says what was reviewed, how many leases hang on it, and what could not be looked up", () => {
    const touched = [{ address: "vault_mount.database", leases: 2, byRole: {}, words: "2 live leases end with it" }];
    const review = { findings: [finding()], blastRadius: { touched, leases: 2, problems: [] } };
    expect(renderMarkdown(review, { of: "0f3c" })).toContain(
      "1 blocked · 2 live leases on what it touches · reviewed at `0f3c`",
    );
    const blind = { touched, leases: 0, problems: ["live leases were not looked up: set VAULT_ADDR"] };
    const text = renderMarkdown({ ...review, blastRadius: blind });
    expect(text).toContain("1 blocked · live leases not known");
    expect(text).toContain("> live leases were not looked up: set VAULT\\_ADDR");
  });

  it("has a difference in a block, folded when it is long", () => {
    const short = markdown(finding({ difference: ["-a", "+b"] }));
    expect(short).toContain("\n  ```diff\n  -a\n  +b\n  ```\n");
    expect(short).not.toContain("<details>");
    const long = markdown(finding({ difference: Array.from({ length: 70 }, (_, at) => `+line ${at}`) }));
    expect(long).toContain("  <details><summary>Difference, 70 lines</summary>\n\n  ```diff\n  +line 0\n");
    expect(long).toContain("+line 59\n  ```\n\n  10 more lines of the difference are left out.");
    expect(long).toContain("10 lines are left out here for want of room: `leasehold review --json` has the whole.");
  });

  it("folds what was changed beside Terraform, behind everything else", () => {
    const text = renderMarkdown({
      findings: [finding({ risk: "careful" })],
      drift: [{ address: "vault_policy.a", action: "delete" }],
    });
    expect(text.indexOf("Careful (1)")).toBeLessThan(text.indexOf("Changed beside Terraform since the last apply (1)"));
    expect(text).toContain("- `vault_policy.a` It was removed.");
  });

  it("shows what somebody has allowed, folded, and does not count it", () => {
    const text = renderMarkdown({ findings: [], allowed: [{ finding: finding(), label: "allow:mount-replaced" }] });
    expect(text).toContain("## Plan review: nothing");
    expect(text).toContain("<details><summary>Allowed (1)</summary>");
    expect(text).toContain("The mount is replaced (allowed by allow:mount-replaced).");
  });

  it("refuses a limit that holds no verdict", () => {
    expect(() => renderMarkdown({ findings: [] }, { limit: 100 })).toThrow(
      "[review] limit 100 is no whole number from 4000 on: give more characters",
    );
  });

  it("drops detail from the least grave upwards, and says how many lines", () => {
    const many = riskClasses.flatMap((risk) =>
      Array.from({ length: 40 }, (_, at) => finding({ risk, address: `vault_mount.${risk}_${at}` })),
    );
    const text = renderMarkdown({ findings: many }, { limit: 9_000 });
    expect(text.length).toBeLessThanOrEqual(9_000);
    expect(text).toContain("vault_mount.blocked_39");
    expect(text).not.toContain("vault_mount.careful_0");
    expect(text).toContain("- 40 more, left out here");
    expect(text).toMatch(/\n\d+ lines are left out here for want of room/);
  });

  it("drops nothing that fits", () => {
    const many = Array.from({ length: 100 }, (_, at) => finding({ address: `vault_mount.m${at}` }));
    expect(markdown(...many)).not.toContain("left out");
  });
});

describe("a review of any size and any names", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 });
  const findings = fc.array(
    fc.record({
      rule: text,
      risk: fc.constantFrom(...riskClasses),
      address: fc.oneof(text, fc.constant("vault_mount.a"), fc.constant("`".repeat(199))),
      what: fc.oneof(text, fc.constant("@a".repeat(5_000))),
      why: text,
      remedy: text,
      difference: fc.option(fc.array(text, { maxLength: 200 }), { nil: undefined }),
    }),
    { maxLength: 300 },
  );

  it("stays below the limit, and keeps its verdict and what is blocked as far as that fits", () => {
    fc.assert(
      fc.property(findings, text, fc.integer({ min: 4_000, max: 65_536 }), (found, environment, limit) => {
        const rendered = renderMarkdown({ findings: found }, { environment, limit, of: environment });
        expect(rendered.length).toBeLessThanOrEqual(limit);
        const lines = rendered.split("\n");
        expect(lines[0]).toBe(commentMarker(environment));
        expect(lines[1]).toMatch(/^## Plan review of /);
        const blocked = found.filter(({ risk }) => risk === "blocked").length;
        const shown = lines.indexOf(`### Blocked (${blocked})`);
        expect(shown >= 0).toBe(blocked > 0);
        const entries = lines.slice(shown + 1).findIndex((line) => /^(###|<details>)/.test(line));
        const body = lines.slice(shown + 1, entries < 0 ? undefined : shown + 1 + entries);
        const first = body.filter((line) => line.startsWith("- `")).length;
        if (blocked > 0 && first < blocked) {
          expect(body.some((line) => line.includes(`${blocked - first} more, left out here`))).toBe(true);
          // Nothing less grave takes the room that a blocked finding wants.
          expect(limit - rendered.length).toBeLessThan(6_500 + 300 * 5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps 10,000 findings below GitHub's limit, each blocked one among them", () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      finding({
        risk: at % 100 === 0 ? "blocked" : "routine",
        address: `vault_mount.m${at}`,
        difference: ["+ a", "- b"],
      }),
    );
    const rendered = markdown(...many);
    expect(rendered.length).toBeLessThanOrEqual(65_536);
    expect(rendered.match(/^- `vault_mount\.m\d+00?` /gm)?.length).toBeGreaterThanOrEqual(100);
    expect(rendered).toContain("### Blocked (100)");
    expect(rendered).toMatch(/- and \d+ more, left out here/);
  });
});

describe("text of others", () => {
  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["a | b", "a \\| b"],
    ["`x` **y** [z](u) ![i](j)", "\\`x\\` \\*\\*y\\*\\* \\[z\\](u) \\!\\[i\\](j)"],
    ["&lt;b&gt; &amp;", "&amp;lt;b&amp;gt; &amp;amp;"],
    ["@team, #12 and GH-3", "@\u2060team, #\u206012 and GH\u2060-3"],
    ["https://a.example www.b.example", "https:\u2060//a.example www\u2060.b.example"],
    ["one\ntwo\r\nthree", "one two three"],
    ["a\u202eb\u200bc\u0000", "a\\\\u{202e}b\\\\u{200b}c\\\\u{0}"],
    ["-->", "--&gt;"],
  ])("reads as it is within a line: %j", (given, expected) => {
    expect(plainText(given)).toBe(expected);
  });

  it("is code in more backticks than it holds", () => {
    expect(inlineCode("a")).toBe("`a`");
    expect(inlineCode("a``b")).toBe("```a``b```");
    expect(inlineCode("`")).toBe("`` ` ``");
    expect(inlineCode("a\n\n<b>")).toBe("`a  <b>`");
    expect(inlineCode("")).toBe("`   `");
  });

  it("can't close the fence that it stands in", () => {
    expect(fencedBlock(["a", "````", "+ ```sh"], "diff")).toEqual(["`````diff", "a", "````", "+ ```sh", "`````"]);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom("`", "~", "a", "\n", " ") })), (lines) => {
        const [fence = "", ...block] = fencedBlock(lines, "");
        expect(block.pop()).toBe(fence);
        expect(block).toHaveLength(lines.length);
        expect(block.some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });

  it("makes no marker of another environment", () => {
    expect(commentMarker("prod --><b>")).toBe("<!-- leasehold-review: prod_--__b_ -->");
  });
});

describe("a review as JSON", () => {
  it("has everything, the gravest first", () => {
    const findings = [finding({ risk: "routine" }), finding({ difference: ["+ a"] })];
    expect(JSON.parse(renderJson({ findings, drift: [{ address: "a", action: "update" }] }))).toEqual({
      version: 1,
      risk: "blocked",
      counts: { blocked: 1, dangerous: 0, careful: 0, routine: 1 },
      findings: [findings[1], findings[0]],
      allowed: [],
      drift: [{ address: "a", action: "update" }],
    });
  });

  it("has no risk where nothing was found", () => {
    expect(JSON.parse(renderJson({ findings: [] }))).not.toHaveProperty("risk");
  });
});
