import { z } from "zod";
import { duration, secret } from "./fields";

const text = z.string().min(1);

/** What Vault asks AWS with: what its own machine has, an access key, or tokens that AWS trusts. */
export const awsCredentials = z.union([
  z.literal("instance"),
  z.strictObject({ accessKey: secret, secretKey: secret, version: z.int().min(1).optional() }),
  z.strictObject({ audience: text, roleArn: text, tokenTtl: duration.optional() }),
]);

export type DeclaredAwsCredentials = z.output<typeof awsCredentials>;
