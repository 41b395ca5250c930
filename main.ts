import { App } from "cdktf";
import { loadEnvironments } from "./environments/load";
import { VaultStack } from "./stacks/vault-stack";

const app = new App();
for (const environment of loadEnvironments()) new VaultStack(app, environment.name, environment);
app.synth();
