import { errorFromStaging } from "../../core/rule";
import { numberOf, resourcesOf, textOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";
import { keyType, pkiPage, pkiRoleType, requestType, rootType } from "./pki";

/** What the provider takes where nothing is given. */
const providerDefault = { type: "rsa", bits: 2048 };

export const weakKey: Guardrail = {
  id: "LH-PKI-006",
  title: "keys are strong enough for as long as they live",
  why: "what is signed with a weak key can be forged; an authority outlives the years for which 2048 bits of RSA are recommended",
  remedy: "use ec with 256 bits or more, or rsa with 2048 bits or more, 3072 for an authority",
  severity: errorFromStaging,
  references: [pkiPage, "https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final"],
  check: (declaration) => [
    ...resourcesOf(declaration, pkiRoleType).flatMap((resource) => weak(resource, { rsa: 2048, ec: 256 })),
    ...resourcesOf(declaration, keyType, rootType, requestType)
      .filter(({ arguments: given }) => !["existing", "kms"].includes(textOf(given, "type") ?? ""))
      .flatMap((resource) => weak(resource, { rsa: 3072, ec: 256 })),
  ],
};

function weak(resource: DeclaredResource, least: Readonly<Record<string, number>>) {
  const { arguments: given } = resource;
  const type = textOf(given, "key_type") ?? providerDefault.type;
  const bits = numberOf(given, "key_bits") ?? providerDefault.bits;
  const needed = least[type];
  if (needed === undefined || bits >= needed || bits === 0) return [];
  return [{ resource, problem: `a key of ${type} has ${bits} bits, and should have ${needed} at least` }];
}
