import { Command } from "commander";
import { agentCommand } from "./commands/agent";
import { approleCommand } from "./commands/approle";
import { checkCommand } from "./commands/check";
import { completionCommand } from "./commands/completion";
import { ciCommand } from "./commands/ci";
import { databaseCommand } from "./commands/database";
import { deployCommand } from "./commands/deploy";
import { destroyCommand } from "./commands/destroy";
import { doctorCommand } from "./commands/doctor";
import { driftCommand } from "./commands/drift";
import { envCommand } from "./commands/env";
import { labCommand } from "./commands/lab";
import { newCommand } from "./commands/new";
import { policyCommand } from "./commands/policy";
import { proveCommand } from "./commands/prove";
import { reviewCommand } from "./commands/review";
import { serverCommand } from "./commands/server";
import { sqlCommand } from "./commands/sql";
import { userpassCommand } from "./commands/userpass";
import { vaultCommand } from "./commands/vault/vault";
import { type CliContext, leaseholdVersion } from "./context";
import { addExamples } from "./examples";

/** The `leasehold` command, with all that it has below. */
export function program(context: CliContext): Command {
  const leasehold: Command = new Command("leasehold")
    .description("Database access as code for HashiCorp Vault")
    .version(leaseholdVersion(), "-V, --version", "shows the version of Leasehold")
    .addCommand(labCommand(context))
    .addCommand(sqlCommand(context))
    .addCommand(proveCommand(context))
    .addCommand(databaseCommand(context))
    .addCommand(approleCommand(context))
    .addCommand(userpassCommand(context))
    .addCommand(policyCommand(context))
    .addCommand(envCommand(context))
    .addCommand(newCommand(context))
    .addCommand(serverCommand(context))
    .addCommand(agentCommand(context))
    .addCommand(reviewCommand(context))
    .addCommand(deployCommand(context))
    .addCommand(destroyCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(driftCommand(context))
    .addCommand(vaultCommand(context))
    .addCommand(doctorCommand(context))
    .addCommand(ciCommand(context))
    .addCommand(completionCommand(context, () => leasehold))
    .showHelpAfterError();
  addExamples(leasehold);
  return leasehold;
}
