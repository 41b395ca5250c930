import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import type { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireCidrs } from "../core/networks";
import { tokenAttributes, type TokenOptions } from "../core/token-options";
import type { SubjectOptions } from "../policy/subject-policies";
import { LoginRole, type LoginRoleProps } from "./login-role";

export interface AppRoleOptions extends TokenOptions, SubjectOptions {
  /**
   * Whether a login needs a SecretID. Without one, whoever knows the RoleID may log in from the networks that secretIdCidrs or
   * tokenCidrs name, of which there must be some. @default true
   */
  readonly bindSecretId?: boolean;
  /** How long a SecretID can be used. @default "24h" */
  readonly secretIdTtl?: Duration;
  /** How many logins a SecretID is good for, 1 to 1000000. @default 10 */
  readonly secretIdUses?: number;
  /** Networks that the login may come from, in CIDR form. @default any */
  readonly secretIdCidrs?: readonly string[];
  /** The RoleID, where it has to be known before Vault makes one. It is no secret, and lies in the state. @default made by Vault */
  readonly roleId?: string;
}

export interface AppRoleProps extends AppRoleOptions, LoginRoleProps {}

/**
 * A program's login. Its SecretIDs are issued by `leasehold approle secret-id`, never by Terraform, whose state would keep them.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/approle#create-update-approle
 */
export class AppRole extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, a TTL is malformed or inverted, a limit or network can't be used, or a login
   * without SecretID is not bound to networks.
   */
  constructor(scope: Construct, id: string, props: AppRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    const { secretIdCidrs, roleId } = props;
    this.node.defaultChild = new ApproleAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      ...(roleId === undefined ? {} : { roleId: requireRoleId(where, roleId) }),
      ...tokenAttributes(where, props),
      ...(props.bindSecretId === false ? withoutSecretId(where, props) : secretIdAttributes(where, props)),
      secretIdBoundCidrs: secretIdCidrs && requireCidrs(where, "secretIdCidrs", secretIdCidrs),
      tokenPolicies: this.policies.names,
    });
  }
}

function secretIdAttributes(where: string, { secretIdTtl = "24h", secretIdUses = 10 }: AppRoleOptions) {
  return {
    bindSecretId: true,
    secretIdTtl: parseDuration(where, "secretIdTtl", secretIdTtl),
    secretIdNumUses: requireUses(where, secretIdUses),
  };
}

function withoutSecretId(where: string, options: AppRoleOptions) {
  for (const field of ["secretIdTtl", "secretIdUses"] as const) {
    if (options[field] === undefined) continue;
    throw new LeaseholdError(
      where,
      `${field} is given, and bindSecretId is false: there are no SecretIDs`,
      `leave ${field} out, or let the login need a SecretID`,
    );
  }
  const networks = [...(options.secretIdCidrs ?? []), ...(options.tokenCidrs ?? [])];
  if (networks.length > 0 && networks.every((network) => !network.endsWith("/0"))) return { bindSecretId: false };
  throw new LeaseholdError(
    where,
    "bindSecretId is false, and the RoleID alone would log in from anywhere",
    "name the networks in secretIdCidrs, or let the login need a SecretID",
  );
}

function requireUses(where: string, uses: number): number {
  if (Number.isInteger(uses) && uses >= 1 && uses <= 1_000_000) return uses;
  throw new LeaseholdError(
    where,
    `secretIdUses ${uses} is out of range`,
    "give a whole number from 1 to 1000000; 0 would make the SecretID good for any number of logins",
  );
}

function requireRoleId(where: string, roleId: string): string {
  if (/^[\w.-]{8,128}$/.test(roleId)) return roleId;
  throw new LeaseholdError(
    where,
    `roleId ${show(roleId)} can't be used`,
    "use 8 to 128 letters, digits, `_`, `-` and `.`, such as a UUID, or leave it to Vault",
  );
}
