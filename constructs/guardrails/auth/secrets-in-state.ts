import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";

/** What each of them leaves in the state; an answer that is wrapped leaves none of it. */
const kept = {
  vault_approle_auth_backend_role_secret_id: "a SecretID",
  vault_approle_auth_backend_login: "a SecretID and a token",
  vault_aws_auth_backend_login: "a token",
  vault_token: "a token",
} as const;

const types = Object.keys(kept) as (keyof typeof kept)[];

export const secretsInState: Guardrail = {
  id: "LH-AUTH-003",
  title: "no SecretID and no token lies in the state",
  why: "whoever reads the state logs in with it, and Terraform keeps old states",
  remedy: "have whoever starts the program issue it, by `leasehold approle secret-id`, or set wrapping_ttl",
  severity: alwaysError,
  references: [
    "https://developer.hashicorp.com/vault/tutorials/auth-methods/approle-best-practices",
    "https://developer.hashicorp.com/terraform/language/state/sensitive-data",
  ],
  check: (declaration) =>
    types.flatMap((type) =>
      resourcesOf(declaration, type)
        .filter(({ arguments: given }) => given["wrapping_ttl"] === undefined || given["secret_id"] !== undefined)
        .map((resource) => ({ resource, problem: `${type} leaves ${kept[type]} in the state` })),
    ),
};
