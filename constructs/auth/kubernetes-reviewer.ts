import { requireReason } from "../core/reasons";
import { SecretInput } from "../core/secret-input";

const self = "KubernetesReviewer.token";

/**
 * Whose token Vault shows when it asks Kubernetes whether a login's token is good (TokenReview).
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/kubernetes#how-to-work-with-short-lived-kubernetes-tokens
 */
export class KubernetesReviewer {
  /** Vault's own service account, for a Vault that runs in the cluster: Kubernetes renews its token, and nobody copies it. */
  static inCluster(): KubernetesReviewer {
    return new KubernetesReviewer(false);
  }

  /**
   * The login's own: its service account must be bound to `system:auth-delegator`, and its token must be meant for the API server
   * too (two audiences), which the API server else takes no request from.
   */
  static client(): KubernetesReviewer {
    return new KubernetesReviewer(true);
  }

  /**
   * A token that lives long, for a Vault outside the cluster whose logins can't review themselves. Whoever finds it may review
   * tokens until its service account is deleted. Raise `version` when it was changed.
   *
   * @throws LeaseholdError when it is no SecretInput, or there is no reason.
   */
  static token(
    token: SecretInput,
    options: { readonly reason: string; readonly version?: number },
  ): KubernetesReviewer {
    const input = SecretInput.require(self, "token", token);
    const reason = requireReason(self, "reason", options.reason);
    return new KubernetesReviewer(true, { input, reason, version: options.version });
  }

  private constructor(
    /** Whether Vault leaves the token and the authority alone that lie in its own pod. */
    readonly ignoresPod: boolean,
    readonly longLived?: { readonly input: SecretInput; readonly reason: string; readonly version: number | undefined },
  ) {}
}
