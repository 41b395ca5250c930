import { App } from "cdktf";
import { loadPostgresGrammar } from "./constructs/database/statements/postgres-grammar";
import { declaredStack, infraStackName } from "./environments/containers";
import { loadEnvironments } from "./environments/load";
import { loadPolicyLibrary } from "./environments/subjects/policy-library";
import { InfraStack } from "./stacks/infra-stack";
import { VaultStack } from "./stacks/vault-stack";

async function main(): Promise<void> {
  await loadPostgresGrammar();
  const environments = loadEnvironments();
  const library = await loadPolicyLibrary(environments);
  const app = new App();
  const today = new Date().toISOString().slice(0, 10);
  for (const environment of environments) {
    const containers = declaredStack(environment);
    if (containers !== undefined) new InfraStack(app, infraStackName(environment.name), containers);
    new VaultStack(app, environment.name, { environment, library, today });
  }
  app.synth();
}

void main();
