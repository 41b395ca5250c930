import { LeaseholdError, show } from "../../core/errors";
import { requireName } from "../../core/names";
import { migrationPrivileges } from "./mysql-statements";
import {
  endSessionsProcedure,
  everyTableOf,
  oneTable,
  quoteMySqlIdentifier,
  quoteMySqlLiteral,
  type MySqlProduct,
  mySqlProducts,
} from "./mysql-text";
import { grantsOf, requireDatabases, requireHost, requireMySqlAccess } from "./mysql-user";
import type { TableAccess, TablePrivilege } from "./statement-set";
import { writePrivileges } from "./table-access";

/** What must stand in a MySQL or MariaDB server before Vault can make users in it. */
export interface MySqlBootstrapOptions {
  readonly product: MySqlProduct;
  /** Databases to make where they are missing. */
  readonly databases: readonly string[];
  /** Vault's own user: makes and drops users, may pass on what is named here and nothing else. */
  readonly adminUsername: string;
  /** Where the admin logs in from. @default "%", from everywhere */
  readonly adminHost?: string | undefined;
  /** What the users of all roles may do by their statements. @default nothing */
  readonly access?: readonly TableAccess[];
  /** Databases whose schema users of migrators change. @default none */
  readonly migrates?: readonly string[];
  /** MySQL only: group roles by name, and what their members may do. @default none */
  readonly groups?: Readonly<Record<string, TableAccess>>;
}

/** The session variable that carries the admin's password into the script, so that the script itself holds none. */
export const mySqlAdminPasswordVariable = "@leasehold_admin_password";

/**
 * The script that root runs once in the server, for the client `mysql` or `mariadb`; see `mysqlBootstrapStatements`.
 *
 * @throws LeaseholdError when a name, a host or an access can't be used.
 */
export function mysqlBootstrap(options: MySqlBootstrapOptions): string {
  return sectionsOf(options)
    .map(({ title, statements }) => [`-- ${title}`, ...statements.map(asClientText), ""].join("\n"))
    .join("\n");
}

/**
 * What root runs once in the server, statement by statement in one session: Vault's admin, what it may pass on, and for MySQL
 * the group roles and the procedure that ends sessions.
 *
 * It is safe to run again: admin and groups then have what is declared and no more, after a moment in which they have less.
 * The admin's password is set only when the admin is created, so a rotated password survives. A named table that does not
 * exist yet is passed over with a notice. The password is read from the session variable `@leasehold_admin_password`.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/grant.html
 * @see https://mariadb.com/kb/en/grant/
 * @throws LeaseholdError when a name, a host or an access can't be used.
 */
export function mysqlBootstrapStatements(options: MySqlBootstrapOptions): string[] {
  return sectionsOf(options).flatMap(({ statements }) => statements);
}

interface Section {
  readonly title: string;
  readonly statements: readonly string[];
}

function sectionsOf(options: MySqlBootstrapOptions): Section[] {
  requireUsable(options);
  const { product, databases, adminUsername, adminHost = "%", groups = {} } = options;
  const admin = `${quoteMySqlLiteral(adminUsername)}@${quoteMySqlLiteral(adminHost)}`;
  return [
    {
      title: "The databases. Backslashes escape in what follows.",
      statements: [
        "SET SESSION sql_mode = 'TRADITIONAL'",
        ...databases.map((name) => `CREATE DATABASE IF NOT EXISTS ${quoteMySqlIdentifier(name)}`),
      ],
    },
    ...(product === "mariadb"
      ? [{ title: "Users without a name come before the admin at a login.", statements: noAnonymous() }]
      : []),
    ...(product === "mysql"
      ? [{ title: "How Vault ends the sessions of its users, and of no others.", statements: endSessions() }]
      : []),
    ...Object.entries(groups).map(([group, access]) => ({
      title: `What members of ${group} may do, and nothing else.`,
      statements: groupRole(group, access),
    })),
    {
      title: "Vault's own user: makes and drops users, and may pass on the rights named here, no others.",
      statements: [
        ...ifAbsent(adminUsername, adminHost, admin),
        `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${admin}`,
        `GRANT CREATE USER${product === "mariadb" ? ", CONNECTION ADMIN" : ""} ON *.* TO ${admin}`,
        ...(product === "mysql" ? [`GRANT EXECUTE ON PROCEDURE ${endSessionsProcedure} TO ${admin}`] : []),
        ...passedOn(options, admin),
        ...groupsOf(Object.keys(groups), admin),
      ],
    },
  ];
}

