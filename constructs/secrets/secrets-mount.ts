import { Construct } from "constructs";
import { requireMountPath } from "../core/names";
import { claimName } from "../provider/claim";

/** A mounted secrets engine that is managed elsewhere: nothing is declared for it, and what can be done with it can be granted. */
export abstract class SecretsMount extends Construct {
  readonly path: string;

  /**
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  constructor(scope: Construct, id: string, path: string) {
    super(scope, id);
    this.path = requireMountPath(this.node.path, "path", path);
    claimName(this, "mount", this.path);
  }
}
