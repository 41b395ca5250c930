import type { TerraformResourceLifecycle } from "cdktf";
import { LeaseholdError, show } from "../core/errors";

/**
 * The lifecycle of a resource that Terraform must not destroy. Terraform reads it from the declaration: a resource that is
 * declared no more is not protected.
 *
 * @throws LeaseholdError when `preventDestroy` is neither true nor false.
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
 */
export function protection(
  where: string,
  preventDestroy: boolean | undefined = false,
): TerraformResourceLifecycle | undefined {
  if (typeof preventDestroy !== "boolean") {
    throw new LeaseholdError(where, `preventDestroy ${show(preventDestroy)} is not true or false`, "use one of them");
  }
  return preventDestroy ? { preventDestroy } : undefined;
}
