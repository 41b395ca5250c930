import { App } from "cdktf";
import { z } from "zod";
import { containers, declaredStack, infraStackName } from "../../environments/containers";
import { hostEnvironment } from "../../environments/load";
import { InfraStack } from "../../stacks/infra-stack";

/** What main.ts does with containers: a stack for each of those that a test declares, by their names. */
function main(): void {
  const { TRIAL_PARAMETERS = "{}" } = hostEnvironment();
  const declared = z.record(z.string(), containers).parse(JSON.parse(TRIAL_PARAMETERS));
  const app = new App();
  for (const [name, each] of Object.entries(declared)) {
    const stack = declaredStack({ name, containers: each });
    if (stack !== undefined) new InfraStack(app, infraStackName(name), stack);
  }
  app.synth();
}

main();
