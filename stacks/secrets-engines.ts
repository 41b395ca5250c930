import type { Construct } from "constructs";
import { KvSecretsEngine } from "../constructs/secrets/kv-secrets-engine";
import { PkiSecretsEngine } from "../constructs/secrets/pki-secrets-engine";
import { TransitSecretsEngine } from "../constructs/secrets/transit-secrets-engine";
import type { DeclaredEngine } from "../environments/engines/schema";

/** The secrets engines of an environment by the path of their mount: those that it declares, and those that grants refer to. */
export class SecretsEngines {
  private readonly kvByPath = new Map<string, KvSecretsEngine>();
  private readonly pkiByPath = new Map<string, PkiSecretsEngine>();
  private readonly transitByPath = new Map<string, TransitSecretsEngine>();

  constructor(
    private readonly scope: Construct,
    private readonly preventDestroy: boolean,
  ) {}

  add(declared: DeclaredEngine): void {
    switch (declared.type) {
      case "kv":
      case "pki":
      case "transit":
      case "aws":
        throw new Error(`engine ${declared.path} of ${this.scope.node.id} (${this.preventDestroy})`);
    }
  }

  kv(path: string): KvSecretsEngine {
    return this.referred(this.kvByPath, path, KvSecretsEngine);
  }

  pki(path: string): PkiSecretsEngine {
    return this.referred(this.pkiByPath, path, PkiSecretsEngine);
  }

  transit(path: string): TransitSecretsEngine {
    return this.referred(this.transitByPath, path, TransitSecretsEngine);
  }

  /** A mount that the environment does not declare: one construct of it, however many grants name it. */
  private referred<T>(
    known: Map<string, T>,
    path: string,
    kind: { fromPath(scope: Construct, id: string, path: string): T },
  ): T {
    const mount = known.get(path) ?? kind.fromPath(this.scope, `mount-${path}`, path);
    known.set(path, mount);
    return mount;
  }
}
