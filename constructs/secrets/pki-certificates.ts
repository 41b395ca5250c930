import { X509Certificate } from "node:crypto";
import { requireCertificates } from "../core/certificates";
import { LeaseholdError } from "../core/errors";

/**
 * The certificate of an intermediate, and how many seconds it lives from its beginning.
 *
 * @throws LeaseholdError that names `where` and `field` when it is no certificate, the first is no authority's or not of that name, or
 * one of them is a root's.
 */
export function requireCaCertificates(
  where: string,
  field: string,
  pem: string,
  commonName: string,
): { readonly pem: string; readonly life: number } {
  const texts = requireCertificates(where, field, pem).match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  const [own, ...parents] = texts.map((text) => read(where, field, text));
  if (own === undefined) throw new LeaseholdError(where, `${field} holds no certificate`, "give that of the issuer");
  if (!own.ca) {
    throw new LeaseholdError(
      where,
      `${field} is not a certificate authority's`,
      "have the CSR signed as that of an authority: basic constraints CA:TRUE",
    );
  }
  const name = /^CN=(.*)$/m.exec(own.subject)?.[1];
  if (name !== commonName) {
    throw new LeaseholdError(
      where,
      `${field} is of ${JSON.stringify(name ?? "no common name")}, and commonName is ${JSON.stringify(commonName)}`,
      "give the issuer's own certificate first, or declare the name that it was signed with",
    );
  }
  if ([own, ...parents].some((each) => each.checkIssued(each))) {
    throw new LeaseholdError(where, `${field} holds a root`, "leave the root out: who verifies must have it already");
  }
  const life = Math.floor((Date.parse(own.validTo) - Date.parse(own.validFrom)) / 1000);
  return { pem: `${texts.map((text) => text.replace(/\r/g, "").trim()).join("\n")}\n`, life };
}

function read(where: string, field: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new LeaseholdError(where, `${field} can't be read as a certificate`, "give it in PEM, as it was issued");
  }
}
