import { alwaysWarning } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";

/** What is missing: waivers name it `rateLimits`. */
const missing: DeclaredResource = {
  type: "vault_quota_rate_limit",
  address: "vault_quota_rate_limit",
  construct: "rateLimits",
  arguments: {},
  acknowledged: {},
};

/** Whoever can reach the server may ask these to log them in. */
const logins = /^vault_(?:auth_backend|.+_auth_backend)$/;

export const rateLimited: Guardrail = {
  id: "LH-SYS-007",
  title: "requests are limited",
  why: "a program in a loop, or somebody who guesses passwords, keeps the server from everybody else",
  remedy:
    "declare a limit in `rateLimits`, or waive this where another environment of the server, or what is in front of it, has one",
  // The server may be limited by another environment, which nobody sees here.
  severity: alwaysWarning,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/resource-quotas"],
  check: (declaration) => {
    if (resourcesOf(declaration, "vault_quota_rate_limit").length > 0) return [];
    const open = declaration.resources.filter(({ type }) => logins.test(type));
    if (open.length === 0) return [];
    return [{ resource: missing, problem: "logins are offered and no rate limit is declared" }];
  },
};
