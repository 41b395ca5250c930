import tseslint from "typescript-eslint";

const oneReader = "Only environments/load.ts reads the process's environment: take a HostEnvironment as a parameter.";

export default tseslint.config(
  { ignores: ["node_modules/", "cdktf.out/", ".lab/", "coverage/"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-console": "error",
      "no-restricted-properties": ["error", { object: "process", property: "env", message: oneReader }],
      "max-lines": ["error", 400],
    },
  },
  { files: ["environments/load.ts"], rules: { "no-restricted-properties": "off" } },
  // Constructs do their work when they are made; nobody need keep them.
  { files: ["constructs/**", "stacks/**", "main.ts", "test/**"], rules: { "no-new": "off" } },
);
