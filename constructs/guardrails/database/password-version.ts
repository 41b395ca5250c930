import { show } from "../../core/errors";
import { alwaysError } from "../../core/rule";
import { numberOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionsOf, providerPage } from "./connection";

export const passwordVersion: Guardrail = {
  id: "LH-DB-002",
  title: "a write-only password has a version",
  why: "Terraform can't see that a write-only value has changed, so without a version, or with 0, the new password is never sent",
  remedy: "give password_wo_version, 1 at first, and raise it with each new password",
  severity: alwaysError,
  references: [`${providerPage}#password_wo_version-1`],
  check: (declaration) =>
    connectionsOf(declaration).flatMap(({ resource, settings }) => {
      if (settings["password_wo"] === undefined) return [];
      const version = settings["password_wo_version"];
      const known = numberOf(settings, "password_wo_version");
      if (version === undefined) return [{ resource, problem: "password_wo is given without password_wo_version" }];
      return known === undefined || known > 0
        ? []
        : [{ resource, problem: `password_wo_version is ${show(version)}, with which the password is never sent` }];
    }),
};
