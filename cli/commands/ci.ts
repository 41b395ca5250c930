import { appendFileSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { environmentNames, loadEnvironment } from "../../environments/load";
import { commentHost, putComment } from "../ci/hosted-comment";
import { oidcLogin } from "../ci/oidc-login";
import { openFile, sealFile } from "../ci/sealed-file";
import type { CliContext } from "../context";
import { commentMarker } from "../review/markdown";
import { trustedBy, VaultClient } from "../vault-client";

interface LoginOptions {
  readonly path: string;
  readonly role: string;
  readonly audience?: string;
}

interface PurposeOptions {
  readonly for: string;
}

const purpose = "what it is for, such as the environment and the commit; the same to seal and to open it";

/** `leasehold ci`: what the workflows do beside reviewing and deploying. */
export function ciCommand(context: CliContext): Command {
  const environments = environmentNames.join(", ");
  const ci = new Command("ci").description("steps of a continuous integration job");
  ci.command("login")
    .description(
      "logs in to an environment's Vault with the job's id token (JWT auth), and hands VAULT_TOKEN to later steps",
    )
    .argument("<environment>", environments)
    .requiredOption("--role <role>", "role of the JWT auth method")
    .option("--path <path>", "where that method is mounted", "jwt")
    .option("--audience <audience>", "audience that the role is bound to (default: the address of Vault)")
    .action(async (name: string, { path, role, audience }: LoginOptions) => {
      const file = context.env["GITHUB_ENV"];
      const { address, namespace } = loadEnvironment(name, context.env).vault;
      const vault = new VaultClient({ address, namespace, ...trustedBy(context.env) });
      const token = await oidcLogin(vault, { path, role, audience: audience ?? address }, context.env);
      if (file === undefined) {
        context.print(token); // a shell takes it: VAULT_TOKEN=$(leasehold ci login ...)
        return;
      }
      // The runner takes the mask from standard output, and shows neither this line nor the token from then on.
      context.print(`::add-mask::${token}`);
      appendFileSync(file, `VAULT_TOKEN=${token}\nVAULT_ADDR=${address}\n`);
    });
  ci.command("comment")
    .description("puts a review into the pull request's comment of that environment, which is made once")
    .argument("<environment>", environments)
    .argument("<file>", "what leasehold review printed")
    .action(async (name: string, file: string) => {
      const { name: environment } = loadEnvironment(name, context.env);
      const done = await putComment(commentHost(context.env), commentMarker(environment), reviewOf(file, environment));
      context.print(`the comment of ${environment} is ${done}`);
    });
  ci.command("seal")
    .description("encrypts a saved plan with PLAN_PASSPHRASE: it holds secrets, and many may read an artifact")
    .argument("<plan>", "the saved plan")
    .argument("<sealed>", "the file to write")
    .requiredOption("--for <purpose>", purpose)
    .action((plan: string, sealed: string, options: PurposeOptions) => {
      sealFile(plan, sealed, context.env["PLAN_PASSPHRASE"], options.for);
    });
  ci.command("open")
    .description("decrypts what leasehold ci seal encrypted, if nobody changed it and it is for that")
    .argument("<sealed>", "the sealed plan")
    .argument("<plan>", "the file to write")
    .requiredOption("--for <purpose>", purpose)
    .action((sealed: string, plan: string, options: PurposeOptions) => {
      openFile(sealed, plan, context.env["PLAN_PASSPHRASE"], options.for);
    });
  return ci;
}

/** The review, with the marker of its environment: where there is none, the review did not come to its end. */
function reviewOf(file: string, environment: string): string {
  const marker = commentMarker(environment);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw new LeaseholdError(file, `can't be read (${messageOf(thrown)})`, "give what leasehold review printed");
  }
  if (text.startsWith(marker)) return text;
  const what = "no plan could be made or reviewed; the job's log says why";
  return `${marker}\n## Plan review of \`${environment}\`: failed\n\n${what}.\n`;
}
