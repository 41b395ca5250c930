import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { connectionsOf, type Engine, providerPage } from "./connection";

/** The argument that lies in the state, by engine; `password` for all others. */
const stored: Partial<Readonly<Record<Engine, string>>> = { mongodbatlas: "private_key" };

export const passwordInState: Guardrail = {
  id: "LH-DB-001",
  title: "no admin password in the Terraform state",
  why: "whoever reads the state, a backup or a plan of it can log in as the user that makes all others",
  remedy:
    "use password_wo with password_wo_version, which hashicorp/vault has from 5.0 on, or have Vault rotate the password and waive this",
  severity: errorFromStaging,
  references: [
    `${providerPage}#password_wo-1`,
    "https://developer.hashicorp.com/terraform/language/manage-sensitive-data",
  ],
  check: (declaration) =>
    connectionsOf(declaration).flatMap(({ resource, engine, settings }) => {
      const argument = stored[engine] ?? "password";
      if (settings[argument] === undefined) return [];
      return [{ resource, problem: `${argument} of ${engine} is kept in the Terraform state as it is` }];
    }),
};
