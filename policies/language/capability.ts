/**
 * What a policy can allow on a path. `subscribe` is for event streams (Vault Enterprise), `recover` takes a secret back from a
 * snapshot (Vault 1.20 and later); OpenBao refuses a policy with either.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#capabilities
 */
export const capabilities = [
  "create",
  "read",
  "update",
  "patch",
  "delete",
  "list",
  "sudo",
  "subscribe",
  "recover",
  "deny",
] as const;

export type Capability = (typeof capabilities)[number];

/** Capabilities of requests whose parameters the server compares with a rule's; it never looks at those of a list or a deletion. */
export const capabilitiesWithParameters: readonly Capability[] = ["create", "read", "update", "patch", "recover"];