function requireUsable(options: MySqlBootstrapOptions): void {
  const { product, adminUsername, adminHost, databases, migrates = [], access = [], groups = {} } = options;
  const where = `bootstrap of ${databases.join(", ")}`;
  if (!mySqlProducts.includes(product)) {
    throw new LeaseholdError(where, `product ${show(product)} is unknown`, `use ${mySqlProducts.join(" or ")}`);
  }
  requireDatabases(where, "databases", databases);
  if (migrates.length > 0) requireDatabases(where, "migrates", migrates);
  requireName(where, "adminUsername", adminUsername);
  if (adminUsername.length > 32 || adminUsername.startsWith("v-")) {
    throw new LeaseholdError(
      where,
      `adminUsername ${adminUsername} is ${adminUsername.length > 32 ? "longer than 32 characters" : "like a dynamic user's"}`,
      "choose another, such as vault_admin",
    );
  }
  requireHost(where, "adminHost", adminHost ?? "%");
  access.forEach((each, index) => {
    if (Object.keys({ ...each.schemas, ...each.tables }).length > 0)
      requireMySqlAccess(`${where}, access[${index}]`, each);
  });
  for (const [name, each] of Object.entries(groups)) {
    if (product === "mariadb") {
      throw new LeaseholdError(
        where,
        `groups names ${name}, and MariaDB lets Vault's admin make no role the default of a user`,
        "grant to the users themselves, as all presets of MariaDbStatements do",
      );
    }
    requireName(where, "groups", name);
    requireMySqlAccess(`${where}, groups.${name}`, each);
  }
}

/** One statement that is put together by the server: neither product has anonymous blocks that both know. */
function prepared(expression: string): string[] {
  return [
    `SET @leasehold_statement = ${expression}`,
    "PREPARE leasehold_statement FROM @leasehold_statement",
    "EXECUTE leasehold_statement",
    "DEALLOCATE PREPARE leasehold_statement",
  ];
}

function noAnonymous(): string[] {
  const drop = "CONCAT('DROP USER ', GROUP_CONCAT(CONCAT(QUOTE(user), '@', QUOTE(host)) SEPARATOR ', '))";
  return prepared(`COALESCE((SELECT ${drop} FROM mysql.user WHERE user = ''), 'DO 0')`);
}

/** A statement that can't run says, in the server's error, what is missing. */
function ifAbsent(username: string, host: string, admin: string): string[] {
  const exists = `EXISTS (SELECT 1 FROM mysql.user WHERE user = ${quoteMySqlLiteral(username)} AND host = ${quoteMySqlLiteral(host)})`;
  const create = `CONCAT(${quoteMySqlLiteral(`CREATE USER ${admin} IDENTIFIED BY `)}, QUOTE(${mySqlAdminPasswordVariable}))`;
  const missing = quoteMySqlLiteral(`SELECT \`set ${mySqlAdminPasswordVariable} to the password of the admin first\``);
  return prepared(`IF(${exists}, 'DO 0', IF(${mySqlAdminPasswordVariable} IS NULL, ${missing}, ${create}))`);
}

function groupRole(group: string, access: TableAccess): string[] {
  const role = quoteMySqlLiteral(group);
  return [
    `CREATE ROLE IF NOT EXISTS ${role}`,
    `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${role}`,
    ...rights(access, `TO ${role}`),
  ];
}

