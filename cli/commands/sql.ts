import { Command } from "commander";
import { mySqlAdminPasswordVariable } from "../../constructs/database/statements/mysql-bootstrap";
import { adminPasswordSetting } from "../../constructs/database/statements/postgres-bootstrap";
import { bootstrapOf } from "../../environments/databases/bootstrap";
import { type DatabaseDefinition, isPostgres, type PostgresDefinition } from "../../environments/databases/schema";
import { chosenDatabases, declarationArgument, loadDeclared } from "../declared";
import type { CliContext } from "../context";

/** `leasehold sql`: what people run in their databases. */
export function sqlCommand(context: CliContext): Command {
  const sql = new Command("sql").description("SQL that people run in their databases");
  sql
    .command("bootstrap")
    .description(
      "prints what a superuser runs once in each database: Vault's admin, the owner and group roles, their privileges",
    )
    .addArgument(declarationArgument())
    .argument("[database]", "only this one (default: every one)")
    .option("--json", "print an array of {database, sql}")
    .action((environment: string, database: string | undefined, { json }: { readonly json?: boolean }) => {
      const scripts = bootstraps(context, environment, database);
      context.print(json ? JSON.stringify(scripts) : scripts.map(({ sql: script }) => script).join("\n"));
    });
  return sql;
}

function bootstraps(context: CliContext, environmentName: string, database: string | undefined) {
  const chosen = chosenDatabases(loadDeclared(environmentName, context), database);
  return chosen.map((declared) => ({
    database: declared.name,
    sql: scriptOf(declared),
  }));
}

function scriptOf(declared: DatabaseDefinition): string {
  const script = bootstrapOf(declared);
  if (script === undefined) {
    return `-- ${declared.name}: ${declared.engine} has no bootstrap: make ${declared.admin.username} by its own tools.\n`;
  }
  return `${isPostgres(declared) ? postgresPreamble(declared) : mysqlPreamble(declared)}\n${script}`;
}

/** The script itself holds no password: psql fills it in. */
function postgresPreamble({ name, database }: PostgresDefinition): string {
  return [
    `-- ${name}: run by a superuser, safe to repeat.`,
    `--   psql -d ${database} -v ON_ERROR_STOP=1 -v admin_password="$PASSWORD" -f FILE`,
    `SET log_statement = 'none';`,
    `SELECT pg_catalog.set_config('${adminPasswordSetting}', :'admin_password', false) IS NOT NULL AS admin_password_is_set;`,
    ``,
  ].join("\n");
}

/** The script itself holds no password: it is set in the session before. */
function mysqlPreamble({ name, engine }: DatabaseDefinition): string {
  return [
    `-- ${name}: run by root, safe to repeat.`,
    `--   (echo "SET ${mySqlAdminPasswordVariable} = '$PASSWORD';"; cat FILE) | ${engine}`,
    ``,
  ].join("\n");
}
