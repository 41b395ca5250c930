import type { IAuthMethod } from "./auth-method";

/** The name of the policy that a login's grants are written to: the path of its method, then its own. */
export function policyNameOf(auth: Pick<IAuthMethod, "path">, name: string): string {
  return `${auth.path.replaceAll("/", "-")}-${name}`;
}