/** Members by way of the admin: its groups must be active for it to pass them on. */
function groupsOf(groups: readonly string[], admin: string): string[] {
  if (groups.length === 0) return [];
  return [
    `GRANT ${groups.map(quoteMySqlLiteral).join(", ")} TO ${admin} WITH ADMIN OPTION`,
    `SET DEFAULT ROLE ALL TO ${admin}`,
  ];
}

/** Nobody can grant what they don't have: the admin has what all roles together need. */
function passedOn({ access = [], migrates = [] }: MySqlBootstrapOptions, admin: string): string[] {
  const [schemas, tables]: Record<string, TablePrivilege[]>[] = [{}, {}];
  for (const each of access) {
    for (const [target, declared] of [
      [schemas, each.schemas],
      [tables, each.tables],
    ] as const) {
      for (const [name, privileges] of Object.entries(declared ?? {})) {
        if (target !== undefined) target[name] = [...new Set([...(target[name] ?? []), ...privileges])];
      }
    }
  }
  const schemaChanges = [...writePrivileges, ...migrationPrivileges].join(", ");
  return [
    ...rights({ schemas: schemas ?? {}, tables: tables ?? {} }, `TO ${admin} WITH GRANT OPTION`),
    ...migrates.map((name) => `GRANT ${schemaChanges} ON ${everyTableOf(name)} TO ${admin} WITH GRANT OPTION`),
  ];
}

function rights({ schemas = {}, tables = {} }: TableAccess, to: string): string[] {
  return [
    ...grantsOf({ schemas }).map((grant) => `GRANT ${grant} ${to}`),
    ...Object.entries(tables).flatMap(([table, privileges]) =>
      onTable(table, `GRANT ${privileges.join(", ")} ON ${oneTable(table)} ${to}`),
    ),
  ];
}

/** Rights to a table that is not there can't be granted. */
function onTable(table: string, grant: string): string[] {
  const [database = "", name = ""] = table.split(".").map(quoteMySqlLiteral);
  const exists = `EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = ${database} AND table_name = ${name})`;
  const notice = `SELECT ${quoteMySqlLiteral(`table ${table} does not exist yet: run this again when it does`)} AS notice`;
  return prepared(`IF(${exists}, ${quoteMySqlLiteral(grant)}, ${quoteMySqlLiteral(notice)})`);
}

/**
 * MySQL has no statement that ends all sessions of a user. The procedure runs with the rights of root, who made it, so it looks
 * at nobody's sessions but dynamic users'. A session that ends by itself meanwhile is no error (1094).
 */
function endSessions(): string[] {
  return [
    "CREATE DATABASE IF NOT EXISTS leasehold",
    `DROP PROCEDURE IF EXISTS ${endSessionsProcedure}`,
    `CREATE PROCEDURE ${endSessionsProcedure}(IN target VARCHAR(32) CHARACTER SET utf8mb4)
  SQL SECURITY DEFINER
BEGIN
  DECLARE done BOOLEAN DEFAULT FALSE;
  DECLARE session_id BIGINT UNSIGNED;
  DECLARE sessions CURSOR FOR
    SELECT id FROM information_schema.processlist WHERE user = target COLLATE utf8mb4_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
  DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
  IF target IS NULL OR target NOT LIKE 'v-%' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'leasehold.end_sessions ends sessions of users named v-... only';
  END IF;
  OPEN sessions;
  each_session: LOOP
    FETCH sessions INTO session_id;
    IF done THEN
      LEAVE each_session;
    END IF;
    KILL session_id;
  END LOOP;
  CLOSE sessions;
END`,
  ];
}

/** DELIMITER is understood by the clients only, and needed where a statement holds `;` itself. */
function asClientText(statement: string): string {
  return statement.includes(";") ? `DELIMITER //\n${statement}//\nDELIMITER ;` : `${statement};`;
}
