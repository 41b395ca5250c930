import { requireChoice } from "../core/choices";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import type { AuthMethod } from "./auth-method";
import { LoginRole } from "./login-role";

/** How a token may be signed; Vault knows no symmetric ones. */
export const jwtAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
] as const;

export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

/**
 * How tokens may be signed, as the provider takes it.
 *
 * @throws LeaseholdError when there is no algorithm, or Vault knows one of them not.
 */
export function algorithmAttributes(
  where: string,
  algorithms: readonly JwtAlgorithm[] | undefined,
): { jwtSupportedAlgs?: string[] } {
  if (algorithms === undefined) return {};
  const field = "supportedAlgorithms";
  if (algorithms.length === 0) throw new LeaseholdError(where, `${field} is empty`, "give at least one");
  return { jwtSupportedAlgs: algorithms.map((each) => requireChoice(where, field, each, jwtAlgorithms)) };
}

/** The default role as the provider takes it; the synthesis fails unless it is one of the method's. */
export function defaultRoleAttributes(auth: AuthMethod, role: string | undefined): { defaultRole?: string } {
  if (role === undefined) return {};
  const defaultRole = requireName(auth.node.path, "defaultRole", role).toLowerCase();
  const isDeclared = () => auth.node.children.some((each) => each instanceof LoginRole && each.name === defaultRole);
  auth.node.addValidation({
    validate: () =>
      isDeclared() ? [] : [`defaultRole ${role} is no role of auth/${auth.path}: declare it with addRole`],
  });
  return { defaultRole };
}
