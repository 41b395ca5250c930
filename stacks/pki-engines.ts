import type { Construct } from "constructs";
import type { PkiMount } from "../constructs/secrets/pki-mount";
import { PkiSecretsEngine } from "../constructs/secrets/pki-secrets-engine";
import type { DeclaredPkiEngine } from "../environments/engines/pki";

/** A PKI mount with what it holds; whoever signs it must be there already. */
export function declarePki(
  scope: Construct,
  declared: DeclaredPkiEngine,
  preventDestroy: boolean,
  mountOf: (path: string) => PkiMount,
): PkiSecretsEngine {
  const pki = new PkiSecretsEngine(scope, `mount-${declared.path}`, { ...declared, preventDestroy });
  switch (declared.authority) {
    case "root":
      for (const issuer of declared.issuers) pki.addRoot(issuer.name, issuer);
      break;
    case "intermediate":
      for (const { parentIssuer = "default", ...issuer } of declared.issuers) {
        pki.addIntermediate(issuer.name, { ...issuer, parent: mountOf(declared.parent).issuer(parentIssuer) });
      }
      break;
    case "external-intermediate":
      for (const issuer of declared.issuers) pki.addExternalIntermediate(issuer.name, issuer);
  }
  for (const role of declared.roles) pki.addRole(role.name, role);
  return pki;
}
