import { formatDuration } from "../../core/duration";
import { errorFromStaging } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { secondsOf } from "../seconds";
import { awsMountPage, awsMountType, awsRolesOf } from "./aws";

const longest = 12 * 3600;

export const userTtl: Guardrail = {
  id: "LH-AWS-005",
  title: "a user that Vault makes in AWS ends within 12 hours",
  why: "a role of users has no TTL of its own: they live as long as the mount lets them, 32 days unless it says less",
  remedy: "set max_lease_ttl_seconds of the mount to 12h at most, or issue sessions of a role instead",
  severity: errorFromStaging,
  references: [awsMountPage, "https://developer.hashicorp.com/vault/api-docs/secret/aws#configure-lease"],
  check: (declaration) => {
    const mounts = new Set(
      awsRolesOf(declaration)
        .filter(({ credentialType }) => credentialType === "iam_user")
        .map(({ settings }) => textOf(settings, "backend")),
    );
    return resourcesOf(declaration, awsMountType).flatMap((resource) => {
      const { path = "aws", max_lease_ttl_seconds: given } = resource.arguments;
      if (!mounts.has(String(path)) || String(given).includes("${")) return [];
      const ttl = secondsOf(given);
      if (ttl === undefined)
        return [{ resource, problem: "max_lease_ttl_seconds is left out, and it has roles of users" }];
      return ttl > longest
        ? [{ resource, problem: `max_lease_ttl_seconds ${formatDuration(ttl)} exceeds 12h, and it has roles of users` }]
        : [];
    });
  },
};
