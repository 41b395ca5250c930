import { alwaysError } from "../../core/rule";
import { isSharedUser } from "../../database/statements/admin-user";
import type { Guardrail } from "../guardrail";
import { adminOf, connectionsOf } from "./connection";

export const ownAdmin: Guardrail = {
  id: "LH-DB-008",
  title: "Vault has an admin of its own, which is no superuser",
  why: "a rotation locks out whoever else logs in as that user, and a superuser opens far more than making users takes",
  remedy: "have the bootstrap make a user of Vault's own, such as vault_admin",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/secrets/databases#setup"],
  check: (declaration) =>
    connectionsOf(declaration).flatMap((connection) => {
      const admin = adminOf(connection);
      if (admin === undefined || !isSharedUser(admin)) return [];
      return [
        {
          resource: connection.resource,
          problem: `the admin is ${admin}, which comes with the server or is everybody's`,
        },
      ];
    }),
};
