import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { projectRoot } from "../../cli/context";
import { guardrails } from "../../constructs/guardrails/guardrails";

const page = readFileSync(join(projectRoot, "docs", "hardening.md"), "utf8");
const rows = page
  .slice(page.indexOf("## Point by point"))
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, point = ""]) => !/^-+$/.test(point))
  .map(([, point = "", by = "", where = ""]) => ({ point, by, where }));
const rulesIn = (text: string) => text.match(/LH-[A-Z]+-\d{3}/g) ?? [];

describe("docs/hardening.md", () => {
  it("names guardrails that exist, wherever it names some", () => {
    const known = guardrails.map(({ id }) => id);
    expect(rulesIn(page).length).toBeGreaterThan(20);
    expect(rulesIn(page).filter((id) => !known.includes(id))).toEqual([]);
  });

  it("says of each point who sees to it", () => {
    expect(rows.length).toBeGreaterThanOrEqual(29);
    expect(new Set(rows.map(({ point }) => point)).size).toBe(rows.length);
    for (const { by } of rows) expect(["construct", "guardrail", "configuration", "people"]).toContain(by);
  });

  it.each(rows.filter(({ by }) => by === "guardrail"))("names the guardrail that sees to it: $point", ({ where }) => {
    expect(rulesIn(where).length).toBeGreaterThan(0);
  });

  it.each(rows.filter(({ by }) => by === "construct" || by === "configuration"))(
    "leads to the page or the file that sees to it: $point",
    ({ where }) => {
      const links = [...where.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links)
        expect({ link, exists: existsSync(normalize(join(projectRoot, "docs", link))) }).toEqual({
          link,
          exists: true,
        });
    },
  );
});
