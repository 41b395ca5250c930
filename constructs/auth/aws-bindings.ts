import { type AwsArnKind, type AwsIdKind, requireArn, requireId } from "../aws/aws-names";

/**
 * What an EC2 instance must be like, all of it. Names of roles and profiles may end in `*`.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/aws#create-update-role
 */
export interface Ec2Bindings {
  readonly accountIds?: readonly string[];
  readonly amiIds?: readonly string[];
  readonly vpcIds?: readonly string[];
  readonly subnetIds?: readonly string[];
  readonly instanceIds?: readonly string[];
  readonly instanceRoleArns?: readonly string[];
  readonly instanceProfileArns?: readonly string[];
}

/**
 * The bindings as the provider takes them; those that are not given are left out.
 *
 * @throws LeaseholdError that names `where` and the field which can't be used.
 */
export function ec2Attributes(where: string, bindings: Ec2Bindings): Readonly<Record<string, string[]>> {
  const id = (kind: AwsIdKind) => (field: string, value: string) => requireId(where, field, value, kind);
  const arn = (kind: AwsArnKind) => (field: string, value: string) => requireArn(where, field, value, kind);
  const checks = {
    accountIds: ["boundAccountIds", id("account")],
    amiIds: ["boundAmiIds", id("ami")],
    vpcIds: ["boundVpcIds", id("vpc")],
    subnetIds: ["boundSubnetIds", id("subnet")],
    instanceIds: ["boundEc2InstanceIds", id("instance")],
    instanceRoleArns: ["boundIamRoleArns", arn("role")],
    instanceProfileArns: ["boundIamInstanceProfileArns", arn("profile")],
  } as const;
  return Object.fromEntries(
    (Object.keys(checks) as (keyof Ec2Bindings)[]).flatMap((field) => {
      const [attribute, check] = checks[field];
      const values = (bindings[field] ?? []).map((value) => check(field, value));
      return values.length === 0 ? [] : [[attribute, values]];
    }),
  );
}
