import { LeaseholdError, show } from "../core/errors";

const label = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";
const domainPattern = new RegExp(`^(?:${label}\\.)*${label}$`);
const globPattern = new RegExp(`^(?:(?:${label}|[A-Za-z0-9_*-]+)\\.)*(?:${label}|[A-Za-z0-9_*-]+)$`);
/** Identity templates stand for a label or more. */
const template = /\{\{[\w.@/ -]+\}\}/g;

/**
 * The domains themselves.
 *
 * @throws LeaseholdError that names `where` and `field` when one is no domain, or has a `*` or a template that the role does not allow.
 */
export function requireDomains(
  where: string,
  field: string,
  domains: readonly string[],
  { globs, templates }: { readonly globs: boolean; readonly templates: boolean },
): string[] {
  return domains.map((domain) => {
    const plain = templates && typeof domain === "string" ? domain.replace(template, "t") : domain;
    if (typeof plain === "string" && (globs ? globPattern : domainPattern).test(plain) && plain.length <= 253) {
      return domain;
    }
    throw new LeaseholdError(
      where,
      `${field} ${show(domain)} is not a domain`,
      typeof domain === "string" && domain.includes("*")
        ? "name the domain alone and set allowSubdomains; only allowGlobDomains takes a *"
        : typeof domain === "string" && domain.includes("{{")
          ? "set allowedDomainsTemplate to have Vault fill in {{ }}"
          : 'write it as in "company.com"',
    );
  });
}

/**
 * The URI patterns themselves.
 *
 * @throws LeaseholdError that names `where` and `field` when one is no URI, or leaves its scheme or host open.
 */
export function requireUriPatterns(where: string, field: string, patterns: readonly string[]): string[] {
  return patterns.map((pattern) => {
    if (typeof pattern === "string" && /^[a-z][a-z0-9+.-]*:\/\/[^\s*/$%]+(?:\/[^\s$%]*)?$/.test(pattern))
      return pattern;
    throw new LeaseholdError(
      where,
      `${field} ${show(pattern)} is not a URI with a host`,
      'write it as in "spiffe://company.com/ns/web/*"',
    );
  });
}

/**
 * A text of a certificate's subject.
 *
 * @throws LeaseholdError that names `where` and `field` when it is empty, longer than 64 letters, or Terraform would fill something in.
 */
export function requireSubjectText(where: string, field: string, value: string): string {
  if (typeof value === "string" && /^\S(?:.{0,62}\S)?$/u.test(value) && !/\p{Cc}|[$%]\{/u.test(value)) return value;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't stand in a certificate`,
    "give 1 to 64 characters, without spaces around them, control characters, ${ or %{",
  );
}
