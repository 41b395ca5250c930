import type { Capability } from "../language/capability";

/**
 * Whose rules count. As of Vault 1.21 and OpenBao 2.7 they differ in five points:
 * a listing is looked up with and without the slash at its end, which Vault begins without and OpenBao with;
 * a list, or a text with commas, as a parameter is judged by Vault item by item too, by OpenBao as a whole;
 * OpenBao refuses every request when what fills a template holds `/`, `+` or `*`, which Vault takes as part of the path;
 * some paths need `sudo` on one of them alone;
 * and OpenBao refuses policies with capabilities of Vault's.
 */
export type PolicyServer = "vault" | "openbao";

/** Capabilities with which a server refuses the whole policy. */
export const unknownCapabilities: Readonly<Record<PolicyServer, readonly Capability[]>> = {
  vault: [],
  openbao: ["subscribe", "recover"],
};
