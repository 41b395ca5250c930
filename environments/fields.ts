import { z } from "zod";
import { type Duration, durationForm, isDuration } from "../constructs/core/duration";
import { show } from "../constructs/core/errors";
import { isMountPath, isName, nameForm } from "../constructs/core/names";
import { SecretInput } from "../constructs/core/secret-input";

/** The kinds of value that an environment is made of, each with the message of its refusal. */

export const name = z
  .string()
  .refine(isName, { error: ({ input }) => `${show(input)} is not a name: use ${nameForm}` });

export const mountPath = z.string().refine(isMountPath, {
  error: ({ input }) => `${show(input)} is not a mount path: use names joined by "/", without "/" at either end`,
});

export const duration = z.custom<Duration>(isDuration, {
  error: ({ input }) => `${show(input)} is not a duration: write ${durationForm}`,
});

export const secret = z.custom<SecretInput>((value) => value instanceof SecretInput, {
  error: "is a secret: give SecretInput.variable(...), never the value itself",
});

export const port = z.int().min(1).max(65_535);
