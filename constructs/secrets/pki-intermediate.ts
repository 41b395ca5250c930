import { PkiSecretBackendIntermediateCertRequest } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-cert-request";
import { PkiSecretBackendIntermediateSetSigned } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-set-signed";
import { PkiSecretBackendRootSignIntermediate } from "@cdktf/provider-vault/lib/pki-secret-backend-root-sign-intermediate";
import { propertyAccess, TerraformOutput, Token } from "cdktf";
import type { Construct } from "constructs";
import { formatDuration } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireCaCertificates } from "./pki-certificates";
import type { IPkiIssuer } from "./pki-interfaces";
import {
  constraintAttributes,
  PkiIssuer,
  type PkiIssuerOptions,
  type PkiIssuerProps,
  type PkiSignedOptions,
  requireTtlOfMount,
  subjectAttributes,
} from "./pki-issuer";

export interface PkiIntermediateOptions extends PkiSignedOptions {
  /** Who signs it: an issuer of another mount. */
  readonly parent: IPkiIssuer;
  /** How many authorities may stand below one another below it. @default one less than the parent's, 0 where that is not known */
  readonly maxPathLength?: number;
}

export interface PkiExternalIntermediateOptions extends PkiIssuerOptions {
  /**
   * The certificate that the authority elsewhere made of the CSR, in PEM, perhaps followed by those of who signed it, up to the
   * root, which is left out. It is public. @default none yet: the deployment outputs the CSR
   */
  readonly certificate?: string;
}

/** An authority whose certificate is made of a signing request; the key stays where the request was made. */
abstract class RequestedIssuer extends PkiIssuer {
  readonly kind = "intermediate";

  /** The signing request, known to Terraform alone. */
  readonly csr: string;

  private readonly request: PkiSecretBackendIntermediateCertRequest;

  constructor(scope: Construct, id: string, props: PkiIssuerProps<PkiIssuerOptions>) {
    super(scope, id, props);
    this.request = new PkiSecretBackendIntermediateCertRequest(this, "Request", {
      backend: this.mount.pathReference,
      type: "existing",
      keyRef: this.key.keyId,
      ...subjectAttributes(this.node.path, props.options),
    });
    this.csr = this.request.csr;
  }

  protected import(certificate: string, options: PkiIssuerOptions): void {
    const imported = new PkiSecretBackendIntermediateSetSigned(this, "Import", {
      backend: this.mount.pathReference,
      certificate,
      // A certificate of elsewhere names no resource here, and the key can't go while it has an issuer.
      dependsOn: [this.request],
    });
    // The first in the text is the first here.
    this.finish(Token.asString(propertyAccess(imported.importedIssuers, [0])), imported, options);
  }
}

/**
 * An intermediate that an issuer of the same Vault signs, in the same deployment.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#sign-intermediate
 */
export class PkiIntermediate extends RequestedIssuer {
  readonly life: number;
  readonly pathLength: number;
  readonly isSigned = true;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, an option can't be used, the parent is of the same mount, or the
   * intermediate would outlive it.
   */
  constructor(scope: Construct, id: string, props: PkiIssuerProps<PkiIntermediateOptions>) {
    super(scope, id, props);
    const { options, mount } = props;
    const { parent } = options;
    const where = this.node.path;
    if (parent.mount.path === mount.path) {
      throw new LeaseholdError(
        where,
        `parent ${parent.name} is an issuer of mount ${mount.path} itself`,
        "keep the root in a mount of its own, where nobody is granted certificates",
      );
    }
    this.life = requireTtlOfMount(where, "ttl", options.ttl, mount);
    requireTtlOfMount(where, "ttl", options.ttl, parent.mount);
    if (parent.life !== undefined && this.life > parent.life) {
      throw new LeaseholdError(
        where,
        `ttl ${options.ttl} exceeds the life of parent ${parent.name}, ${formatDuration(parent.life)}`,
        "lower ttl, or have another parent sign it: Vault cuts its life short, and OpenBao signs what nobody can verify",
      );
    }
    this.pathLength = pathLengthOf(where, options);
    const signature = new PkiSecretBackendRootSignIntermediate(this, "Signature", {
      backend: parent.mount.pathReference,
      issuerRef: parent.reference,
      csr: this.csr,
      ...subjectAttributes(where, options),
      ...constraintAttributes(where, options),
      ttl: `${this.life}s`,
      // Told of 0, provider 4.4 leaves it to Vault, which takes one less than the parent's.
      maxPathLength: this.pathLength,
    });
    // Who trusts a root has it: whoever is below an intermediate must be told of that one.
    this.import(parent.kind === "intermediate" ? signature.certificateBundle : signature.certificate, options);
  }
}

/**
 * An intermediate that an authority elsewhere signs. It is declared twice: the first deployment makes the key and outputs the CSR, the
 * second one is given the certificate.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#set-signed-intermediate
 */
export class PkiExternalIntermediate extends RequestedIssuer {
  readonly life: number | undefined;
  /** What whoever signed it allows. */
  readonly pathLength = undefined;
  readonly isSigned: boolean;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or an option can't be used: the certificate is none of an authority,
   * is of another name, or is a root's.
   */
  constructor(scope: Construct, id: string, props: PkiIssuerProps<PkiExternalIntermediateOptions>) {
    super(scope, id, props);
    const { certificate, ...options } = props.options;
    const output = new TerraformOutput(this, "Csr", {
      value: this.csr,
      description: `Signing request of issuer ${this.name} in mount ${this.mount.path}`,
    });
    output.overrideLogicalId(csrOutput(this.mount.path, this.name));
    this.isSigned = certificate !== undefined;
    if (certificate === undefined) return;
    const given = requireCaCertificates(this.node.path, "certificate", certificate, options.commonName);
    this.life = given.life;
    this.import(given.pem, options);
  }
}

function pathLengthOf(where: string, { parent, maxPathLength }: PkiIntermediateOptions): number {
  if (parent.pathLength === 0) {
    throw new LeaseholdError(
      where,
      `parent ${parent.name} may have no authority below it`,
      `have another parent sign it, or make one whose maxPathLength is more`,
    );
  }
  const most = parent.pathLength === undefined ? 5 : parent.pathLength - 1;
  return requireWhole(where, "maxPathLength", maxPathLength ?? (parent.pathLength === undefined ? 0 : most), 0, most);
}

/** Terraform's name of the output that holds an issuer's signing request: `terraform output -raw csr_pki_ca-2026`. */
function csrOutput(mount: string, issuer: string): string {
  return `csr_${mount}_${issuer}`.replace(/[^\w-]/g, "_");
}
