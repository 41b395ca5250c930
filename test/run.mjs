// Runs the checks in the order in which they fail fastest, and ends with the count of the test runner's own reports.
// Usage: node test/run.mjs [static | unit | e2e] [jest options]; without a choice, everything.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "../cli/install.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const reports = mkdtempSync(join(tmpdir(), "leasehold-test-"));
const sources = ["main.ts", "bench", "cli", "constructs", "environments", "policies", "stacks", "test", "examples"];

const checks = {
  static: [
    { title: "formatting", command: [bin("prettier"), "--check", "--log-level", "warn", "."] },
    { title: "types", command: [bin("tsc"), "--project", root] },
    { title: "lint", command: [bin("eslint"), "."] },
    { title: "import rules", command: [bin("depcruise"), "--output-type", "err", ...sources] },
  ],
  unit: [jest("unit", [])],
  e2e: [jest("e2e", ["--verbose"])],
};

function jest(project, options) {
  const report = join(reports, `${project}.json`);
  const command = [bin("jest"), "--selectProjects", project, "--ci", "--json", `--outputFile=${report}`, ...options];
  return { title: `${project} tests`, report, command };
}

const [choice, ...jestOptions] = process.argv.slice(2);
if (choice !== undefined && !(choice in checks)) {
  console.error(`There are no ${choice} checks: use ${Object.keys(checks).join(", ")}, or nothing for all.`);
  process.exit(1);
}
ensureInstalled();

const failed = [];
const count = { passed: 0, failed: 0, skipped: 0 };
for (const { title, command, report } of choice ? checks[choice] : Object.values(checks).flat()) {
  const began = Date.now();
  console.log(`\n== ${title}`);
  const [program, ...args] = [...command, ...(report ? jestOptions : [])];
  // Jest repeats its JSON report on standard output, which nobody reads there.
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", report ? "ignore" : "inherit", "inherit"],
  });
  if (status !== 0) failed.push(title);
  if (report) add(report, title);
  console.log(`== ${title}: ${status === 0 ? "passed" : "FAILED"} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
rmSync(reports, { recursive: true, force: true });

if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(failed.length === 0 ? 0 : 1);

function add(report, title) {
  if (!existsSync(report)) {
    console.error(`${title} wrote no report: they did not run`);
    count.failed += 1;
    return;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  count.passed += numPassedTests;
  count.failed += numFailedTests + numRuntimeErrorTestSuites; // a suite that can't be loaded counts as one failure
  count.skipped += numPendingTests + numTodoTests;
}
