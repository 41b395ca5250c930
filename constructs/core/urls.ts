import { LeaseholdError, show } from "./errors";

const httpsPattern =
  /^https:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/[\w.~/-]*)?$/;

/**
 * The URL itself, when it is an https one of a host, perhaps with a port and a path, and nothing else.
 *
 * @throws LeaseholdError that names `where` and `field`, and never repeats credentials.
 */
export function requireHttpsUrl(where: string, field: string, url: string): string {
  if (httpsPattern.test(url) && URL.canParse(url)) return url;
  throw new LeaseholdError(
    where,
    `${field} ${show(url).replace(/\/\/[^/]*@/, "//***@")} is not an https URL`,
    "write it as in https://api.company.com:6443, without credentials, query or fragment",
  );
}

/**
 * The URL itself, when it is an https one, or an http one of this machine's loopback, where a stand-in may listen in a lab.
 *
 * @throws LeaseholdError that names `where` and `field`, and never repeats credentials.
 */
export function requireHttpsOrLoopbackUrl(where: string, field: string, url: string): string {
  return /^http:\/\/(?:127\.0\.0\.1|localhost):\d{1,5}\/?$/.test(url) ? url : requireHttpsUrl(where, field, url);
}
