import { z } from "zod";
import { secretPath } from "../../constructs/core/secret-path";
import { name } from "../fields";

/** A secret or a folder by the convention `environment/application/component/secret`. */
export const secretLocation = z
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
