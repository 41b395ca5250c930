import { App } from "cdktf";
import { loadPostgresGrammar } from "./constructs/database/statements/postgres-grammar";
import { loadEnvironments } from "./environments/load";
import { VaultStack } from "./stacks/vault-stack";

async function main(): Promise<void> {
  await loadPostgresGrammar();
  const app = new App();
  for (const environment of loadEnvironments()) new VaultStack(app, environment.name, environment);
  app.synth();
}

void main();
