import { alwaysWarning } from "../../core/rule";
import { isTransitKeyType, transitType } from "../../core/transit-types";
import { numberOf, resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { transitPage } from "./transit-key";

export const unrotatedKey: Guardrail = {
  id: "LH-TRN-004",
  title: "a key that encrypts is rotated",
  why: "a version of a cipher is safe for some 4 billion encryptions, and whoever got hold of it once decrypts everything",
  remedy: "set auto_rotate_period; what older versions encrypted stays readable",
  severity: alwaysWarning,
  references: [transitPage, "https://developer.hashicorp.com/vault/docs/secrets/transit#working-set-management"],
  check: (declaration) =>
    resourcesOf(declaration, "vault_transit_secret_backend_key").flatMap((resource) => {
      const given = resource.arguments;
      const type = textOf(given, "type") ?? "aes256-gcm96";
      if (!isTransitKeyType(type)) return [];
      const { encrypts, symmetric } = transitType(type);
      // What is convergent is searched for, which ends with a rotation.
      if (!encrypts || !symmetric || given["convergent_encryption"] === true) return [];
      const period = given["auto_rotate_period"];
      if (period !== undefined && numberOf(given, "auto_rotate_period") !== 0) return [];
      return [{ resource, problem: `a key of type ${type} has no auto_rotate_period` }];
    }),
};
