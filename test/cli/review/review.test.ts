import { parseAllowances } from "../../../cli/review/allowance";
import { exitCodeOf } from "../../../cli/review/gate";
import { readPlan } from "../../../cli/review/read-plan";
import { reportJson, reportMarkdown } from "../../../cli/review/report";
import { reviewPlan } from "../../../cli/review/review";
import { rejection } from "../scratch";
import { change, plan } from "./plans";
import { planJson } from "./raw-plan";

const moves = change({ address: "vault_mount.a", before: { path: "a" }, after: { path: "b" } });
const widens = change({
  address: "vault_database_secret_backend_role.r",
  before: { name: "r", backend: "a", max_ttl: 60 },
  after: { name: "r", backend: "a", max_ttl: 120 },
});
const gone = change({ address: "vault_audit.x", before: { path: "file" } });
const fresh = change({ address: "vault_mount.new", after: { path: "new" } });
const all = plan([fresh, widens, gone, moves]);

describe("a review", () => {
  it("begins with what is gravest, and has one line for what is routine", async () => {
    const review = await reviewPlan(all);
    expect(review.findings.map(({ rule, risk }) => [rule, risk])).toEqual([
      ["mount-replaced", "blocked"],
      ["audit-removed", "dangerous"],
      ["ttl-widened", "careful"],
      ["routine", "routine"],
    ]);
    expect(review.counts).toEqual({ blocked: 1, dangerous: 1, careful: 1, routine: 1 });
    expect(review.risk).toBe("blocked");
  });

  it("does not count what is allowed, and shows it", async () => {
    const allow = parseAllowances(["mount-replaced:vault_mount.a,audit-removed"]);
    const review = await reviewPlan(all, { allow });
    expect(review.risk).toBe("careful");
    expect(review.allowed.map(({ finding, label }) => [finding.address, label])).toEqual([
      ["vault_mount.a", "mount-replaced:vault_mount.a"],
      ["vault_audit.x", "audit-removed"],
    ]);
    expect(reportMarkdown({ review })).toContain("<summary>Allowed (2)</summary>");
    expect(JSON.parse(reportJson({ review }))).toMatchObject({ risk: "careful", allowed: [{}, {}] });
  });

  it("lets nobody allow what is blocked without its address", async () => {
    const review = await reviewPlan(all, { allow: parseAllowances(["mount-replaced"]) });
    expect(review.risk).toBe("blocked");
    expect(review.unused).toEqual(["mount-replaced"]);
  });

  it("says which allowance allowed nothing", async () => {
    const review = await reviewPlan(plan([fresh]), {
      allow: parseAllowances(["ttl-widened", "destroyed:vault_mount.x"]),
    });
    expect(review.unused).toEqual(["ttl-widened", "destroyed:vault_mount.x"]);
    expect(reportMarkdown({ review })).toContain("<summary>Allowances that allowed nothing (2)</summary>");
  });

  it("shows guardrails that are waived", async () => {
    const waiver = {
      id: "LH-DB-001",
      construct: "db/main",
      problem: "TLS is off",
      reason: "a lab",
      until: "2027-01-31",
    };
    const reported = { review: await reviewPlan(plan([fresh])), waivers: [waiver] };
    expect(reportMarkdown(reported)).toContain("`LH-DB-001` `db/main` TLS is off: a lab (until 2027-01-31)");
    expect(JSON.parse(reportJson(reported))).toMatchObject({ waivers: [waiver] });
  });

  it("stays below the limit with all that it shows beside", async () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({ ...gone, address: `vault_audit.x${at}` }));
    const review = await reviewPlan(plan([...many, fresh, moves]), {
      allow: parseAllowances(["audit-removed", "ttl-widened"]),
    });
    expect(review.allowed).toHaveLength(3000);
    expect(reportMarkdown({ review }, { limit: 20_000 }).length).toBeLessThanOrEqual(20_000);
  });

  it("takes a plan of 10,000 changes, and stays below the limit", async () => {
    const attributes = { backend: "db", db_name: "main", creation_statements: ["CREATE ROLE x"], max_ttl: 3600 };
    const addresses = Array.from({ length: 10_000 }, (_, at) => `vault_database_secret_backend_role.r${at}`);
    const text = planJson({
      changes: addresses.map((address) => ({
        address,
        actions: ["update"],
        before: { ...attributes, name: address },
        after: { ...attributes, name: address, max_ttl: 7200, creation_statements: ["CREATE ROLE y"] },
      })),
      resources: addresses.map((address) => ({ address, values: { ...attributes, name: address } })),
    });
    const review = await reviewPlan(readPlan(text, "the plan"));
    expect(review.counts.careful).toBe(20_000);
    expect(reportMarkdown({ review }).length).toBeLessThanOrEqual(65_536);
  });
});

describe("what is allowed", () => {
  it("may name an address with commas and colons in it", () => {
    const [one, two] = parseAllowances(['destroyed:vault_mount.x["a,b:c"],ttl-widened']);
    expect([one?.address, two?.rule]).toEqual(['vault_mount.x["a,b:c"]', "ttl-widened"]);
  });

  it.each([
    ["ttl-widend", `[--allow] there is no rule "ttl-widend": did you mean ttl-widened?`],
    [
      "mount-replace:vault_mount.x",
      `[--allow] there is no rule "mount-replace" (in "mount-replace:vault_mount.x"): did you mean mount-replaced?`,
    ],
    ["ttl-widened:", "[--allow] ttl-widened: names no address: write ttl-widened, or ttl-widened:vault_mount.database"],
  ])("is refused as %s", async (label, message) => {
    const thrown = await rejection(Promise.resolve().then(() => parseAllowances([label])));
    expect(thrown.message).toBe(message);
  });

  it("is refused with all labels where none is near", async () => {
    const thrown = await rejection(Promise.resolve().then(() => parseAllowances(["anything-at-all"])));
    expect(thrown.message).toMatch(
      /^\[--allow\] there is no rule "anything-at-all": use one of access-narrowed, .*ttl-widened$/,
    );
  });
});

describe("the exit code", () => {
  it.each([
    ["routine", "dangerous", 0],
    ["careful", "dangerous", 0],
    ["dangerous", "dangerous", 11],
    ["blocked", "dangerous", 12],
    ["careful", "careful", 10],
    ["dangerous", "blocked", 0],
    ["blocked", "blocked", 12],
    ["blocked", "never", 0],
    [undefined, "careful", 0],
  ] as const)("of %s is, with --fail-on %s, %i", (risk, failOn, code) => {
    expect(exitCodeOf({ risk }, failOn)).toBe(code);
  });
});
