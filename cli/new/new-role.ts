import { LeaseholdError, show } from "../../constructs/core/errors";
import type { Change } from "./draft";
import { declared } from "./declared-source";
import { type NewEngine, newEngines, statementClasses } from "./new-database";

/** What a role's users may do, where that is not what a group may. */
export const presets = { "read-only": "readOnly", "read-write": "readWrite", migrator: "migrator" } as const;

export interface NewRole {
  readonly environment: string;
  readonly database: string;
  readonly name: string;
  /** Group role that its users become members of. */
  readonly group?: string | undefined;
  readonly access?: keyof typeof presets | undefined;
  /** Databases of a MySQL or MariaDB server that `access` is for. */
  readonly on?: readonly string[] | undefined;
  /** Owner of a PostgreSQL database's objects. @default "app_owner" */
  readonly ownerRole?: string | undefined;
  readonly defaultTtl: string;
  readonly maxTtl: string;
}

/**
 * An environment's file with one more role in one of its databases.
 *
 * @throws LeaseholdError when there is no such database, it has a role of that name, or the file has a shape that can't be
 * added to.
 */
export async function newRole(command: string, root: string, role: NewRole): Promise<Change[]> {
  const { environment, database, name } = role;
  const { file, source, literal } = await declared(command, root, environment);
  const databases = source.elements(literal, "databases");
  const found = databases.find((each) => source.stringOf(each, "name") === database);
  if (found === undefined) {
    const names = databases.flatMap((each) => source.stringOf(each, "name") ?? []);
    throw new LeaseholdError(
      command,
      `${file} has no literal of a database ${show(database)}`,
      names.length === 0 ? "make it with leasehold new database" : `use one of ${names.join(", ")} as <database>`,
    );
  }
  if (source.elements(found, "roles").some((each) => source.stringOf(each, "name") === name)) {
    throw new LeaseholdError(command, `${database} has a role ${show(name)}`, "give another <name>");
  }
  const engine = engineOf(command, source.stringOf(found, "engine"), database);
  const { name: type, module } = statementClasses[engine];
  const text = `{ name: ${show(name)}, statements: ${type}.${statementsText(command, engine, role)}, defaultTtl: ${show(role.defaultTtl)}, maxTtl: ${show(role.maxTtl)} }`;
  const after = source.with({ in: found, property: "roles" }, text, { [module]: [type] });
  return [{ file, before: source.text, after }];
}

function engineOf(command: string, engine: string | undefined, database: string): NewEngine {
  const known = newEngines.find((each) => each === engine);
  if (known !== undefined) return known;
  throw new LeaseholdError(
    command,
    `${database} is of engine ${show(engine)}, whose statements are its own`,
    "write the role by hand: docs/databases.md shows how",
  );
}

function statementsText(command: string, engine: NewEngine, role: NewRole): string {
  const { group, access, on, ownerRole } = role;
  const refuse = (problem: string, remedy: string) => new LeaseholdError(command, problem, remedy);
  if ((group === undefined) === (access === undefined)) {
    throw refuse("either --group or --access says what the role's users may do", "give one of the two");
  }
  if (engine === "postgres") {
    if (on !== undefined) throw refuse("--on is for MySQL and MariaDB", "leave --on out");
    const owner = ownerRole === undefined ? "" : `{ ownerRole: ${show(ownerRole)} }`;
    if (group !== undefined) return `memberOf(${show(group)}${owner === "" ? "" : `, ${owner}`})`;
    if (access === "migrator") return `migrator(${owner})`;
    throw refuse(`--access ${String(access)} is for MySQL and MariaDB`, "name the group that may do that with --group");
  }
  if (ownerRole !== undefined) throw refuse("--owner-role is for PostgreSQL", "leave --owner-role out");
  if (access !== undefined) {
    if (on === undefined) throw refuse("--access is for some databases", "name them with --on");
    return `${presets[access]}({ databases: ${show(on)} })`;
  }
  if (on !== undefined) throw refuse("--on goes with --access", "leave --on out, or give --access");
  if (engine === "mariadb") throw refuse("--group is not for MariaDB", "give --access and --on");
  return `memberOf(${show(group)})`;
}
