import { LeaseholdError } from "./errors";

/** Certificates and nothing between them, where a key could stand. */
const pemPattern = /^(?:-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/;

/**
 * The PEM certificates themselves.
 *
 * @throws LeaseholdError that names `where` and `field`, and never repeats a text that may be a key.
 */
export function requireCertificates(where: string, field: string, pem: string): string {
  if (pemPattern.test(pem)) return pem;
  throw new LeaseholdError(
    where,
    `${field} is not a PEM certificate`,
    "give the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, and never a private key",
  );
}
