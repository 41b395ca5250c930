import { PkiSecretBackendConfigIssuers } from "@cdktf/provider-vault/lib/pki-secret-backend-config-issuers";
import { dependable, Lazy, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Duration } from "../core/duration";
import { requireName } from "../core/names";
import type { MountOptions } from "../provider/declared-mount";
import type { IPkiIssuer } from "./pki-interfaces";
import {
  PkiExternalIntermediate,
  type PkiExternalIntermediateOptions,
  PkiIntermediate,
  type PkiIntermediateOptions,
} from "./pki-intermediate";
import type { PkiIssuer } from "./pki-issuer";
import { PkiMount } from "./pki-mount";
import { type PkiRole, PkiRoleReference } from "./pki-role";
import { PkiRoot, type PkiRootOptions } from "./pki-root";
import {
  declareAcme,
  declareCrl,
  declareTidy,
  type PkiAcmeOptions,
  type PkiCrlOptions,
  type PkiTidyOptions,
} from "./pki-settings";
import { declareUrls, type PkiUrlOptions } from "./pki-urls";

/** The path is `pki` unless another is given; maxLeaseTtl is what its authorities may live at most, which most need. */
export interface PkiSecretsEngineProps extends MountOptions {
  /** @default those of the mount at the Vault server */
  readonly urls?: PkiUrlOptions;
  /** @default one that counts for 72h and is made anew each hour */
  readonly crl?: PkiCrlOptions;
  /** @default what the server has, which is off */
  readonly acme?: PkiAcmeOptions;
  /** @default each 12h, what ended 72h ago */
  readonly tidy?: PkiTidyOptions;
  /** Name of the issuer that signs where nobody names one. @default the only one that is not retired */
  readonly defaultIssuer?: string;
}

/**
 * A mount of the PKI secrets engine, with its certificate authorities. Private keys of authorities are made in Vault and never leave it.
 *
 * An authority is rotated in three deployments: the new issuer beside the old one, as defaultIssuer, the old one `retired`; when the last
 * certificate of the old one has ended, without the old one.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/pki
 */
export class PkiSecretsEngine extends PkiMount {
  /**
   * A mount that is managed elsewhere.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): PkiMount {
    return new ImportedPkiMount(scope, id, path);
  }

  readonly maxLeaseTtl: Duration | undefined;

  private readonly issuers = new Map<string, PkiIssuer>();
  private readonly beforeCertificates: TerraformResource[];
  private readonly acme: TerraformResource | undefined;
  private default: PkiSecretBackendConfigIssuers | undefined;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or an option can't be used. A defaultIssuer that is not declared,
   * and several issuers without one, fail the synthesis.
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: PkiSecretsEngineProps = {},
  ) {
    super(scope, id, {
      options: props,
      kind: {
        type: "pki",
        path: "pki",
        description: "Short-lived certificates",
        ...(props.acme === undefined ? {} : acmeHeaders),
      },
    });
    this.maxLeaseTtl = props.maxLeaseTtl;
    this.beforeCertificates = declareUrls(this, this, props.urls ?? {});
    declareCrl(this, this, props.crl ?? {});
    declareTidy(this, this, props.tidy ?? {});
    if (props.acme !== undefined) {
      const acme = declareAcme(this, this, props.acme);
      acme.dependsOn = this.beforeCertificates.map((each) => dependable(each));
      this.acme = acme;
    }
    this.node.addValidation({ validate: () => this.problems() });
  }

  /**
   * Declares a root of its own. Keep it in a mount without roles: what it signs is authorities.
   *
   * @throws LeaseholdError as PkiRoot does.
   */
  addRoot(name: string, options: PkiRootOptions): PkiRoot {
    return this.added(new PkiRoot(this, name, this.issuerProps(name, options), this.beforeCertificates));
  }

  /**
   * Declares an authority that another mount's issuer signs.
   *
   * @throws LeaseholdError as PkiIntermediate does.
   */
  addIntermediate(name: string, options: PkiIntermediateOptions): PkiIntermediate {
    return this.added(new PkiIntermediate(this, name, this.issuerProps(name, options)));
  }

