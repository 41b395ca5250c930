import { Command } from "commander";
import { messageOf } from "../constructs/core/errors";
import { hostEnvironment } from "../environments/load";
import { approleCommand } from "./commands/approle";
import { databaseCommand } from "./commands/database";
import { destroyCommand } from "./commands/destroy";
import { labCommand } from "./commands/lab";
import { policyCommand } from "./commands/policy";
import { proveCommand } from "./commands/prove";
import { sqlCommand } from "./commands/sql";
import { userpassCommand } from "./commands/userpass";
import { type CliContext, projectRoot } from "./context";

/** The `leasehold` command. */
function program(context: CliContext): Command {
  return new Command("leasehold")
    .description("Database access as code for HashiCorp Vault")
    .addCommand(labCommand(context))
    .addCommand(sqlCommand(context))
    .addCommand(proveCommand(context))
    .addCommand(databaseCommand(context))
    .addCommand(approleCommand(context))
    .addCommand(userpassCommand(context))
    .addCommand(policyCommand(context))
    .addCommand(destroyCommand(context))
    .showHelpAfterError();
}

const context: CliContext = {
  root: projectRoot,
  env: hostEnvironment(),
  print: (text) => void process.stdout.write(`${text}\n`),
};

program(context)
  .parseAsync()
  .catch((thrown: unknown) => {
    process.stderr.write(`${messageOf(thrown)}\n`);
    process.exitCode = 1;
  });
