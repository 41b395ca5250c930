import { App } from "cdktf";
import { loadPostgresGrammar } from "../constructs/database/statements/postgres-grammar";
import { hostEnvironment, parseEnvironment } from "../environments/load";
import { VaultStack } from "../stacks/vault-stack";
import { declare, type DeployParameters, parametersVariable } from "./deploy-declaration";

/** What main.ts does, with the declaration of the benchmark. */
async function main(): Promise<void> {
  await loadPostgresGrammar();
  const parameters = JSON.parse(hostEnvironment()[parametersVariable] ?? "{}") as DeployParameters;
  const app = new App();
  const today = new Date().toISOString().slice(0, 10);
  const environment = parseEnvironment(declare(parameters));
  new VaultStack(app, "bench", { environment, library: new Map(), today });
  app.synth();
}

void main();
