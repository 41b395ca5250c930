import { LeaseholdError, show } from "../../core/errors";
import { requireName } from "../../core/names";
import { type TableAccess, type TablePrivilege, tablePrivileges } from "./statement-set";

const tablePattern = /^(?:[A-Za-z_][\w-]*\.)?[A-Za-z_][\w-]*$/;

/** What may be done with rows by somebody who only reads, or who also writes. */
export const readPrivileges: readonly TablePrivilege[] = ["SELECT"];
export const writePrivileges: readonly TablePrivilege[] = tablePrivileges;

/**
 * The access itself, when every name and privilege in it can be used.
 *
 * @throws LeaseholdError that names `where` and the field.
 */
export function requireTableAccess(where: string, access: TableAccess): TableAccess {
  for (const [schema, privileges] of Object.entries(access.schemas ?? {})) {
    requireName(where, "schemas", schema);
    requirePrivileges(where, `schemas.${schema}`, privileges);
  }
  for (const [table, privileges] of Object.entries(access.tables ?? {})) {
    if (!tablePattern.test(table) || table.split(".").some((part) => part.length > 63)) {
      throw new LeaseholdError(
        where,
        `tables holds ${show(table)}, which is not the name of a table`,
        "write it as table or schema.table, of letters, digits, _ and -, 63 characters each at most",
      );
    }
    requirePrivileges(where, `tables.${table}`, privileges);
  }
  if (Object.keys({ ...access.schemas, ...access.tables }).length === 0) {
    throw new LeaseholdError(where, "names no schema and no table", "name at least one");
  }
  return access;
}

function requirePrivileges(where: string, field: string, privileges: readonly TablePrivilege[]): void {
  const unknown = privileges.find((privilege) => !tablePrivileges.includes(privilege));
  if (privileges.length > 0 && unknown === undefined) return;
  throw new LeaseholdError(
    where,
    privileges.length === 0 ? `${field} names no privilege` : `${field} holds ${show(unknown)}`,
    `use ${tablePrivileges.join(", ")}`,
  );
}

/** A table's schema and own name; `defaultSchema` where it names none. */
export function tableName(table: string, defaultSchema: string): { readonly schema: string; readonly name: string } {
  const at = table.indexOf(".");
  return at < 0 ? { schema: defaultSchema, name: table } : { schema: table.slice(0, at), name: table.slice(at + 1) };
}

/** The schemas that an access is in. */
export function schemasOf({ schemas = {}, tables = {} }: TableAccess): string[] {
  return [
    ...new Set([...Object.keys(schemas), ...Object.keys(tables).map((table) => tableName(table, "public").schema)]),
  ];
}

/** The same privileges on each of several schemas or tables. */
export function onEach(
  names: readonly string[],
  privileges: readonly TablePrivilege[],
): Readonly<Record<string, readonly TablePrivilege[]>> {
  return Object.fromEntries(names.map((name) => [name, privileges]));
}
