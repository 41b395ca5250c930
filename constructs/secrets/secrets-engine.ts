import { Construct } from "constructs";
import { requireMountPath } from "../core/names";
import { claimName } from "../provider/claim";
import { declareMount, type MountKind, type MountOptions } from "../provider/declared-mount";

/** What to mount. */
export interface MountedEngine {
  readonly options: MountOptions;
  readonly kind: MountKind;
  /** Where the provider mounts and configures the engine by one resource. @default declareMount */
  readonly declare?: (engine: Construct) => { readonly path: string };
}

/** A mounted secrets engine, declared here or elsewhere. */
export abstract class SecretsEngine extends Construct {
  readonly path: string;
  /** A reference to the mount that makes Terraform create it before whatever is in it. */
  readonly pathReference: string;

  /**
   * @param mounted the path of an engine that is managed elsewhere, for which nothing is declared; else what to mount.
   * @throws LeaseholdError when the path can't be used or is taken, or an option of the mount can't be used.
   */
  constructor(scope: Construct, id: string, mounted: string | MountedEngine) {
    super(scope, id);
    if (typeof mounted === "string") {
      this.path = this.pathReference = requireMountPath(this.node.path, "path", mounted);
      claimName(this, "mount", this.path);
      return;
    }
    const { options, kind, declare = () => declareMount(this, options, kind) } = mounted;
    this.pathReference = declare(this).path;
    this.path = options.path ?? kind.path;
  }
}
