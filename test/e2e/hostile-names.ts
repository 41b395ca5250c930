import type { TestPostgres } from "./postgres";

/** Names that people could choose where a login takes them from elsewhere, as JWT and LDAP do. */
export const hostileNames = [
  `a'b`,
  `a";--`,
  `'; DROP TABLE items; --`,
  `"{{name}}"`,
  `{{password}}`,
  "Ω≈ç√∫ 🤖",
  "line\nbreak",
  "\\'; SELECT 1 --",
  "x".repeat(120),
  "$revoke$",
  "END; DROP ROLE app_owner",
];

/** All that a name could have changed in a database and its server. */
export function catalogueOf(postgres: TestPostgres, database: string): Promise<object[]> {
  return postgres.ask(
    database,
    `SELECT 'role' AS kind, rolname::text AS name, rolsuper::text || rolcreaterole || rolcanlogin AS what FROM pg_roles
     UNION ALL SELECT 'table', relname::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT 'member', roleid::regrole::text, member::regrole::text FROM pg_auth_members
     UNION ALL SELECT 'rows', (SELECT count(*)::text FROM items), NULL ORDER BY 1, 2, 3`,
  );
}
