import { App } from "cdktf";
import { createRequire } from "node:module";
import { loadPostgresGrammar } from "../../constructs/database/statements/postgres-grammar";
import { hostEnvironment, parseEnvironment } from "../../environments/load";
import type { EnvironmentDefinition } from "../../environments/schema";
import { loadPolicyLibrary } from "../../environments/subjects/policy-library";
import { VaultStack } from "../../stacks/vault-stack";

/** What main.ts does, with a declaration that a test made: the file exports a function of what only the test knows. */
async function main(): Promise<void> {
  await loadPostgresGrammar();
  const { TRIAL_FILE = "", TRIAL_PARAMETERS = "{}" } = hostEnvironment();
  const { declare } = createRequire(__filename)(TRIAL_FILE) as { declare: (given: unknown) => EnvironmentDefinition };
  const environment = parseEnvironment({ tier: "lab", ...declare(JSON.parse(TRIAL_PARAMETERS)) });
  const app = new App();
  const library = await loadPolicyLibrary([environment]);
  new VaultStack(app, environment.name, { environment, library, today: new Date().toISOString().slice(0, 10) });
  app.synth();
}

void main();
