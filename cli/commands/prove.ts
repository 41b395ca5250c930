import { Command, Option } from "commander";
import { LeaseholdError } from "../../constructs/core/errors";
import type { DatabaseDefinition } from "../../environments/databases/schema";
import { chosenDatabases, declarationArgument, loadDeclared } from "../declared";
import type { CliContext } from "../context";
import { findVaultBinary, type ServerProduct, serverProducts } from "../parts/vault-binary";
import { runSteps } from "../progress";
import { hasPassed, type RoleProof } from "../prove/finding";
import { prove } from "../prove/prove";
import { table } from "../table";

interface ProveOptions {
  readonly server?: ServerProduct;
  readonly json?: boolean;
}

/** `leasehold prove`: every role's SQL, run on the real engine. */
export function proveCommand(context: CliContext): Command {
  return new Command("prove")
    .description(
      "tries each role on throw-away servers through a real Vault: what its users may do, what they may not, renewal, revocation",
    )
    .addArgument(declarationArgument())
    .argument("[database]", "only this one (default: every one)")
    .argument("[role]", "only this one (default: every one)")
    .addOption(new Option("--server <product>", "which Vault server").choices(serverProducts))
    .option("--json", "print every check as JSON")
    .action(async (name: string, database: string | undefined, role: string | undefined, options: ProveOptions) => {
      const environment = loadDeclared(name, context);
      const databases = chosenDatabases(environment, database).filter((each) => hasRole(each, role));
      if (databases.length === 0) throw unknownRole(chosenDatabases(environment, database), role);
      let proofs: RoleProof[] = [];
      await runSteps([
        {
          title: `The roles of ${name} are proven`,
          run: async (report) => {
            const binary = await findVaultBinary(context.env, options.server, report);
            proofs = await prove(context.env, binary, databases, role, report);
          },
        },
      ]);
      context.print(options.json ? JSON.stringify(proofs) : proofText(proofs));
      if (!proofs.every(hasPassed)) {
        throw new LeaseholdError(
          `leasehold prove ${name}`,
          `${proofs.filter((proof) => !hasPassed(proof)).length} of ${proofs.length} roles are not what they declare`,
          "mend the statements, the bootstrap or what is declared",
        );
      }
    });
}

function hasRole({ roles, staticRoles }: DatabaseDefinition, role: string | undefined): boolean {
  return role === undefined || [...roles, ...staticRoles].some(({ name }) => name === role);
}

function unknownRole(databases: readonly DatabaseDefinition[], role: string | undefined): LeaseholdError {
  const known = databases.flatMap(({ roles, staticRoles }) => [...roles, ...staticRoles].map(({ name }) => name));
  return new LeaseholdError(
    databases.map(({ name }) => name).join(", "),
    `there is no role ${JSON.stringify(role)}`,
    `use one of ${[...new Set(known)].join(", ") || "those that you declare"}`,
  );
}

function proofText(proofs: readonly RoleProof[]): string {
  const columns = { database: "database", role: "role", server: "server", checks: "checks", result: "result" };
  const rows = proofs.map((proof) => ({
    database: proof.database,
    role: proof.role,
    server: proof.server,
    checks: proof.checks.length,
    result: !hasPassed(proof) ? "NOT PROVEN" : proof.checks.length > 0 ? "proven" : "not proven here",
  }));
  const failures = proofs.flatMap(({ database, role, checks, unproven }) => [
    ...checks
      .filter(({ passed }) => !passed)
      .map(({ check, expected, found }) => `${database}/${role}: ${check}: ${verdict(expected, found)}`),
    ...unproven.map((reason) => `${database}/${role}: not proven here: ${reason}`),
  ]);
  return [table(columns, rows), ...(failures.length > 0 ? ["", ...failures] : [])].join("\n");
}

function verdict(expected: string, found: string): string {
  if (expected === "allowed" && found === "refused") return "missing: it is declared, and the server refuses it";
  if (expected === "refused" && found === "allowed") return "too much: it is not declared, and the server allows it";
  return `expected ${expected}, found ${found}`;
}
