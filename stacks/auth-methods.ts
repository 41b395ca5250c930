import type { Construct } from "constructs";
import { AppRoleAuth } from "../constructs/auth/approle-auth";
import type { IAuthMethod } from "../constructs/auth/auth-method";
import { AwsAuth } from "../constructs/auth/aws-auth";
import { GitHubAuth } from "../constructs/auth/github-auth";
import { JwtAuth } from "../constructs/auth/jwt-auth";
import { KubernetesAuth } from "../constructs/auth/kubernetes-auth";
import { KubernetesReviewer } from "../constructs/auth/kubernetes-reviewer";
import { LdapAuth } from "../constructs/auth/ldap-auth";
import type { LdapGroup } from "../constructs/auth/ldap-group";
import { OidcAuth } from "../constructs/auth/oidc-auth";
import { TokenAuth } from "../constructs/auth/token-auth";
import { UserpassAuth } from "../constructs/auth/userpass-auth";
import type { IPolicySubject } from "../constructs/policy/policy-subject";
import { VaultPolicy } from "../constructs/policy/vault-policy";
import type { DeclaredMethod } from "../environments/logins/schema";
import type { DeclaredSubject } from "../environments/subjects/subject";
import { awsCredentials } from "./aws-credentials";
import { found } from "./found";
import type { SubjectGrants } from "./subject-grants";

type Declared<Method extends DeclaredMethod["method"]> = Extract<DeclaredMethod, { method: Method }>;

/** What a construct takes of a declared login: its policies themselves, not their names. */
type Options<Login> = Omit<Login, "policies"> & { readonly policies: readonly VaultPolicy[] };

/** Declares the auth methods of an environment with their logins. */
export class AuthMethods {
  constructor(
    private readonly scope: Construct,
    private readonly policies: ReadonlyMap<string, VaultPolicy>,
    private readonly grants: SubjectGrants,
  ) {}

  add(declared: DeclaredMethod): IAuthMethod {
    switch (declared.method) {
      case "approle":
        return this.approle(declared);
      case "aws":
        return this.aws(declared);
      case "github":
        return this.github(declared);
      case "jwt":
        return this.jwt(declared);
      case "kubernetes":
        return this.kubernetes(declared);
      case "ldap":
        return this.ldap(declared);
      case "oidc":
        return this.oidc(declared);
      case "token":
        return this.token(declared);
      case "userpass":
        return this.userpass(declared);
    }
  }

  private approle({ roles, ...options }: Declared<"approle">): IAuthMethod {
    const auth = new AppRoleAuth(this.scope, idOf(options), options);
    this.each(roles, (name, role) => auth.addRole(name, role));
    return auth;
  }

  private aws({ iamRoles, ec2Roles, credentials, ...options }: Declared<"aws">): IAuthMethod {
    const auth = new AwsAuth(this.scope, idOf(options), { ...options, credentials: awsCredentials(credentials) });
    this.each(iamRoles, (name, role) => auth.addIamRole(name, role));
    this.each(ec2Roles, (name, role) => auth.addEc2Role(name, role));
    return auth;
  }

  private github({ teams, users, ...options }: Declared<"github">): IAuthMethod {
    const auth = new GitHubAuth(this.scope, idOf(options), options);
    this.each(teams, (name, team) => auth.addTeam(name, team));
    this.each(users, (name, user) => auth.addUser(name, user));
    return auth;
  }

  private jwt({ roles, gitHubActionsRoles, gitLabCiRoles, ...options }: Declared<"jwt">): IAuthMethod {
    const auth = new JwtAuth(this.scope, idOf(options), options);
    this.each(roles, (name, role) => auth.addRole(name, role));
    this.each(gitHubActionsRoles, (name, role) => auth.addGitHubActionsRole(name, role));
    this.each(gitLabCiRoles, (name, role) => auth.addGitLabCiRole(name, role));
    return auth;
  }

  private kubernetes({ roles, reviewer, ...options }: Declared<"kubernetes">): IAuthMethod {
    const auth = new KubernetesAuth(this.scope, idOf(options), { ...options, reviewer: kubernetesReviewer(reviewer) });
    this.each(roles, (name, role) => auth.addRole(name, role));
    return auth;
  }

  private ldap({ groups, users, ...options }: Declared<"ldap">): IAuthMethod {
    const auth = new LdapAuth(this.scope, idOf(options), options);
    const declared = new Map<string, LdapGroup>();
    this.each(groups, (name, group) => {
      const added = auth.addGroup(name, group);
      declared.set(name, added);
      return added;
    });
    this.each(users, (name, { groups: memberOf = [], ...user }) =>
      auth.addUser(name, { ...user, groups: memberOf.map((group) => found(declared, group)) }),
    );
    return auth;
  }

  private oidc({ roles, ...options }: Declared<"oidc">): IAuthMethod {
    const auth = new OidcAuth(this.scope, idOf(options), options);
    this.each(roles, (name, role) => auth.addRole(name, role));
    return auth;
  }

  private token({ roles }: Declared<"token">): IAuthMethod {
    const auth = new TokenAuth(this.scope, "auth-token");
    this.each(roles, (name, { disallowedPolicies = [], ...role }) =>
      auth.addRole(name, { ...role, disallowedPolicies: disallowedPolicies.map((each) => VaultPolicy.fromName(each)) }),
    );
    return auth;
  }

  private userpass({ users, ...options }: Declared<"userpass">): IAuthMethod {
    const auth = new UserpassAuth(this.scope, idOf(options), options);
    this.each(users, (name, { changesOwnPassword = false, ...user }) => {
      const added = auth.addUser(name, user);
      if (changesOwnPassword) auth.grantPasswordChange(added);
      return added;
    });
    return auth;
  }

  /** Declares each login, and gives it what it is declared with. */
  private each<Login extends DeclaredSubject & { readonly name: string }>(
    logins: readonly Login[],
    add: (name: string, options: Options<Login>) => IPolicySubject,
  ): void {
    for (const login of logins) {
      const policies = (login.policies ?? []).map((name) => found(this.policies, name));
      this.grants.give(add(login.name, { ...login, policies }), login);
    }
  }
}

function idOf({ path }: { readonly path: string }): string {
  return `auth-${path}`;
}

function kubernetesReviewer(declared: Declared<"kubernetes">["reviewer"]): KubernetesReviewer | undefined {
  if (declared === undefined || declared === "in-cluster") return undefined;
  return declared === "client" ? KubernetesReviewer.client() : KubernetesReviewer.token(declared.token, declared);
}
