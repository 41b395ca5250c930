/** The one-way imports: pure rooms <- environments; pure rooms <- constructs <- stacks <- main; cli beside stacks. */

const pure = "^(constructs/(core|server|docker/model|database/statements|guardrails(?!/guardrail-aspect))|policies)/";
// hcl2json is a parser that only bears cdktf's name.
const cdktf = "^node_modules/(cdktf/|constructs/|@cdktf/(?!hcl2json/))";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that import each other are one noun in two places.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "pure-rooms-are-pure",
      comment:
        "Statements, policies and core run without cdktf, a server or a file system: parsers are all they need (net's isIP is one).",
      severity: "error",
      from: { path: pure },
      to: { pathNot: [pure, "^node_modules/(libpg-query|zod|@cdktf/hcl2json|yaml)/", "^net$"] },
    },
    {
      name: "environments-import-pure-rooms-only",
      comment: "The policy library alone reads files: those that the declarations name.",
      severity: "error",
      from: { path: "^environments/", pathNot: "^environments/subjects/policy-library\\.ts$" },
      to: { pathNot: [pure, "^environments/", "^node_modules/zod/"] },
    },
    {
      name: "examples-are-declarations",
      severity: "error",
      from: { path: "^examples/" },
      to: { pathNot: [pure, "^environments/schema"] },
    },
    {
      name: "constructs-know-no-environment",
      severity: "error",
      from: { path: "^constructs/" },
      to: { path: "^(environments|stacks|cli|client|main|examples)" },
    },
    {
      name: "stacks-only-wire",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(cli|client|main)" },
    },
    {
      name: "cli-stays-clear-of-cdktf",
      comment: "The command line runs cdktf as a program; it may import environments and pure rooms.",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(constructs|stacks|main|client)", pathNot: pure },
    },
    {
      name: "cdktf-in-constructs-and-stacks-only",
      comment: "A move to the maintained fork stays mechanical.",
      severity: "error",
      from: { pathNot: "^(constructs/|stacks/|main\\.ts|test/|bench/)" },
      to: { path: cdktf },
    },
    {
      name: "no-provider-barrels",
      comment: "Loading a whole provider takes seconds: import @cdktf/provider-x/lib/<resource>.",
      severity: "error",
      from: {},
      to: { path: "^node_modules/@cdktf/provider-[a-z]+/lib/index" },
    },
    {
      name: "one-file-starts-processes",
      severity: "error",
      from: { pathNot: "^(cli/processes\\.ts|cli/install\\.mjs|test/|bench/)" },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "tests-are-leaves",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "dependencies-are-declared",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"] },
    },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdktf\\.out|\\.lab)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
