import { z } from "zod";
import { type SecretLocation, secretPath } from "../../constructs/core/secret-path";
import { name } from "../fields";

/** A secret or a folder by the convention `environment/application/component/secret`. */
const secretLocation = z
  .strictObject({
    environment: name,
    application: name,
    component: name.optional(),
    secret: name.optional(),
  })
  .refine(({ component, secret }) => secret === undefined || component !== undefined, {
    path: ["component"],
    error: "is needed where there is a secret: environment/application/component/secret",
  })
  .transform((location): string => secretPath(location));

/** A path as a text of some form, or its parts by the convention. Unlike a union it says what is wrong with the parts. */
export function pathOrLocation(text: z.ZodType<string>): z.ZodType<string, string | SecretLocation> {
  return z.custom<string | SecretLocation>().transform((given, context): string => {
    const parsed = (typeof given === "string" ? text : secretLocation).safeParse(given);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
}
