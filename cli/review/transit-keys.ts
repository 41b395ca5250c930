import { isGone } from "./attributes";
import type { ResourceChange } from "./plan";

export const transitKeyType = "vault_transit_secret_backend_key";

/** Whether Vault refuses to delete what the plan deletes. */
export function isUndeletable(change: ResourceChange): boolean {
  return isGone(change) && change.before?.["deletion_allowed"] !== true;
}
