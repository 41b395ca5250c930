import { formatDuration } from "../../core/duration";
import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource, Guardrail, GuardrailFinding } from "../guardrail";
import { secondsOf } from "../seconds";
import { authoritiesOf, meant, pkiPage, pkiPages, pkiRoleType } from "./pki";

export const certificateTtl: Guardrail = {
  id: "LH-PKI-002",
  title: "a certificate ends before its issuer does",
  why: "Vault refuses it or cuts its life short, so that it is not renewed in time; OpenBao signs authorities that outlive their issuer",
  remedy: "lower the TTL, or have the issuer and the mount live longer",
  severity: alwaysError,
  references: [pkiPage, pkiPages.considerations],
  check: (declaration) => {
    const mounts = mountLimits(declaration);
    const authorities = authoritiesOf(declaration);
    const limits = (mount: string, reference: string | undefined): Limit[] => [
      ...mounts.filter((limit) => limit.mount === mount),
      ...meant(declaration, authorities, mount, reference).flatMap(({ seconds }) =>
        seconds === undefined ? [] : [{ mount, what: "the life of its issuer", seconds }],
      ),
    ];
    const roles = resourcesOf(declaration, pkiRoleType).flatMap((resource) => {
      const given = resource.arguments;
      const all = limits(textOf(given, "backend") ?? "", textOf(given, "issuer_ref"));
      return [...over(resource, "ttl", all), ...over(resource, "max_ttl", all)];
    });
    const issuers = authorities.flatMap(({ kind, resource, mount, signedIn, signedBy }) => {
      // What a root may live, its own mount says; its issuer is itself.
      const signers = kind === "root" ? [] : limits(signedIn, signedBy);
      return over(resource, "ttl", [...mounts.filter((limit) => limit.mount === mount), ...signers]);
    });
    return [...roles, ...issuers];
  },
};

interface Limit {
  readonly mount: string;
  readonly what: string;
  readonly seconds: number;
}

/** How long mounts let certificates live, where the stack says so. */
function mountLimits(declaration: Declaration): Limit[] {
  return resourcesOf(declaration, "vault_mount").flatMap(({ arguments: given }): Limit[] => {
    const seconds = secondsOf(given["max_lease_ttl_seconds"]);
    return seconds === undefined ? [] : [{ mount: textOf(given, "path") ?? "", what: "the mount's maximum", seconds }];
  });
}

function over(resource: DeclaredResource, field: string, limits: readonly Limit[]): GuardrailFinding[] {
  const ttl = secondsOf(resource.arguments[field]) ?? 0;
  return limits
    .filter(({ seconds }) => ttl > seconds)
    .map(({ what, seconds }) => ({
      resource,
      problem: `${field} ${formatDuration(ttl)} exceeds ${what}, ${formatDuration(seconds)}`,
    }));
}
