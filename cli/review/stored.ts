import { pathOf, textOf } from "./attributes";
import type { Attributes, ResourceChange } from "./plan";
import { transitKeyType } from "./transit-keys";

/** What is lost with a mount, as the end of a sentence; nothing special for engines that store nothing people wrote. */
export function lossOfMount(mount: Attributes | undefined): string | undefined {
  const type = textOf(mount, "type") ?? "";
  if (/^(kv|kv-v1|kv-v2|generic)$/.test(type)) {
    return "every secret in it is lost with all its versions: only a snapshot of Vault's storage brings one back";
  }
  if (type === "transit") {
    return "its keys are lost, whether or not they may be deleted, and nobody can decrypt or verify what they encrypted or signed";
  }
  return undefined;
}

/** The path of the secret whose metadata an endpoint is; undefined for any other endpoint. */
export function describedSecret(type: string, attributes: Attributes | undefined): string | undefined {
  if (type !== "vault_generic_endpoint") return undefined;
  return /^(.+)\/metadata\/(.+)$/
    .exec(pathOf(attributes) ?? "")
    ?.slice(1)
    .join("/");
}

/** Whether its removal is judged by what is lost with it, by a rule for that alone. */
export function hasRuleOfItsOwn({ type, before }: ResourceChange): boolean {
  return (
    type === transitKeyType ||
    ["vault_kv_secret_v2", "vault_kv_secret", "vault_generic_secret"].includes(type) ||
    describedSecret(type, before) !== undefined
  );
}
