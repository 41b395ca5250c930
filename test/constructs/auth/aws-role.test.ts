import { AwsAuth } from "../../../constructs/auth/aws-auth";
import type { AwsEc2RoleOptions, AwsIamRoleOptions } from "../../../constructs/auth/aws-role";
import { namedResource, onlyResource, stackWithVault, synth } from "../../helpers/synth";

const role = "arn:aws:iam::123456789012:role/shop";
const bindings = {
  accountIds: ["123456789012"],
  amiIds: ["ami-0123456789abcdef0"],
  vpcIds: ["vpc-01234567"],
  subnetIds: ["subnet-0123456789abcdef0"],
  instanceIds: ["i-0123456789abcdef0"],
  instanceRoleArns: ["arn:aws:iam::123456789012:role/machines*"],
  instanceProfileArns: ["arn:aws-cn:iam::123456789012:instance-profile/machines"],
};
const bound = {
  bound_account_ids: bindings.accountIds,
  bound_ami_ids: bindings.amiIds,
  bound_vpc_ids: bindings.vpcIds,
  bound_subnet_ids: bindings.subnetIds,
  bound_ec2_instance_ids: bindings.instanceIds,
  bound_iam_role_arns: bindings.instanceRoleArns,
  bound_iam_instance_profile_arns: bindings.instanceProfileArns,
};

function declare(add: (auth: AwsAuth) => { readonly grantPolicy: { addRule(rule: object): void } }) {
  const stack = stackWithVault();
  const declared = add(new AwsAuth(stack, "Aws"));
  return { stack, declared, fields: () => onlyResource(synth(stack), "vault_aws_auth_backend_role") };
}

const iam = (options: Partial<AwsIamRoleOptions> = {}) =>
  declare((auth) => auth.addIamRole("Shop", { principals: [role], ...options }));
const ec2 = (options: AwsEc2RoleOptions = {}) => declare((auth) => auth.addEc2Role("Machines", options));

/** Each binding with a value that can't be one. */
const misfits: [keyof typeof bindings, string][] = [
  ["accountIds", "1234"],
  ["amiIds", "ami-xyz"],
  ["vpcIds", "subnet-01234567"],
  ["subnetIds", "subnet-0123"],
  ["instanceIds", "i-"],
  ["instanceRoleArns", "*"],
  ["instanceRoleArns", "arn:aws:iam::*:role/machines"],
  ["instanceProfileArns", role],
];

describe("AwsIamRole", () => {
  it("is bound to principals by the ids that AWS gave them", () => {
    expect(iam().fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_auth_backend\.Aws_\w+\.path\}$/) as unknown,
      role: "shop",
      auth_type: "iam",
      bound_iam_principal_arns: [role],
      resolve_aws_unique_ids: true,
      token_ttl: 1200,
      token_max_ttl: 86_400,
      token_policies: [],
    });
  });

  it("takes names instead of ids, and token options", () => {
    expect(iam({ resolveUniqueIds: false, tokenTtl: "5m" }).fields()).toMatchObject({
      resolve_aws_unique_ids: false,
      token_ttl: 300,
    });
  });

  it("takes who logs in for an instance, and holds it to what instances are bound to", () => {
    expect(iam({ inferInstancesOf: "eu-central-1", ...bindings }).fields()).toMatchObject({
      inferred_entity_type: "ec2_instance",
      inferred_aws_region: "eu-central-1",
      ...bound,
    });
  });

  it("gets its policy with the first grant", () => {
    const { stack, declared, fields } = iam();
    declared.grantPolicy.addRule({ path: "database/creds/app", capabilities: ["read"], reason: "For tests" });
    expect(fields()["token_policies"]).toEqual(["aws-shop"]);
    expect(namedResource(synth(stack), "vault_policy", "aws-shop")["policy"]).toContain("database/creds/app");
  });

  it.each([
    "arn:aws:iam::123456789012:role/shop-*",
    "arn:aws:iam::123456789012:role/team/shop",
    "arn:aws:iam::123456789012:user/*",
    "arn:aws:iam::123456789012:root",
    "arn:aws:iam::123456789012:*",
    "arn:aws-us-gov:iam::123456789012:role/shop",
  ])("takes the principal %s", (arn) => {
    expect(iam({ principals: [arn] }).fields()["bound_iam_principal_arns"]).toEqual([arn]);
  });

  it.each([
    "*",
    "arn:aws:iam::*:role/shop",
    "arn:aws:iam::123456789012:role/sh*p",
    "arn:aws:iam::123456789012:role/shop**",
    "arn:aws:sts::123456789012:assumed-role/shop/session",
    "shop",
    "",
    "arn:aws:iam::123456789012:role/${shop}",
  ])("refuses the principal %j", (arn) => {
    expect(() => iam({ principals: [role, arn] })).toThrow(
      `[dev/Aws/Shop] principals ${JSON.stringify(arn)} is not the ARN of a principal that Vault compares with`,
    );
  });

  it.each<[string, Partial<AwsIamRoleOptions>, string]>([
    ["no principal", { principals: [] }, "principals is empty"],
    ["bindings of instances alone", { vpcIds: ["vpc-01234567"] }, "bindings of EC2 are given, and who logs in is not"],
    ["a region that can't be", { inferInstancesOf: "mars" }, 'inferInstancesOf "mars" is not of AWS\'s form'],
    ["an inverted TTL", { tokenTtl: "2h", tokenMaxTtl: "1h" }, "tokenTtl 2h exceeds tokenMaxTtl 1h"],
  ])("refuses %s", (_, options, problem) => {
    expect(() => iam(options)).toThrow(`[dev/Aws/Shop] ${problem}`);
  });

  it.each(misfits)("refuses %s %j", (field, value) => {
    expect(() => iam({ inferInstancesOf: "eu-central-1", [field]: [value] })).toThrow(
      `[dev/Aws/Shop] ${field} ${JSON.stringify(value)} is not `,
    );
  });
});

