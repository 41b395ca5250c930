import { LeaseholdError, show } from "../core/errors";

const resourceId = (prefix: string) => new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);

const ids = {
  account: { form: /^\d{12}$/, example: "123456789012" },
  ami: { form: resourceId("ami"), example: "ami-0123456789abcdef0" },
  vpc: { form: resourceId("vpc"), example: "vpc-0123456789abcdef0" },
  subnet: { form: resourceId("subnet"), example: "subnet-0123456789abcdef0" },
  instance: { form: resourceId("i"), example: "i-0123456789abcdef0" },
  region: { form: /^[a-z]{2}(?:-[a-z]+)+-\d+$/, example: "eu-central-1" },
} as const;

/** What AWS gives an id, besides its regions. */
export type AwsIdKind = keyof typeof ids;

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

/** What of IAM is bound by its ARN. */
export type AwsArnKind = keyof typeof arnKinds;

const exactArnKinds = {
  role: { form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]*[\w+=,.@-]$/, example: arnKinds.role.example },
  policy: {
    form: /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]*[\w+=,.@-]$/,
    example: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  },
} as const;

/**
 * An ARN of IAM's, within one account; `*` stands at its end only, as Vault reads it.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireArn(where: string, field: string, arn: string, kind: AwsArnKind): string {
  const { form, example } = arnKinds[kind];
  if (form.test(arn)) return arn;
  throw new LeaseholdError(
    where,
    `${field} ${show(arn)} is not the ARN of a ${kind} that Vault compares with`,
    `write it as in ${example}, with its account, and * at its end only${kind === "principal" ? "; an assumed role is bound by the role's own ARN" : ""}`,
  );
}

/**
 * The ARN of one thing of IAM's, which Vault hands to AWS as it is: without any `*`.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireExactArn(where: string, field: string, arn: string, kind: keyof typeof exactArnKinds): string {
  const { form, example } = exactArnKinds[kind];
  if (typeof arn === "string" && form.test(arn)) return arn;
  throw new LeaseholdError(
    where,
    `${field} ${show(arn)} is not the ARN of one ${kind}`,
    `write it as in ${example}, without *`,
  );
}

/**
 * An id of AWS's, or a region.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireId(where: string, field: string, id: string, kind: AwsIdKind): string {
  if (ids[kind].form.test(id)) return id;
  throw new LeaseholdError(where, `${field} ${show(id)} is not of AWS's form`, `write it as in ${ids[kind].example}`);
}
