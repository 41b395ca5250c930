import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { leaseHolders } from "./lease-holders";

export const tokenUses: Guardrail = {
  id: "LH-DB-012",
  title: "a token that holds leases has no limit of uses",
  why: "Vault revokes a token with its last use, and the users that it asked for with it",
  remedy: "leave token_num_uses out, and bound the token by its TTL",
  severity: alwaysError,
  references: [
    "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-time-to-live-periodic-tokens-and-explicit-max-ttls",
  ],
  check: (declaration) =>
    leaseHolders(declaration)
      .filter(({ uses }) => uses > 0)
      .map(({ resource, uses, role }) => ({
        resource,
        problem: `token_num_uses is ${uses}, and its policies open ${role.path}, whose leases end with the token`,
      })),
};
