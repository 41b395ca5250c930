import { z } from "zod";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { awsCredentials } from "../aws-credentials";
import { duration, name } from "../fields";
import { duplicates, type Misfit } from "../misfit";
import { mountFields } from "./mount";

const text = z.string().min(1);
const texts = z.array(text).min(1);
const tags = z.record(text, z.string());

/** One statement of an IAM policy, about whoever holds the credentials. */
const statement = z.strictObject({
  sid: text.optional(),
  effect: z.enum(["Allow", "Deny"]).optional(),
  actions: texts.optional(),
  notActions: texts.optional(),
  resources: texts.optional(),
  notResources: texts.optional(),
  conditions: z.record(text, z.record(text, texts)).optional(),
});

const permissions = {
  policyDocument: z.array(statement).min(1).optional(),
  policyArns: texts.optional(),
  iamGroups: texts.optional(),
};
const stsTtls = { defaultStsTtl: duration, maxStsTtl: duration };

/** What a role issues, by Vault's own names. */
const role = z.discriminatedUnion("credentialType", [
  z.strictObject({
    name,
    credentialType: z.literal("iam_user"),
    ...permissions,
    permissionsBoundaryArn: text.optional(),
    userPath: text.optional(),
    iamTags: tags.optional(),
  }),
  z.strictObject({
    name,
    credentialType: z.literal("assumed_role"),
    roleArns: texts,
    ...permissions,
    ...stsTtls,
    sessionTags: tags.optional(),
    externalId: text.optional(),
  }),
  z.strictObject({ name, credentialType: z.literal("federation_token"), ...permissions, ...stsTtls }),
  z.strictObject({
    name,
    credentialType: z.literal("session_token"),
    ...stsTtls,
    mfaSerialNumber: text.optional(),
  }),
]);

/** A mount that issues credentials of AWS. */
export const awsEngine = z.strictObject({
  type: z.literal("aws"),
  ...mountFields,
  /** What Vault works with. @default what its own machine has */
  credentials: awsCredentials.optional(),
  region: text.optional(),
  iamEndpoint: text.optional(),
  stsEndpoint: text.optional(),
  stsRegion: text.optional(),
  maxRetries: z.int().optional(),
  usernameTemplate: text.optional(),
  /** Whether Vault replaces the access key by one that it alone knows. @default false */
  rotateRoot: z.boolean().optional(),
  automaticRotation: z
    .union([z.strictObject({ period: duration }), z.strictObject({ schedule: text, window: duration.optional() })])
    .optional(),
  roles: z.array(role).default([]),
});

export type DeclaredAwsEngine = z.output<typeof awsEngine>;

/** Names that are declared twice or not at all. */
export function checkAwsEngine(
  { path: mount, roles }: DeclaredAwsEngine,
  path: readonly (string | number)[],
): Misfit[] {
  return duplicates(
    `role of mount ${mount}`,
    roles.map(({ name: its }, at) => ({ name: its, path: [...path, "roles", at, "name"] })),
  );
}

/** What the deployer needs below the mount: not the credentials. */
export function awsDeployerRules({ path, rotateRoot }: DeclaredAwsEngine): PolicyRule[] {
  return [
    {
      path: `${path}/config/root`,
      capabilities: ["create", "read", "update"],
      reason: `What ${path} works with in AWS; the secret key can't be read`,
    },
    {
      path: `${path}/roles/+`,
      capabilities: ["create", "read", "update", "delete"],
      reason: `Roles of ${path}`,
    },
    ...(rotateRoot === true
      ? [
          {
            path: `${path}/config/rotate-root`,
            capabilities: ["create", "update"] as const,
            reason: `Has Vault replace the access key of ${path} by one of its own`,
          },
        ]
      : []),
  ];
}
