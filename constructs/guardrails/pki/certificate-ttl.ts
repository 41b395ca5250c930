import { formatDuration } from "../../core/duration";
import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Declaration, Guardrail } from "../guardrail";
import { secondsOf } from "../seconds";
import { pkiPage, pkiRoleType } from "./pki";

export const certificateTtl: Guardrail = {
  id: "LH-PKI-002",
  title: "a certificate ends before its issuer does",
  why: "Vault refuses it or cuts its life short, so that it is not renewed in time",
  remedy: "lower the role's TTL, or have the issuer and the mount live longer",
  severity: alwaysError,
  references: [pkiPage, "https://developer.hashicorp.com/vault/docs/secrets/pki/considerations"],
  check: (declaration) => {
    const limits = limitsOf(declaration);
    return resourcesOf(declaration, pkiRoleType).flatMap((resource) => {
      const given = resource.arguments;
      return (["ttl", "max_ttl"] as const).flatMap((field) => {
        const ttl = secondsOf(given[field]) ?? 0;
        return limits
          .filter((limit) => limit.mount === textOf(given, "backend") && ttl > limit.seconds)
          .map(({ what, seconds }) => ({
            resource,
            problem: `${field} ${formatDuration(ttl)} exceeds ${what}, ${formatDuration(seconds)}`,
          }));
      });
    });
  },
};

interface Limit {
  readonly mount: string | undefined;
  readonly what: string;
  readonly seconds: number;
}

/** How long a mount or its own root lets certificates live, where the stack says so. */
function limitsOf(declaration: Declaration): Limit[] {
  const limit = (type: string, mount: string, field: string, what: string) =>
    resourcesOf(declaration, type).flatMap(({ arguments: given }): Limit[] => {
      const seconds = secondsOf(given[field]);
      return seconds === undefined ? [] : [{ mount: textOf(given, mount), what, seconds }];
    });
  return [
    ...limit("vault_mount", "path", "max_lease_ttl_seconds", "the mount's maximum"),
    ...limit("vault_pki_secret_backend_root_cert", "backend", "ttl", "the life of its issuer"),
  ];
}
