import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, connectionsByName, connectionOf, mountOf, placeOf, staticRoleType } from "./connection";

export const staticUsername: Guardrail = {
  id: "LH-DB-015",
  title: "a user belongs to one static role",
  why: "each of two static roles changes the password at its own times, and the other hands out one that opens nothing",
  remedy: "keep one of the static roles, or give the other a user of its own",
  severity: alwaysError,
  references: [`${connectionPage}#create-static-role`],
  check(declaration) {
    const connections = connectionsByName(declaration);
    const first = new Map<string, string>();
    return resourcesOf(declaration, staticRoleType).flatMap((resource) => {
      const username = textOf(resource.arguments, "username");
      if (username === undefined) return [];
      const connection = connectionOf(resource, connections);
      const name = `${mountOf(resource.arguments)}/${textOf(resource.arguments, "db_name") ?? ""}`;
      const place = (connection && placeOf(connection)) ?? name;
      const other = first.get(`${place} ${username}`);
      if (other === undefined) first.set(`${place} ${username}`, resource.construct);
      return other === undefined ? [] : [{ resource, problem: `username ${username} belongs to ${other} already` }];
    });
  },
};
