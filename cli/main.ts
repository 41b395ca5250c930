import { messageOf } from "../constructs/core/errors";
import { hostEnvironment } from "../environments/load";
import { ClosedGate } from "./closed-gate";
import { type CliContext, projectRoot } from "./context";
import { program } from "./program";

const context: CliContext = {
  root: projectRoot,
  env: hostEnvironment(),
  print: (text) => void process.stdout.write(`${text}\n`),
};

program(context)
  .parseAsync()
  .catch((thrown: unknown) => {
    process.stderr.write(`${messageOf(thrown)}\n`);
    process.exitCode = thrown instanceof ClosedGate ? thrown.exitCode : 1;
  });
