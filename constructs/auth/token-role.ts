import { TokenAuthBackendRole } from "@cdktf/provider-vault/lib/token-auth-backend-role";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { IVaultPolicy, VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import type { IAuthMethod } from "./auth-method";
import { policyNameOf } from "./policy-name";
import { tokenAttributes, type TokenOptions } from "../core/token-options";

/** A token's TTL is asked for when it is made: a role can only limit it. */
export interface TokenRoleOptions extends Omit<TokenOptions, "tokenTtl">, SubjectOptions {
  /**
   * Policies that a token of the role may be made with, besides the role's own. A request that names none gets all of them.
   * @default none
   */
  readonly policies?: readonly IVaultPolicy[];
  /** The same by pattern, such as `"team-a-*"`, also policies that are yet to be made. A request must name them. @default none */
  readonly allowedPoliciesGlob?: readonly string[];
  /** Policies that no token of the role has, whatever a pattern allows. @default none; `root` always is */
  readonly disallowedPolicies?: readonly IVaultPolicy[];
  /**
   * Whether tokens live on when the token that made them ends. A token that does not would also have the identity of its maker,
   * with every policy of that entity and of its groups; and its leases, database users among them, would end with the maker.
   * @default true
   */
  readonly orphan?: boolean;
  /** Whether tokens can be renewed. @default true, but for batch tokens, which can't be */
  readonly renewable?: boolean;
  /**
   * A last segment of the tokens' path, three characters at least, by which those of one generation can be revoked together:
   * `sys/leases/revoke-prefix/auth/token/create/ROLE/SUFFIX`.
   * @default none
   */
  readonly pathSuffix?: string;
  /** Names, or patterns of names, of this mount's aliases that a token may be made for as `entity_alias`. @default none */
  readonly allowedEntityAliases?: readonly string[];
}

export interface TokenRoleProps extends TokenRoleOptions {
  readonly name: string;
  readonly auth: IAuthMethod;
}

/**
 * What tokens may be made by `auth/token/create/ROLE`. Its own policy, which grants are written to, is one that they may have: who
 * makes tokens through the role need not have it.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/token#create-update-token-role
 */
export class TokenRole extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAuthMethod;

  private readonly policies: SubjectPolicies;

  /**
   * @throws LeaseholdError when the name is taken, an option can't be used, or options exclude each other. A role that allows no
   * policy fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: TokenRoleProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireName(where, "name", props.name);
    this.auth = props.auth;
    placeWith(this, this.auth);
    claimName(this, `role of auth/${this.auth.path}`, this.name);
    this.policies = new SubjectPolicies(this, policyNameOf(this.auth, this.name), {
      ...props,
      selfService: props.selfService ?? true,
    });
    const globs = (props.allowedPoliciesGlob ?? []).map((glob) => requirePattern(where, "allowedPoliciesGlob", glob));
    requireDisjoint(where, props);
    const { orphan = true, pathSuffix, allowedEntityAliases } = props;
    this.node.defaultChild = new TokenAuthBackendRole(this, "Resource", {
      roleName: this.name,
      allowedPolicies: this.policies.names,
      ...(globs.length === 0 ? {} : { allowedPoliciesGlob: globs }),
      disallowedPolicies: ["root", ...(props.disallowedPolicies ?? []).map(({ name }) => name)],
      orphan,
      ...limits(where, props, orphan),
      ...(pathSuffix === undefined ? {} : { pathSuffix: requirePathSuffix(where, pathSuffix) }),
      ...(allowedEntityAliases === undefined
        ? {}
        : {
            allowedEntityAliases: allowedEntityAliases.map((alias) =>
              requirePattern(where, "allowedEntityAliases", alias),
            ),
          }),
    });
    this.node.addValidation({
      validate: () =>
        this.policies.current.length > 0 || globs.length > 0
          ? []
          : [
              `token role ${this.name} allows no policy, so that its tokens would have those of whoever makes them: ` +
                "grant it something, or give it policies or allowedPoliciesGlob",
            ],
    });
  }

  /** The policy `token-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }

  /** Lets the subject make tokens of this role. */
  grantCreate(subject: IPolicySubject): Grant {
    return grant(this, subject, {
      path: `auth/${this.auth.path}/create/${this.name}`,
      capabilities: ["update"],
      reason: `Makes tokens of role ${this.name}`,
    });
  }
}

/** Vault refuses every token that has a disallowed policy, also one that the role allows. */
function requireDisjoint(where: string, { policies = [], disallowedPolicies = [] }: TokenRoleOptions): void {
  const both = policies.find(({ name }) => disallowedPolicies.some((each) => each.name === name));
  if (both === undefined) return;
  throw new LeaseholdError(
    where,
    `policy ${both.name} is in policies and in disallowedPolicies`,
    "take it out of one of the two",
  );
}

/** The limits that Vault knows for token roles. It ignores a TTL, and would hold a maximum TTL of batch tokens against them. */
function limits(where: string, options: TokenRoleOptions, orphan: boolean) {
  const { tokenType = "service", tokenMaxTtl, renewable } = options;
  const batch = tokenType === "batch";
  const misfit = tokenMaxTtl !== undefined ? "tokenMaxTtl" : renewable === true ? "renewable" : undefined;
  if (batch && (misfit !== undefined || !orphan)) {
    throw new LeaseholdError(
      where,
      `tokenType batch excludes ${misfit ?? "orphan: false"}`,
      "leave it out, or take service tokens",
    );
  }
  // Any TTL will do: a token role has none.
  const attributes = tokenAttributes(where, { ...options, tokenTtl: "1s" });
  return {
    tokenExplicitMaxTtl: batch ? undefined : attributes.tokenMaxTtl,
    tokenPeriod: attributes.tokenPeriod,
    tokenBoundCidrs: attributes.tokenBoundCidrs,
    tokenNumUses: attributes.tokenNumUses,
    tokenNoDefaultPolicy: attributes.tokenNoDefaultPolicy,
    tokenType,
    renewable: renewable ?? !batch,
  };
}

function requirePathSuffix(where: string, suffix: string): string {
  if (requireName(where, "pathSuffix", suffix).length >= 3 && /\w$/.test(suffix)) return suffix;
  throw new LeaseholdError(
    where,
    `pathSuffix ${show(suffix)} is one that Vault refuses`,
    "give three characters at least, a letter or digit at either end",
  );
}

const patternForm = /^\*?[a-z0-9_.@:/-]+\*?$/;

/** Vault compares in lower case. */
function requirePattern(where: string, field: string, value: string): string {
  const pattern = typeof value === "string" ? value.toLowerCase() : "";
  if (patternForm.test(pattern)) return pattern;
  throw new LeaseholdError(
    where,
    `${field} ${show(value)} can't be used`,
    "give a name, or the beginning or end of one with a * in place of the rest; * alone would allow everything",
  );
}
