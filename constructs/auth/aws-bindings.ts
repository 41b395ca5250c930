import { LeaseholdError, show } from "../core/errors";

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

const resourceId = (prefix: string) => new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);

const ids = {
  account: { form: /^\d{12}$/, example: "123456789012" },
  ami: { form: resourceId("ami"), example: "ami-0123456789abcdef0" },
  vpc: { form: resourceId("vpc"), example: "vpc-0123456789abcdef0" },
  subnet: { form: resourceId("subnet"), example: "subnet-0123456789abcdef0" },
  instance: { form: resourceId("i"), example: "i-0123456789abcdef0" },
  region: { form: /^[a-z]{2}(?:-[a-z]+)+-\d+$/, example: "eu-central-1" },
} as const;

const arnKinds = {
  principal: {
    form: /^arn:aws[a-z-]*:iam::\d{12}:(?:root|\*|(?:user|role)\/[\w+=,.@/-]+\*?|(?:user|role)\/\*)$/,
    example: "arn:aws:iam::123456789012:role/app",
  },
  role: { form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]*\*?$/, example: "arn:aws:iam::123456789012:role/app" },
  profile: {
    form: /^arn:aws[a-z-]*:iam::\d{12}:instance-profile\/[\w+=,.@/-]*\*?$/,
    example: "arn:aws:iam::123456789012:instance-profile/app",
  },
} as const;

/**
 * An ARN of IAM's, within one account; `*` stands at its end only, as Vault reads it.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireArn(where: string, field: string, arn: string, kind: keyof typeof arnKinds): string {
  const { form, example } = arnKinds[kind];
  if (form.test(arn)) return arn;
  throw new LeaseholdError(
    where,
    `${field} ${show(arn)} is not the ARN of a ${kind} that Vault compares with`,
    `write it as in ${example}, with its account, and * at its end only${kind === "principal" ? "; an assumed role is bound by the role's own ARN" : ""}`,
  );
}

/**
 * An id of AWS's, or a region.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireId(where: string, field: string, id: string, kind: keyof typeof ids): string {
  if (ids[kind].form.test(id)) return id;
  throw new LeaseholdError(where, `${field} ${show(id)} is not of AWS's form`, `write it as in ${ids[kind].example}`);
}

/**
 * The bindings as the provider takes them; those that are not given are left out.
 *
 * @throws LeaseholdError that names `where` and the field which can't be used.
 */
export function ec2Attributes(where: string, bindings: Ec2Bindings): Readonly<Record<string, string[]>> {
  const id = (kind: keyof typeof ids) => (field: string, value: string) => requireId(where, field, value, kind);
  const arn = (kind: keyof typeof arnKinds) => (field: string, value: string) => requireArn(where, field, value, kind);
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
