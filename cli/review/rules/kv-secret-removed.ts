import { becauseOf, isGone, pathOf, textOf } from "../attributes";
import type { ResourceChange } from "../plan";
import { changeRule } from "../rule";
import { describedSecret } from "../stored";

/** Of what can be lost of a secret: a deletion can be undone, a destruction can't. https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2 */
export const kvSecretRemoved = changeRule("kv-secret-removed", "A stored secret is removed", (change) => {
  const secret = secretOf(change);
  if (secret === undefined || !isGone(change)) return undefined;
  const { name, loss } = secret;
  const remedy = "see that nothing reads it, and keep its value elsewhere if it may be needed";
  const again = change.action === "replace" ? ` and written anew${becauseOf(change)}` : "";
  if (loss === "all") {
    return {
      risk: "dangerous",
      what: `the secret ${name} is destroyed with every version${again}`,
      why: "nothing but a snapshot of Vault's storage brings it back, and what people wrote into it is lost too",
      remedy,
    };
  }
  if (loss === "latest") {
    return {
      risk: "dangerous",
      what: `the latest version of the secret ${name} is deleted${again}, whoever wrote it`,
      why: "whatever reads it is refused from then on; the version can be restored (vault kv undelete)",
      remedy,
    };
  }
  return {
    risk: "careful",
    what: `the secret ${name} stays on the server, and is declared no more${again}`,
    why: "nobody says any more what it is for and how long its versions are kept",
    remedy: "see that somebody else declares it, or destroy it by hand (vault kv metadata delete)",
  };
});

type Loss = "all" | "latest" | "none";

function secretOf({ type, before, address }: ResourceChange): { name: string; loss: Loss } | undefined {
  const described = describedSecret(type, before);
  if (described !== undefined) return { name: described, loss: before?.["disable_delete"] === true ? "none" : "all" };
  if (type !== "vault_kv_secret_v2" && type !== "vault_kv_secret" && type !== "vault_generic_secret") return undefined;
  const mount = pathOf(before, "mount");
  const name = textOf(before, "name") ?? pathOf(before) ?? address;
  const full = mount === undefined || name.startsWith(`${mount}/`) ? name : `${mount}/${name}`;
  if (type === "vault_kv_secret") return { name: full, loss: "all" }; // version 1 has no others
  return { name: full, loss: before?.["delete_all_versions"] === true ? "all" : "latest" };
}
