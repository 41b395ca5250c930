import { alwaysWarning } from "../../core/rule";
import { numberOf, resourcesOf, textOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";

/** Engines whose roles say nothing of how long a lease lives: the mount does, or the server. */
const engines = ["aws", "rabbitmq", "ad", "alicloud"];

export const leaseTtl: Guardrail = {
  id: "LH-SYS-013",
  title: "a mount whose roles have no TTL has one",
  why: "its credentials live for as long as the server lets them, which is 32 days unless configured",
  remedy: "give the mount a default lease TTL of hours (defaultLeaseTtl)",
  severity: alwaysWarning,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/lease"],
  check: (declaration) =>
    resourcesOf(
      declaration,
      "vault_mount",
      "vault_aws_secret_backend",
      "vault_rabbitmq_secret_backend",
      "vault_ad_secret_backend",
      "vault_alicloud_secret_backend",
    )
      .filter((mount) => engines.includes(engineOf(mount)) && (ttlOf(mount) ?? 0) === 0)
      .map((resource) => ({ resource, problem: "it has no default lease TTL" })),
};

function engineOf({ type, arguments: given }: DeclaredResource): string {
  return type === "vault_mount" ? (textOf(given, "type") ?? "") : (type.split("_")[1] ?? "");
}

function ttlOf({ arguments: given }: DeclaredResource): number | undefined {
  return numberOf(given, "default_lease_ttl_seconds") ?? numberOf(given, "default_ttl");
}
