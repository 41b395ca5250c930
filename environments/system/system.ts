import { show } from "../../constructs/core/errors";
import type { Misfit } from "../misfit";
import { browserRules, checkUiHeaders, cors, uiHeader, type WithBrowser } from "./browser";
import { checkQuotas, leaseCountQuota, quotaRules, rateLimit, type WithQuotas } from "./quotas";
import type { PolicyRule } from "../../policies/language/policy-rule";

/** What an environment says of the server as a whole, besides audit. */
export const serverSettings = {
  rateLimits: rateLimit.array().default([]),
  leaseCountQuotas: leaseCountQuota.array().default([]),
  /** Pages that may use Vault from a browser. @default none */
  cors: cors.optional(),
  /** Headers that the user interface is served with. @default Vault's own */
  uiHeaders: uiHeader.array().default([]),
};

type WithSettings = WithQuotas & WithBrowser;

/** What of it does not fit. */
export function checkServerSettings(
  environment: WithSettings & { readonly vault: { readonly namespace?: string | undefined } },
): Misfit[] {
  return [...settingsInNamespace(environment), ...checkQuotas(environment), ...checkUiHeaders(environment)];
}

/** All of it is the server's: its API is there in the root namespace alone, or limits more than the namespace. */
function settingsInNamespace({
  vault: { namespace },
  ...declared
}: WithSettings & { readonly vault: { readonly namespace?: string | undefined } }): Misfit[] {
  if (namespace === undefined) return [];
  const fields = (["rateLimits", "leaseCountQuotas", "cors", "uiHeaders"] as const).filter((field) => {
    const value = declared[field];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  return fields.map((field) => ({
    path: [field],
    message: `can't be made in namespace ${show(namespace)}: declare it in an environment of the root namespace`,
  }));
}

/** What whoever deploys it needs. */
export function serverSettingsRules(environment: WithSettings): PolicyRule[] {
  return [...quotaRules(environment), ...browserRules(environment)];
}
