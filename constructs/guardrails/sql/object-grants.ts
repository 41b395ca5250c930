import { statementGuardrail } from "./statement-findings";

export const objectGrants = statementGuardrail({
  id: "LH-SQL-005",
  title: "users get rights by groups alone",
  why: "a grant on an object adds to its ACL with each user, until PostgreSQL fails near 2,440 of them, and default privileges keep a user from being dropped",
  remedy: "grant to a group role, and make the user its member",
  references: [
    "https://www.postgresql.org/docs/current/ddl-priv.html",
    "https://www.postgresql.org/docs/current/role-membership.html",
  ],
  kinds: ["grants on objects"],
});
