const { availableParallelism } = require("node:os");

const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/.lab"],
};

/** @type {import('jest').Config} */
module.exports = {
  // No test is about time: the limit only ends what hangs, on a busy machine too. A project of its own can't have one.
  testTimeout: 60_000,
  // End-to-end tests have servers for each worker. Jest's own choice would leave a core without work.
  maxWorkers: Math.min(availableParallelism(), 4),
  projects: [
    { ...common, displayName: "unit", testMatch: ["<rootDir>/test/**/*.test.ts"] },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.e2e.ts"],
      globalSetup: "<rootDir>/test/e2e/setup.ts",
      globalTeardown: "<rootDir>/test/e2e/teardown.ts",
    },
  ],
};
