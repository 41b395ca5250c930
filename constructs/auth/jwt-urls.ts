import { LeaseholdError, show } from "../core/errors";
import { requireHttpsUrl } from "../core/urls";

const loopbackPattern = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:\/[\w.~/-]*)?$/;

/**
 * The URL of an issuer or its keys: https, or http on this machine, where nobody listens in.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireIssuerUrl(where: string, field: string, url: string): string {
  return isLoopback(url) ? url : requireHttpsUrl(where, field, url);
}

/**
 * Where a browser is sent with the code of a login: https, or http on the person's own machine, as `vault login` has it.
 *
 * @throws LeaseholdError that names `where` and `field`.
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt#redirect-uris
 */
export function requireRedirectUris(where: string, field: string, uris: readonly string[]): string[] {
  if (uris.length === 0) {
    throw new LeaseholdError(
      where,
      `${field} is empty`,
      'name where a login may end, such as "http://localhost:8250/oidc/callback" for vault login',
    );
  }
  return uris.map((uri) => requireIssuerUrl(where, field, uri));
}

/**
 * The discovery URL of an issuer, which is also its name.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireDiscoveryUrl(where: string, field: string, url: string): string {
  if (!url.includes("/.well-known")) return requireIssuerUrl(where, field, url);
  throw new LeaseholdError(where, `${field} ${show(url)} is that of a document`, "leave out /.well-known and the rest");
}

function isLoopback(url: string): boolean {
  return loopbackPattern.test(url) && URL.canParse(url);
}
