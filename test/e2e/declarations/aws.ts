import { SecretInput } from "../../../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

type Aws = Extract<NonNullable<EnvironmentDefinition["engines"]>[number], { type: "aws" }>;

export interface AwsAccount {
  /** URL of IAM and STS. */
  readonly endpoint: string;
  readonly region: string;
  readonly usernameTemplate: string;
  /** How long sessions can be. */
  readonly maxStsTtl: "1h" | "2h";
  readonly rotateRoot: boolean;
  /** Changes to what the mount says. @default none */
  readonly change?: Partial<Aws>;
}

const objects = { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::home/${aws:username}/*"] };
const ttls = { defaultStsTtl: "15m" } as const;

/** A mount with a role of each kind, beside a mount that is managed elsewhere, and a login for each grant. */
export function declare({
  endpoint,
  region,
  usernameTemplate,
  maxStsTtl,
  rotateRoot,
  change,
  ...server
}: AwsAccount & TrialServer): EnvironmentDefinition {
  const mount = "aws-secrets";
  const login = (name: string, ...aws: NonNullable<EnvironmentDefinition["policies"][number]["aws"]>) => ({
    name,
    noDefaultPolicy: true,
    selfService: false,
    aws,
  });
  return {
    name: "aws-secrets",
    ...server,
    mounts: [],
    databases: [],
    engines: [
      {
        type: "aws",
        path: mount,
        credentials: {
          accessKey: SecretInput.variable("aws_access_key"),
          secretKey: SecretInput.variable("aws_secret_key"),
        },
        region,
        iamEndpoint: endpoint,
        stsEndpoint: endpoint,
        usernameTemplate,
        rotateRoot,
        defaultLeaseTtl: "15m",
        maxLeaseTtl: "1h",
        roles: [
          {
            name: "user",
            credentialType: "iam_user",
            policyDocument: [objects],
            policyArns: ["arn:aws:iam::123456789012:policy/reader"],
            iamGroups: ["developers"],
            permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
            userPath: "/vault/",
            iamTags: { team: "shop" },
          },
          { name: "user-other", credentialType: "iam_user", iamGroups: ["developers"] },
          {
            name: "session",
            credentialType: "assumed_role",
            roleArns: ["arn:aws:iam::123456789012:role/app"],
            policyDocument: [{ ...objects, conditions: { StringEquals: { "aws:RequestedRegion": [region] } } }],
            sessionTags: { team: "shop" },
            externalId: "company-vault",
            ...ttls,
            maxStsTtl,
          },
          { name: "federated", credentialType: "federation_token", policyDocument: [objects], ...ttls, maxStsTtl },
          { name: "whole", credentialType: "session_token", ...ttls, maxStsTtl },
        ],
        ...change,
      },
    ],
    auth: [
      {
        method: "approle",
        path: mount,
        roles: [
          login("user", { mount, role: "user", may: ["credentials"] }),
          login("session", { mount, role: "session", may: ["credentials"] }),
          login("federated", { mount, role: "federated", may: ["credentials"] }),
          login("whole", { mount, role: "whole", may: ["credentials"] }),
          login("renewer", { mount, role: "user", may: ["renewLeases"] }),
          login("manager", { mount, role: "user", may: ["manageLeases"] }),
          login("elsewhere", {
            mount: "aws-elsewhere",
            role: "app",
            credentialType: "assumed_role",
            may: ["credentials"],
          }),
        ],
      },
    ],
    policies: [],
  };
}