  /**
   * Declares an authority that somebody elsewhere signs.
   *
   * @throws LeaseholdError as PkiExternalIntermediate does.
   */
  addExternalIntermediate(name: string, options: PkiExternalIntermediateOptions): PkiExternalIntermediate {
    return this.added(new PkiExternalIntermediate(this, name, this.issuerProps(name, options)));
  }

  issuer(name: string): IPkiIssuer {
    const known = name === "default" ? this.issuing(undefined) : this.issuers.get(name);
    return known ?? referredIssuer(this, name);
  }

  protected issuing(name: string | undefined): IPkiIssuer | undefined {
    const wanted = name ?? this.props.defaultIssuer;
    if (wanted !== undefined && wanted !== "default") return this.issuers.get(wanted);
    const able = [...this.issuers.values()].filter(({ retired, isSigned }) => isSigned && !retired);
    return able.length === 1 ? able[0] : undefined;
  }

  /** Its directories are of roles, which must be there first. */
  protected registerRole(role: PkiRole): void {
    if (this.acme === undefined) return;
    this.acme.dependsOn = [...(this.acme.dependsOn ?? []), dependable(role.resource)];
  }

  private issuerProps<Options>(name: string, options: Options) {
    const { preventDestroy } = this.props;
    return { name, mount: this, options: preventDestroy === undefined ? options : { preventDestroy, ...options } };
  }

  private added<T extends PkiIssuer>(issuer: T): T {
    this.issuers.set(issuer.name, issuer);
    if (issuer.isSigned && this.default === undefined) {
      this.default = new PkiSecretBackendConfigIssuers(this, "Issuers", {
        backend: this.pathReference,
        default: Lazy.stringValue({ produce: () => this.issuing(undefined)?.reference ?? "" }),
        // A root or an import elsewhere must not take over.
        defaultFollowsLatestIssuer: false,
      });
    }
    return issuer;
  }

  private problems(): string[] {
    const names = [...this.issuers.keys()];
    const { defaultIssuer, acme } = this.props;
    const chosen = this.issuing(undefined);
    const known = names.length === 0 ? "declare one" : `use one of ${names.join(", ")}`;
    const problems: string[] = [];
    if (defaultIssuer !== undefined) {
      const issuer = this.issuers.get(defaultIssuer);
      if (issuer === undefined)
        problems.push(`defaultIssuer ${defaultIssuer} is no issuer of mount ${this.path}: ${known}`);
      else if (!issuer.isSigned) problems.push(`defaultIssuer ${defaultIssuer} has no certificate yet: ${known}`);
      else if (issuer.retired) problems.push(`defaultIssuer ${defaultIssuer} is retired: ${known}`);
    } else if (this.default !== undefined && chosen === undefined) {
      problems.push(`mount ${this.path} has the issuers ${names.join(", ")} and no defaultIssuer: name one of them`);
    }
    const missing = (acme?.roles ?? []).filter((role) => this.role(role) instanceof PkiRoleReference);
    for (const role of missing) problems.push(`acme.roles names ${role}, which is no role of mount ${this.path}`);
    return problems.map((problem) => `[${this.node.path}] ${problem}`);
  }
}

/** What ACME's clients and Vault tell each other outside of the body. */
const acmeHeaders = {
  passthroughRequestHeaders: ["If-Modified-Since"],
  allowedResponseHeaders: ["Last-Modified", "Location", "Replay-Nonce", "Link"],
};

class ImportedPkiMount extends PkiMount {
  readonly maxLeaseTtl = undefined;

  issuer(name: string): IPkiIssuer {
    return referredIssuer(this, name);
  }

  protected issuing(name: string | undefined): IPkiIssuer {
    return referredIssuer(this, name ?? "default");
  }

  protected registerRole(): void {
    // Whatever waits for roles is declared where the mount is.
  }
}

function referredIssuer(mount: PkiMount, name: string): IPkiIssuer {
  requireName(mount.node.path, "issuer", name);
  return { mount, name, reference: name, life: undefined, pathLength: undefined, kind: "unknown" };
}
