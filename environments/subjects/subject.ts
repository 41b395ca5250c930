import { z } from "zod";
import { name } from "../fields";
import { type Misfit, unknown } from "../misfit";
import { checkGrants, type Grantable, grants } from "./grants";

/** What every login, group and entity can be told besides what is its own. */
export const subject = {
  /** Policies of this environment that the subject also has. */
  policies: z.array(name).optional(),
  /** Whether its policy lets it look up, renew and end its own token. */
  selfService: z.boolean().optional(),
  ...grants,
};

export type DeclaredSubject = z.output<z.ZodObject<typeof subject>>;

/** What a subject is given that is not declared. */
export function checkSubject(
  declared: DeclaredSubject,
  known: Grantable & { readonly policies: readonly string[] },
  path: readonly (string | number)[],
): Misfit[] {
  return [
    ...checkGrants(declared, known, path),
    ...unknown("policy", declared.policies ?? [], known.policies, [...path, "policies"]),
  ];
}
