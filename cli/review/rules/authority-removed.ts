import { becauseOf, isGone, isPkiAuthority, pathOf, textOf } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";

const what: Readonly<Record<string, string>> = {
  vault_pki_secret_backend_root_cert: "the root",
  vault_pki_secret_backend_key: "the private key",
  vault_pki_secret_backend_issuer: "the issuer",
  vault_pki_secret_backend_intermediate_set_signed: "the certificate of the intermediate",
  vault_pki_secret_backend_root_sign_intermediate: "the signature of the intermediate",
  vault_pki_secret_backend_intermediate_cert_request: "the signing request of the intermediate",
};

/**
 * A certificate authority can't be made again: another key is another authority.
 * https://developer.hashicorp.com/vault/api-docs/secret/pki#delete-issuer
 */
export const authorityRemoved = changeRule(
  "authority-removed",
  "A certificate authority, or its key, is removed or made anew",
  (change) => {
    const { type, action, before, address } = change;
    if (!isPkiAuthority(type) || !isGone(change)) return undefined;
    const named = `${what[type] ?? type} ${nameOfAuthority(before) ?? address}`;
    if (action === "replace") {
      return {
        risk: "blocked",
        what: `${named} is destroyed and made anew${becauseOf(change)}`,
        why: "the new one has another key or certificate: what the old one signed can't be revoked any more, and nobody trusts the new one yet",
        remedy:
          "declare another issuer beside it, make it the default, declare this one retired, and remove it when its last certificate has ended",
      };
    }
    return {
      risk: "dangerous",
      what: `${named} is destroyed`,
      why: "it can't be made again; nothing signs the CRL of what it has issued, so that this can't be revoked any more, and who insists on a CRL refuses it",
      remedy: "see that the last certificate that it issued has ended, and that no issuer below it is in use",
    };
  },
);

/** Who knows what it signs by which name. */
function nameOfAuthority(attributes: Attributes | undefined): string | undefined {
  const name =
    textOf(attributes, "issuer_name") ?? textOf(attributes, "key_name") ?? textOf(attributes, "common_name") ?? "";
  const mount = pathOf(attributes, "backend");
  return name === "" ? mount && `of ${mount}` : `${mount ?? "?"}/${name}`;
}
