import { PkiSecretBackendRootCert } from "@cdktf/provider-vault/lib/pki-secret-backend-root-cert";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { requireWhole } from "../core/numbers";
import { protection } from "../provider/protection";
import {
  constraintAttributes,
  PkiIssuer,
  type PkiIssuerProps,
  type PkiSignedOptions,
  requireTtlOfMount,
  subjectAttributes,
} from "./pki-issuer";

export interface PkiRootOptions extends PkiSignedOptions {
  /** How many authorities may stand below one another, 1 to 5. @default 1: intermediates, and none below them */
  readonly maxPathLength?: number;
}

/**
 * A root: an authority that signs itself, and that trust stores must hold.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#generate-root
 */
export class PkiRoot extends PkiIssuer {
  readonly kind = "root";
  readonly life: number;
  readonly pathLength: number;
  readonly isSigned = true;

  /**
   * @param before what must be there before it is signed.
   * @throws LeaseholdError when the name can't be used or is taken, or an option can't be used.
   */
  constructor(scope: Construct, id: string, props: PkiIssuerProps<PkiRootOptions>, before: TerraformResource[]) {
    super(scope, id, props);
    const { options, mount } = props;
    const where = this.node.path;
    this.life = requireTtlOfMount(where, "ttl", options.ttl, mount);
    this.pathLength = requireWhole(where, "maxPathLength", options.maxPathLength ?? 1, 1, 5);
    const certificate = new PkiSecretBackendRootCert(this, "Certificate", {
      backend: mount.pathReference,
      type: "existing",
      keyRef: this.key.keyId,
      issuerName: this.name,
      ...subjectAttributes(where, options),
      ...constraintAttributes(where, options),
      ttl: `${this.life}s`,
      maxPathLength: this.pathLength,
      lifecycle: protection(where, options.preventDestroy),
      dependsOn: before,
    });
    this.finish(certificate.issuerId, certificate, options);
  }
}
