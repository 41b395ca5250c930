import { App } from "cdktf";
import { loadPostgresGrammar } from "./constructs/database/statements/postgres-grammar";
import { loadEnvironments } from "./environments/load";
import { loadPolicyLibrary } from "./environments/subjects/policy-library";
import { VaultStack } from "./stacks/vault-stack";

async function main(): Promise<void> {
  await loadPostgresGrammar();
  const environments = loadEnvironments();
  const library = await loadPolicyLibrary(environments);
  const app = new App();
  const today = new Date().toISOString().slice(0, 10);
  for (const environment of environments) new VaultStack(app, environment.name, { environment, library, today });
  app.synth();
}

void main();
