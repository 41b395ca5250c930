import { Command, Option } from "commander";
import { type Duration, parseDuration } from "../../constructs/core/duration";
import { LeaseholdError } from "../../constructs/core/errors";
import { duration } from "../auth/arguments";
import { declaredUser } from "../auth/declared-logins";
import { askForPassword, readPiped } from "../auth/password-input";
import { generatePassword, requirePassword, setPassword, wrapPassword } from "../auth/userpass-login";
import { inNamespace } from "../../environments/namespaces/contents";
import type { CliContext } from "../context";
import { declarationArgument, loadDeclared } from "../declared";
import { vaultOf } from "../token";
import type { VaultClient } from "../vault-client";

interface PasswordOptions {
  readonly method?: string;
  readonly stdin?: boolean;
  readonly generate?: boolean;
  readonly policy?: string;
  readonly wrapTtl: Duration;
  readonly json?: boolean;
}

const where = "leasehold userpass set-password";

/** `leasehold userpass`: passwords, which Terraform never sees. */
export function userpassCommand(context: CliContext): Command {
  const userpass = new Command("userpass").description("gives the users of a deployed environment their passwords");
  userpass
    .command("set-password")
    .description("makes a declared user's login, or gives it another password: typed, piped in or generated")
    .addArgument(declarationArgument())
    .argument("<user>", "its name in the environment")
    .option("--method <path>", "where its auth method is mounted, if several have a user of that name")
    .addOption(new Option("--stdin", "read the password from standard input").conflicts("generate"))
    .option("--generate", "make up a password, and print a wrapping token that opens it once")
    .option("--policy <name>", "with --generate: the server's password policy to make it by")
    .addOption(
      new Option("--wrap-ttl <duration>", "with --generate: how long the wrapping token can be opened")
        .argParser(duration)
        .default("1h" satisfies Duration),
    )
    .option("--json", "print the result as JSON")
    .action(async (name: string, userName: string, options: PasswordOptions) => {
      if (options.policy !== undefined && options.generate !== true) {
        throw new LeaseholdError(where, "--policy is given without --generate", "give both, or leave it out");
      }
      const environment = loadDeclared(name, context);
      const { namespace, path, declared } = declaredUser(environment, userName, options.method);
      const rights = `create, read and update auth/${path}/users/${declared.name}`;
      const vault = vaultOf(environment, context, where, rights).inNamespace(namespace);
      const around = environment.vault.namespace;
      const inside = namespace === undefined ? around : inNamespace(around, namespace);
      const { password, wrapped } = await passwordFrom(vault, declared.name, options);
      const policies = await setPassword(vault, { ...declared, path }, password);
      const text = [
        `${declared.name} logs in at auth/${path} with the new password`,
        ...(wrapped === undefined
          ? []
          : [
              `wrapping token  ${wrapped.token}`,
              `It opens once, before ${new Date(wrapped.expires).toISOString()}:`,
              `  VAULT_ADDR=${environment.vault.address} ${inside === undefined ? "" : `VAULT_NAMESPACE=${inside} `}VAULT_TOKEN=<wrapping token> vault unwrap -field=password`,
            ]),
        ...(policies.length === 0
          ? []
          : [`Warning: its record in Vault also has policies that nobody declared: ${policies.join(", ")}.`]),
      ];
      const json = { method: path, user: declared.name, wrapped, undeclaredPolicies: policies };
      context.print(options.json ? JSON.stringify(json) : text.join("\n"));
    });
  return userpass;
}

async function passwordFrom(vault: VaultClient, user: string, { stdin, generate, policy, wrapTtl }: PasswordOptions) {
  if (generate === true) {
    const password = requirePassword(where, await generatePassword(vault, policy));
    // Wrapped first: if the user can't be written then, nothing has changed.
    const wrapped = await wrapPassword(vault, password, parseDuration("--wrap-ttl", "wrapTtl", wrapTtl));
    return { password, wrapped };
  }
  const given = stdin === true ? await readPiped() : await askForPassword(where, user);
  return { password: requirePassword(where, given), wrapped: undefined };
}
