const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/.lab"],
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    // No unit test is about time: the limit only ends what hangs, on a busy machine too.
    { ...common, displayName: "unit", testMatch: ["<rootDir>/test/**/*.test.ts"], testTimeout: 60_000 },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.e2e.ts"],
      globalSetup: "<rootDir>/test/e2e/setup.ts",
      globalTeardown: "<rootDir>/test/e2e/teardown.ts",
    },
  ],
};
