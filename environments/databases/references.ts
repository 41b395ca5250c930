import { LeaseholdError } from "../../constructs/core/errors";
import { bootstrapOf } from "./bootstrap";
import type { DatabaseDefinition } from "./schema";
import { type Misfit, unknown } from "../misfit";

/** What does not fit within one database: its roles' groups, its users, its bootstrap. */
export function checkDatabase(database: DatabaseDefinition, path: (string | number)[]): Misfit[] {
  return [
    ...noRoles(database, path),
    ...unknownGroups(database, path),
    ...superusers(database, path),
    ...bootstrapProblem(database, path),
  ];
}

function noRoles({ roles, staticRoles }: DatabaseDefinition, path: (string | number)[]): Misfit[] {
  if (roles.length + staticRoles.length > 0) return [];
  return [
    {
      path: [...path, "roles"],
      message: "are none, and no static or shared roles either: add one, or remove the database",
    },
  ];
}

function unknownGroups(database: DatabaseDefinition, path: (string | number)[]): Misfit[] {
  const declared = declaredGroups(database);
  if (declared === undefined) return [];
  return database.roles.flatMap(({ statements }, at) =>
    unknown("group role", statements.groups, declared, [...path, "roles", at, "statements"]),
  );
}

/** The group roles that the bootstrap makes; undefined where there is none that could. */
function declaredGroups(database: DatabaseDefinition): string[] | undefined {
  if (database.engine === "mongodb" || database.engine === "custom") return undefined;
  return [
    ...("groups" in database.bootstrap ? Object.keys(database.bootstrap.groups) : []),
    ...("ownerRole" in database.bootstrap ? [database.bootstrap.ownerRole] : []),
    ...database.roles.flatMap(({ statements }) => Object.keys(statements.definedGroups)),
  ];
}

/** Only a superuser makes superusers. */
function superusers(database: DatabaseDefinition, path: (string | number)[]): Misfit[] {
  if (database.engine !== "postgres" || database.bootstrap.superuserAdmin !== undefined) return [];
  return database.roles.flatMap(({ name, statements }, at) =>
    statements.superuserReason === undefined
      ? []
      : [
          {
            path: [...path, "roles", at, "statements"],
            message: `make ${name} a superuser, which only a superuser can do: say in bootstrap.superuserAdmin why Vault's admin is one, or use PostgresStatements.migrator`,
          },
        ],
  );
}

/** Whatever else the bootstrap refuses: two roles that ask different things of one group, names that are the server's own. */
function bootstrapProblem(database: DatabaseDefinition, path: (string | number)[]): Misfit[] {
  try {
    bootstrapOf(database);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    return [{ path: [...path, "bootstrap"], message: `${thrown.problem}: ${thrown.remedy}` }];
  }
}
