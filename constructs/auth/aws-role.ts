import { AwsAuthBackendRole } from "@cdktf/provider-vault/lib/aws-auth-backend-role";
import type { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import type { SubjectOptions } from "../policy/subject-policies";
import { requireArn, requireId } from "../aws/aws-names";
import { ec2Attributes, type Ec2Bindings } from "./aws-bindings";
import { LoginRole, type LoginRoleProps } from "./login-role";
import { tokenAttributes, type TokenOptions } from "../core/token-options";

export interface AwsIamRoleOptions extends TokenOptions, SubjectOptions, Ec2Bindings {
  /** ARNs of users and roles that may log in; `*` at the end stands for the rest. */
  readonly principals: readonly string[];
  /**
   * Bind principals by the ids that AWS gave them, so that one who is deleted and made anew under the same name is not let in.
   * Vault asks AWS for the ids when the role is written. @default true
   */
  readonly resolveUniqueIds?: boolean;
  /** Take who logs in for the EC2 instance of that name in this region, and hold it to the bindings of EC2. @default not inferred */
  readonly inferInstancesOf?: string;
}

export interface AwsEc2RoleOptions extends TokenOptions, SubjectOptions, Ec2Bindings {
  readonly regions?: readonly string[];
  /** Tag of instances that holds a role tag, which narrows the role for the instance. @default none */
  readonly roleTag?: string;
  /** Refuse a second login of an instance until it is forgotten. Excludes allowInstanceMigration. @default false */
  readonly disallowReauthentication?: boolean;
  /** Let an instance log in anew after it was moved to another host. @default false */
  readonly allowInstanceMigration?: boolean;
}

/**
 * A login of IAM's users and roles, proven by a request to AWS that they signed.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/aws#iam-auth-method
 */
export class AwsIamRole extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, there is no principal, or one of them or a binding can't be used.
   */
  constructor(scope: Construct, id: string, props: AwsIamRoleOptions & LoginRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    if (props.principals.length === 0) {
      throw new LeaseholdError(where, "principals is empty", "name the users and roles that may log in by their ARNs");
    }
    this.node.defaultChild = new AwsAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      role: this.name,
      authType: "iam",
      boundIamPrincipalArns: props.principals.map((arn) => requireArn(where, "principals", arn, "principal")),
      resolveAwsUniqueIds: props.resolveUniqueIds ?? true,
      ...inferred(where, props),
      ...tokenAttributes(where, props),
      tokenPolicies: this.policies.names,
    });
  }
}

/**
 * A login of EC2 instances, proven by the document that AWS signed for them.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/aws#ec2-auth-method
 */
export class AwsEc2Role extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, nothing is bound, a binding can't be used, or options exclude each other.
   */
  constructor(scope: Construct, id: string, props: AwsEc2RoleOptions & LoginRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    const regions = (props.regions ?? []).map((region) => requireId(where, "regions", region, "region"));
    const bindings = { ...ec2Attributes(where, props), ...(regions.length > 0 ? { boundRegions: regions } : {}) };
    if (Object.keys(bindings).length === 0) {
      throw new LeaseholdError(
        where,
        "no binding is given: every EC2 instance there is could log in",
        "bind at least one, such as accountIds and instanceRoleArns",
      );
    }
    const { roleTag, disallowReauthentication = false, allowInstanceMigration = false } = props;
    if (disallowReauthentication && allowInstanceMigration) {
      throw new LeaseholdError(
        where,
        "disallowReauthentication and allowInstanceMigration exclude each other",
        "keep one of the two",
      );
    }
    this.node.defaultChild = new AwsAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      role: this.name,
      authType: "ec2",
      ...bindings,
      ...(roleTag === undefined ? {} : { roleTag: requireTag(where, roleTag) }),
      disallowReauthentication,
      allowInstanceMigration,
      ...tokenAttributes(where, props),
      tokenPolicies: this.policies.names,
    });
  }
}

function inferred(where: string, { inferInstancesOf, ...bindings }: AwsIamRoleOptions) {
  const attributes = ec2Attributes(where, bindings);
  if (inferInstancesOf !== undefined) {
    const inferredAwsRegion = requireId(where, "inferInstancesOf", inferInstancesOf, "region");
    return { inferredEntityType: "ec2_instance", inferredAwsRegion, ...attributes };
  }
  if (Object.keys(attributes).length === 0) return {};
  throw new LeaseholdError(
    where,
    "bindings of EC2 are given, and who logs in is not taken for an instance",
    "give inferInstancesOf its region, or leave them out",
  );
}

function requireTag(where: string, tag: string): string {
  if (/^[\w+=.@:/-]{1,127}$/.test(tag)) return tag;
  throw new LeaseholdError(where, `roleTag ${show(tag)} can't be the key of a tag`, "write it as in VaultRole");
}
