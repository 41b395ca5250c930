import { isAbsolute } from "node:path/posix";
import { requireCertificates } from "../core/certificates";
import { LeaseholdError, show } from "../core/errors";

/**
 * How Vault checks the server that it connects to: not at all without TLS, encrypted only, by its certificate, by its
 * certificate and name.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export const tlsModes = ["disable", "require", "verify-ca", "verify-full"] as const;

export type TlsMode = (typeof tlsModes)[number];

/** Who signed a server's certificate: the certificates themselves, or a file of them on the Vault server. */
export type CertificateAuthority = { readonly pem: string } | { readonly serverFile: string };

/**
 * The mode itself; `verify-full` where none is given.
 *
 * @throws LeaseholdError when it is unknown, or an authority is given that the mode does not look at.
 */
export function requireTlsMode(
  where: string,
  tls: TlsMode = "verify-full",
  authority: CertificateAuthority | undefined,
): TlsMode {
  if (!tlsModes.includes(tls)) {
    throw new LeaseholdError(where, `tls ${show(tls)} is unknown`, `use one of ${tlsModes.join(", ")}`);
  }
  if (authority === undefined) return tls;
  if (tls === "disable" || tls === "require") {
    throw new LeaseholdError(
      where,
      `certificateAuthority is given, and tls ${tls} does not look at it`,
      "use a mode that verifies, such as verify-full, or leave certificateAuthority out",
    );
  }
  if ("pem" in authority) requireCertificates(where, "certificateAuthority.pem", authority.pem);
  return tls;
}

/**
 * A path on the Vault server.
 *
 * @throws LeaseholdError unless it is absolute: Vault's working folder is nobody's business.
 */
export function requireServerFile(where: string, field: string, path: string): string {
  if (isAbsolute(path) && !/[\s{}$%]/.test(path)) return path;
  throw new LeaseholdError(
    where,
    `${field} ${show(path)} is not an absolute path on the Vault server`,
    "write it as in /etc/vault.d/database-ca.pem, without blanks",
  );
}
