import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reviewCommand } from "../../../cli/commands/review";
import { runInProcess } from "../in-process";
import { planJson } from "../review/raw-plan";
import { scratchFolder, write } from "../scratch";

const folder = scratchFolder();
const moving = { address: "vault_mount.a", actions: ["update"], before: { path: "a" }, after: { path: "b" } };
const planFile = () => write(join(folder(), "plan.json"), planJson({ changes: [moving] }));
const messageOf = (thrown: unknown) => (thrown as Error | undefined)?.message;

describe("leasehold review", () => {
  it("prints Markdown, writes it to a file too, and exits by the gravest class", async () => {
    const out = join(folder(), "review.md");
    const { printed, thrown } = await runInProcess(reviewCommand, [planFile(), "--out", out]);
    expect(printed.join("\n")).toMatch(/^## Plan review: blocked: /);
    expect(printed.join("\n")).toContain("> live leases were not looked up: set VAULT\\_ADDR and VAULT\\_TOKEN");
    expect(readFileSync(out, "utf8")).toBe(`${printed.join("\n")}\n`);
    expect(thrown).toMatchObject({
      exitCode: 12,
      message: expect.stringMatching(
        /\] the plan is blocked: change what is declared, or allow a finding that is meant: --allow rule:address$/,
      ) as unknown,
    });
  });

  it("prints JSON", async () => {
    const { printed } = await runInProcess(reviewCommand, [planFile(), "--json"]);
    expect(JSON.parse(printed.join("\n"))).toMatchObject({
      version: 1,
      risk: "blocked",
      counts: { blocked: 1 },
      findings: [{ rule: "mount-replaced", address: "vault_mount.a" }],
    });
  });

  it("passes what is allowed by its address", async () => {
    const { thrown } = await runInProcess(reviewCommand, [planFile(), "--allow", "mount-replaced:vault_mount.a"]);
    expect(thrown).toBeUndefined();
  });

  it("passes everything with --fail-on never", async () => {
    expect((await runInProcess(reviewCommand, [planFile(), "--fail-on", "never"])).thrown).toBeUndefined();
  });

  it.each(["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_CORE"])("refuses to run with %s", async (name) => {
    const { printed, thrown } = await runInProcess(reviewCommand, [planFile()], { [name]: "DEBUG" });
    expect(printed).toEqual([]);
    expect(messageOf(thrown)).toBe(
      `[leasehold review] ${name} is set, and Terraform's debug log holds whole requests with their passwords: unset ${name}`,
    );
  });

  it.each([
    [
      "a file that there is not",
      ["./nowhere.json"],
      /^\[\.\/nowhere\.json\] can't be read \(.*ENOENT.*\): give a file, or -/,
    ],
    ["an environment that there is not", ["qa"], /there is no environment "qa": use one of dev, staging, prod, lab/],
    ["a label that there is not", ["./x.json", "--allow", "nothing"], /^\[--allow\] there is no rule "nothing"/],
    ["another class", ["./x.json", "--fail-on", "grave"], /'--fail-on <class>' argument 'grave' is invalid.*careful/],
    ["another server", ["./x.json", "--server", "consul"], /'--server <product>' argument 'consul' is invalid/],
    ["no plan", [], /missing required argument 'plan'/],
  ])("refuses %s", async (_, args, message) => {
    expect(messageOf((await runInProcess(reviewCommand, args)).thrown)).toMatch(message);
  });

  it("refuses a file that it can't write to, by the option", async () => {
    write(join(folder(), "file"));
    const { thrown } = await runInProcess(reviewCommand, [planFile(), "--out", join(folder(), "file", "x.md")]);
    expect(messageOf(thrown)).toMatch(/^\[--out\] .*file\/x\.md can't be written/);
    expect(existsSync(join(folder(), "file", "x.md"))).toBe(false);
  });
});
