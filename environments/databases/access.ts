import { spelledOut } from "../../constructs/database/statements/postgres-bootstrap";
import type { StatementSet, TableAccess, TablePrivilege } from "../../constructs/database/statements/statement-set";
import { tableName } from "../../constructs/database/statements/table-access";
import { postgresBootstrapOptions } from "./bootstrap";
import type { PostgresDefinition } from "./schema";

/** What a role's users may do by what is declared, nothing of it asked of a server. */
export interface DeclaredAccess {
  /** Privileges by table, as `schema.table`; `schema.*` stands for every table of a schema. */
  readonly tables: ReadonlyMap<string, ReadonlySet<TablePrivilege>>;
  /** Group roles that the users can act as. */
  readonly memberships: readonly string[];
  /** Whether they act as the owner of the schemas' objects. */
  readonly owns: boolean;
  readonly superuser: boolean;
}

/** What users made by the statements may do in the database. */
export function declaredAccess(database: PostgresDefinition, statements: StatementSet): DeclaredAccess {
  const options = postgresBootstrapOptions(database);
  const memberships = statements.memberships ?? statements.groups;
  const tables = new Map<string, Set<TablePrivilege>>();
  const add = (access: TableAccess) => {
    for (const [schema, privileges] of Object.entries(access.schemas ?? {})) {
      addAll(tables, `${schema}.*`, privileges);
    }
    for (const [table, privileges] of Object.entries(access.tables ?? {})) {
      const { schema, name } = tableName(table, "public");
      addAll(tables, `${schema}.${name}`, privileges);
    }
  };
  add(statements.access);
  for (const group of memberships) {
    const access = options.groups[group];
    if (access !== undefined) add(spelledOut(access, options));
  }
  return {
    tables,
    memberships,
    owns: memberships.includes(options.ownerRole),
    superuser: statements.superuserReason !== undefined,
  };
}

/** Whether users may do something with the rows of a table. */
export function mayUse(
  access: DeclaredAccess,
  { schema, table }: { readonly schema: string; readonly table: string },
  privilege: TablePrivilege,
): boolean {
  return [`${schema}.*`, `${schema}.${table}`].some((key) => access.tables.get(key)?.has(privilege) === true);
}

function addAll(tables: Map<string, Set<TablePrivilege>>, key: string, privileges: readonly TablePrivilege[]): void {
  const known = tables.get(key) ?? new Set();
  for (const privilege of privileges) known.add(privilege);
  tables.set(key, known);
}
