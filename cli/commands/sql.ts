import { Command } from "commander";
import { adminPasswordSetting } from "../../constructs/database/statements/postgres-bootstrap";
import { LeaseholdError } from "../../constructs/core/errors";
import { environmentNames, loadEnvironment } from "../../environments/load";
import type { CliContext } from "../context";
import { bootstrapOf } from "../lab/bootstrap";

/** `leasehold sql`: what people run in their databases. */
export function sqlCommand(context: CliContext): Command {
  const sql = new Command("sql").description("SQL that people run in their databases");
  sql
    .command("bootstrap")
    .description(
      "prints what a superuser runs once in each database: Vault's admin, the owner and group roles, their privileges",
    )
    .argument("<environment>", environmentNames.join(", "))
    .argument("[database]", "only this one (default: every one)")
    .option("--json", "print an array of {database, sql}")
    .action((environment: string, database: string | undefined, { json }: { readonly json?: boolean }) => {
      const scripts = bootstraps(context, environment, database);
      context.print(json ? JSON.stringify(scripts) : scripts.map(({ sql: script }) => script).join("\n"));
    });
  return sql;
}

function bootstraps(context: CliContext, environmentName: string, database: string | undefined) {
  const { databases } = loadEnvironment(environmentName, context.env);
  const chosen = databases.filter(({ name }) => database === undefined || name === database);
  if (chosen.length === 0) {
    throw new LeaseholdError(
      `environments/${environmentName}`,
      `there is no database ${JSON.stringify(database)}`,
      `use one of ${databases.map(({ name }) => name).join(", ")}`,
    );
  }
  return chosen.map((declared) => ({
    database: declared.name,
    sql: `${preamble(declared.name, declared.database)}\n${bootstrapOf(declared)}`,
  }));
}

/** The script itself holds no password: psql fills it in. */
function preamble(name: string, database: string): string {
  return [
    `-- ${name}: run by a superuser, safe to repeat.`,
    `--   psql -d ${database} -v ON_ERROR_STOP=1 -v admin_password="$PASSWORD" -f FILE`,
    `SET log_statement = 'none';`,
    `SELECT pg_catalog.set_config('${adminPasswordSetting}', :'admin_password', false) IS NOT NULL AS admin_password_is_set;`,
    ``,
  ].join("\n");
}
