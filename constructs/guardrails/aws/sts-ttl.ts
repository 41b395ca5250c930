import { formatDuration } from "../../core/duration";
import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { secondsOf } from "../seconds";
import { awsRolePage, awsRolesOf } from "./aws";

const longest = 12 * 3600;

export const stsTtl: Guardrail = {
  id: "LH-AWS-003",
  title: "a session in AWS ends within 12 hours",
  why: "nobody can revoke it: whoever steals it has it until it ends by itself",
  remedy: "set max_sts_ttl to the length of the work, 12h at most",
  severity: errorFromStaging,
  references: [awsRolePage, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html"],
  check: (declaration) =>
    awsRolesOf(declaration).flatMap(({ resource, credentialType, settings }) => {
      if (credentialType === "iam_user" || String(settings["max_sts_ttl"]).includes("${")) return [];
      const ttl = secondsOf(settings["max_sts_ttl"]);
      if (ttl === undefined) return [{ resource, problem: "max_sts_ttl is left out: the mount's maximum counts" }];
      return ttl > longest ? [{ resource, problem: `max_sts_ttl ${formatDuration(ttl)} exceeds 12h` }] : [];
    }),
};
