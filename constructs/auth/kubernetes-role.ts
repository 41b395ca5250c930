import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { LeaseholdError, show } from "../core/errors";
import { requireReason } from "../core/reasons";
import { requireText } from "../core/texts";
import type { SubjectOptions } from "../policy/subject-policies";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { LoginRole, type LoginRoleProps } from "./login-role";
import { tokenAttributes, type TokenOptions } from "../core/token-options";

const aliasNameSources = ["serviceaccount_uid", "serviceaccount_name"] as const;

export interface KubernetesRoleOptions extends TokenOptions, SubjectOptions {
  /**
   * Whom a token must be meant for, such as `vault`. It keeps out tokens that were given to others, those of every pod for the API
   * server among them.
   */
  readonly audience: string;
  /** Names of service accounts that may log in; `*` stands for any letters, and alone for all. */
  readonly serviceAccounts: readonly string[];
  /** Namespaces that they must be in; `*` stands for any letters, and alone for all. @default those that namespaceSelector finds */
  readonly namespaces?: readonly string[];
  /**
   * Labels that a namespace must have, or else be in namespaces. Vault 1.16 and later; Vault must be allowed to read namespaces.
   * @default none
   */
  readonly namespaceSelector?: Readonly<Record<string, string>>;
  /** Why `*` is right here; needed with it. Any account of any namespace is refused all the same. */
  readonly wildcardReason?: string;
  /**
   * What names a service account's alias: the UID, which an account made anew does not inherit, or `namespace/name`.
   * @default "serviceaccount_uid"
   */
  readonly aliasNameSource?: (typeof aliasNameSources)[number];
}

export interface KubernetesRoleProps extends KubernetesRoleOptions, LoginRoleProps {}

/**
 * A login of service accounts.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#create-update-role
 */
export class KubernetesRole extends LoginRole {
  /**
   * @throws LeaseholdError when the name is taken, there is no audience, account or namespace, one of them can't be, a wildcard
   * has no reason or lets everybody in, or the provider lacks what an option needs.
   */
  constructor(scope: Construct, id: string, props: KubernetesRoleProps) {
    super(scope, id, props);
    const where = this.node.path;
    const { aliasNameSource = "serviceaccount_uid" } = props;
    const { serviceAccounts, namespaces, selector } = this.bounds(props);
    this.node.defaultChild = new KubernetesAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      audience: requireText(where, "audience", props.audience),
      boundServiceAccountNames: serviceAccounts,
      ...(namespaces.length > 0 ? { boundServiceAccountNamespaces: namespaces } : {}),
      ...(selector === undefined ? {} : { boundServiceAccountNamespaceSelector: selector }),
      aliasNameSource: requireChoice(where, "aliasNameSource", aliasNameSource, aliasNameSources),
      ...tokenAttributes(where, props),
      tokenPolicies: this.policies.names,
    });
  }

  private bounds({ namespaceSelector, wildcardReason, ...props }: KubernetesRoleProps) {
    const where = this.node.path;
    const serviceAccounts = requireObjectNames(where, "serviceAccounts", props.serviceAccounts);
    const namespaces = requireObjectNames(where, "namespaces", props.namespaces ?? []);
    if (serviceAccounts.length === 0) {
      throw new LeaseholdError(where, "serviceAccounts is empty", "name the accounts that may log in");
    }
    if (namespaces.length === 0 && namespaceSelector === undefined) {
      throw new LeaseholdError(where, "namespaces is empty", "name those that the accounts are in");
    }
    if (serviceAccounts.some(isAnything) && namespaces.some(isAnything)) {
      throw new LeaseholdError(
        where,
        "serviceAccounts and namespaces are both *: every program in the cluster could log in",
        "name the accounts, or the namespaces",
      );
    }
    if ([...serviceAccounts, ...namespaces].some((name) => name.includes("*"))) {
      const reason = requireReason(where, "wildcardReason", wildcardReason);
      Annotations.of(this).addWarning(`whoever may name an account or a namespace may log in: ${reason}`);
    } else if (wildcardReason !== undefined) {
      throw new LeaseholdError(where, "wildcardReason is given, and there is no *", "leave it out");
    }
    return { serviceAccounts, namespaces, selector: namespaceSelector && this.selector(namespaceSelector) };
  }

  private selector(labels: Readonly<Record<string, string>>): string {
    const where = this.node.path;
    const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 0 || !entries.every(([key, value]) => labelKey.test(key) && labelValue.test(value))) {
      throw new LeaseholdError(
        where,
        `namespaceSelector ${show(labels)} is no set of labels`,
        'give at least one, as in { "kubernetes.io/metadata.name": "shop" }',
      );
    }
    VaultEndpoint.of(this).features.require(where, "namespaceSelector", "kubernetesNamespaceSelector");
    return JSON.stringify({ matchLabels: Object.fromEntries(entries) });
  }
}

const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;

/** Names of Kubernetes' objects, in which Vault reads `*` as any letters. */
function requireObjectNames(where: string, field: string, names: readonly string[]): string[] {
  return names.map((name) => {
    if (name.length <= 253 && /^[a-z0-9*](?:[a-z0-9.*-]*[a-z0-9*])?$/.test(name)) return name;
    throw new LeaseholdError(
      where,
      `${field} ${show(name)} can't be a name in Kubernetes`,
      "use lower-case letters, digits, `-` and `.`",
    );
  });
}

function isAnything(name: string): boolean {
  return /^\*+$/.test(name);
}
