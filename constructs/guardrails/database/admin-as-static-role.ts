import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { adminOf, connectionOf, connectionPage, connectionsByName, staticRoleType } from "./connection";

export const adminAsStaticRole: Guardrail = {
  id: "LH-DB-006",
  title: "a connection's admin is no static role",
  why: "the first rotation of the static role changes the password that the connection logs in with, and locks Vault out",
  remedy: "rotate the admin with the connection's rotate-root, and give the static role another user",
  severity: alwaysError,
  references: [`${connectionPage}#rotate-root-credentials`, `${connectionPage}#create-static-role`],
  check(declaration) {
    const connections = connectionsByName(declaration);
    return resourcesOf(declaration, staticRoleType).flatMap((resource) => {
      const connection = connectionOf(resource, connections);
      const username = textOf(resource.arguments, "username");
      if (connection === undefined || username === undefined || username !== adminOf(connection)) return [];
      return [{ resource, problem: `username ${username} is the admin of connection ${connection.name}` }];
    });
  },
};
