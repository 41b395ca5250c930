import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { KubernetesAuthBackendConfig } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-config";
import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { requireCertificates } from "../core/certificates";
import { LeaseholdError } from "../core/errors";
import { requireText } from "../core/texts";
import { requireHttpsUrl } from "../core/urls";
import { kubernetesReviewer } from "../guardrails/auth/kubernetes-reviewer";
import { acknowledge } from "../provider/acknowledge";
import { giveSecret } from "../provider/secret-argument";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { KubernetesReviewer } from "./kubernetes-reviewer";
import { KubernetesRole, type KubernetesRoleOptions } from "./kubernetes-role";

export interface KubernetesAuthOptions extends AuthMethodOptions {
  /** URL of the API server, such as `https://kubernetes.default.svc`. */
  readonly host: string;
  /** PEM certificates of the authority that signed the API server's own. Needed with another reviewer than the pod's own. @default the one in Vault's pod, else those that its machine trusts */
  readonly certificateAuthority?: string;
  /** @default KubernetesReviewer.inCluster() */
  readonly reviewer?: KubernetesReviewer;
  /**
   * Issuer that tokens must name. Kubernetes checks tokens itself, so Vault, which means to drop this, does not by default.
   * @default not checked
   */
  readonly issuer?: string;
}

/**
 * The Kubernetes auth method: programs log in with the token of their service account, which Kubernetes itself judges.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/kubernetes
 */
export class KubernetesAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path is taken, or the host, the authority, the reviewer or the issuer can't be used.
   */
  constructor(scope: Construct, id: string, options: KubernetesAuthOptions) {
    super(scope, id, options, { path: "kubernetes", description: "Logins of programs in Kubernetes" });
    const where = this.node.path;
    const { certificateAuthority, issuer, reviewer = KubernetesReviewer.inCluster() } = options;
    if (!(reviewer instanceof KubernetesReviewer)) {
      throw new LeaseholdError(
        where,
        `reviewer was given as a ${typeof reviewer}`,
        "use KubernetesReviewer.inCluster(), .client() or .token()",
      );
    }
    if (reviewer.ignoresPod && certificateAuthority === undefined) {
      throw new LeaseholdError(
        where,
        "certificateAuthority is not given, and the reviewer is not the one of Vault's own pod: Vault then takes none",
        "give the certificates of the API server's authority, or use KubernetesReviewer.inCluster()",
      );
    }
    const resource = new AuthBackend(this, "Resource", { type: "kubernetes", ...this.attributes });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
    const config = new KubernetesAuthBackendConfig(this, "Config", {
      backend: this.pathReference,
      kubernetesHost: requireHttpsUrl(where, "host", options.host),
      ...(certificateAuthority === undefined
        ? {}
        : { kubernetesCaCert: requireCertificates(where, "certificateAuthority", certificateAuthority) }),
      disableLocalCaJwt: reviewer.ignoresPod,
      // Left out, the provider would turn the check on.
      disableIssValidation: issuer === undefined,
      ...(issuer === undefined ? {} : { issuer: requireText(where, "issuer", issuer) }),
    });
    if (reviewer.longLived !== undefined) {
      const { input, version, reason } = reviewer.longLived;
      giveSecret(config, {
        field: "reviewer.token",
        input,
        version,
        argument: "token_reviewer_jwt",
        feature: "kubernetesReviewerTokenWriteOnly",
      });
      acknowledge(config, kubernetesReviewer.id, reason);
      Annotations.of(this).addWarning(`the reviewer's token lives long, and whoever finds it can use it: ${reason}`);
    }
  }

  /** Declares a login of service accounts. */
  addRole(name: string, options: KubernetesRoleOptions): KubernetesRole {
    return new KubernetesRole(this, name, { ...options, name, auth: this });
  }
}
