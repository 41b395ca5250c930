import { z } from "zod";
import { awsCredentials } from "../aws-credentials";
import { name } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

const text = z.string().min(1);
const texts = z.array(text).min(1).optional();

/** What an EC2 instance must be like. */
const ec2Bindings = {
  accountIds: texts,
  amiIds: texts,
  vpcIds: texts,
  subnetIds: texts,
  instanceIds: texts,
  instanceRoleArns: texts,
  instanceProfileArns: texts,
};

/** Programs that log in as the IAM user or role that they are, or as their EC2 instance. */
export const aws = z.strictObject({
  method: z.literal("aws"),
  ...method,
  credentials: awsCredentials.optional(),
  serverIdHeader: text.optional(),
  stsEndpoint: text.optional(),
  stsRegion: text.optional(),
  useStsRegionFromClient: z.boolean().optional(),
  iamEndpoint: text.optional(),
  ec2Endpoint: text.optional(),
  maxRetries: z.int().optional(),
  iamRoles: z
    .array(
      z.strictObject({
        name,
        principals: z.array(text).min(1),
        resolveUniqueIds: z.boolean().optional(),
        inferInstancesOf: text.optional(),
        ...ec2Bindings,
        ...tokens,
        ...subject,
      }),
    )
    .default([]),
  ec2Roles: z
    .array(
      z.strictObject({
        name,
        regions: texts,
        ...ec2Bindings,
        roleTag: text.optional(),
        disallowReauthentication: z.boolean().optional(),
        allowInstanceMigration: z.boolean().optional(),
        ...tokens,
        ...subject,
      }),
    )
    .default([]),
});
