import { isWritten, pathOf } from "../attributes";
import { changeRule } from "../rule";

/** https://developer.hashicorp.com/vault/api-docs/system/config-cors */
export const browserOpened = changeRule("browser-opened", "Other pages may use Vault from a browser", (change) => {
  const isCors = change.type === "vault_sys_config_cors" || pathOf(change.after) === "sys/config/cors";
  if (!isCors || !isWritten(change)) return undefined;
  return {
    risk: "careful",
    what: "which pages may use Vault from a browser changes",
    why: "a page that is let in sends requests as whoever opened it, from inside the network; Terraform's plan does not show which",
    remedy: "read the origins in the declaration, and see that the company serves each of them",
  };
});
