import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { adminOf, connectionPage, connectionsOf, placeOf } from "./connection";

export const sharedLogin: Guardrail = {
  id: "LH-DB-005",
  title: "no two connections log in as one user of one server",
  why: "once one of them rotates the password, the other can neither make users nor end them",
  remedy: "give each connection an admin of its own",
  // Two namespaces can share a database's user as two mounts can.
  acrossNamespaces: true,
  severity: alwaysError,
  references: [`${connectionPage}#rotate-root-credentials`],
  check(declaration) {
    const first = new Map<string, string>();
    return connectionsOf(declaration).flatMap((connection) => {
      const { resource, mount, name } = connection;
      const [admin, place] = [adminOf(connection), placeOf(connection)];
      if (admin === undefined || place === undefined) return [];
      const login = `${admin} at ${place}`;
      const other = first.get(login);
      if (other === undefined) first.set(login, `${mount}/${name}`);
      return other === undefined ? [] : [{ resource, problem: `logs in as ${login}, as connection ${other} does` }];
    });
  },
};