describe("AwsEc2Role", () => {
  it("is bound to all that is given", () => {
    const fields = ec2({ ...bindings, regions: ["eu-central-1"], roleTag: "VaultRole" }).fields();
    expect(fields).toMatchObject({
      role: "machines",
      auth_type: "ec2",
      ...bound,
      bound_regions: ["eu-central-1"],
      role_tag: "VaultRole",
      disallow_reauthentication: false,
      allow_instance_migration: false,
      token_ttl: 1200,
    });
    expect(fields).not.toHaveProperty("resolve_aws_unique_ids");
  });

  it.each(["disallowReauthentication", "allowInstanceMigration"] as const)("takes %s", (option) => {
    const fields = ec2({ accountIds: bindings.accountIds, [option]: true }).fields();
    const argument = option === "disallowReauthentication" ? "disallow_reauthentication" : "allow_instance_migration";
    expect(fields[argument]).toBe(true);
  });

  it.each<[string, AwsEc2RoleOptions, string]>([
    ["nothing bound", {}, "no binding is given: every EC2 instance there is could log in"],
    ["lists of nothing", { accountIds: [], regions: [] }, "no binding is given"],
    [
      "two that exclude each other",
      { accountIds: bindings.accountIds, disallowReauthentication: true, allowInstanceMigration: true },
      "disallowReauthentication and allowInstanceMigration exclude each other",
    ],
    ["a region that can't be", { regions: ["eu"] }, 'regions "eu" is not of AWS\'s form'],
    ["a tag that can't be", { ...bindings, roleTag: "" }, 'roleTag "" can\'t be the key of a tag'],
    ["an inverted TTL", { ...bindings, tokenTtl: "48h" }, "tokenTtl 48h exceeds tokenMaxTtl 24h"],
  ])("refuses %s", (_, options, problem) => {
    expect(() => ec2(options)).toThrow(`[dev/Aws/Machines] ${problem}`);
  });

  it.each(misfits)("refuses %s %j", (field, value) => {
    expect(() => ec2({ [field]: [value] })).toThrow(`[dev/Aws/Machines] ${field} ${JSON.stringify(value)} is not `);
  });
});

it("refuses a role of a name that another one has, whatever its kind and case", () => {
  const auth = new AwsAuth(stackWithVault(), "Aws");
  auth.addIamRole("shop", { principals: [role] });
  expect(() => auth.addEc2Role("Shop", { accountIds: bindings.accountIds })).toThrow(
    'login of auth/aws "shop" is declared already, by dev/Aws/shop',
  );
});
