import { formatDuration } from "../../core/duration";
import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { secondsOf } from "../seconds";
import { pkiPage, pkiPages, pkiRoleType } from "./pki";

/** What browsers took at most for years, and by now take no more. */
const sensible = 398 * 86_400;

export const certificateLife: Guardrail = {
  id: "LH-PKI-007",
  title: "a certificate is renewed before anybody forgets how",
  why: "a stolen key is good until its certificate ends, and what is renewed once in years fails when it is; browsers refuse more than 398 days",
  remedy: "lower max_ttl to days or weeks, and have programs renew by themselves",
  severity: errorFromStaging,
  references: [
    pkiPage,
    pkiPages.considerations,
    "https://cabforum.org/working-groups/server/baseline-requirements/requirements/",
  ],
  check: (declaration) =>
    resourcesOf(declaration, pkiRoleType).flatMap((resource) =>
      ["ttl", "max_ttl"].flatMap((field) => {
        const seconds = secondsOf(resource.arguments[field]) ?? 0;
        return seconds > sensible
          ? [
              {
                resource,
                problem: `${field} is ${formatDuration(seconds)}, and ${formatDuration(sensible)} are enough`,
              },
            ]
          : [];
      }),
    ),
};
