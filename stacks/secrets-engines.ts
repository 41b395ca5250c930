import type { Construct } from "constructs";
import type { KvMount } from "../constructs/secrets/kv-mount";
import { KvSecretsEngine } from "../constructs/secrets/kv-secrets-engine";
import type { PkiMount } from "../constructs/secrets/pki-mount";
import { PkiSecretsEngine } from "../constructs/secrets/pki-secrets-engine";
import type { TransitMount } from "../constructs/secrets/transit-mount";
import { TransitSecretsEngine } from "../constructs/secrets/transit-secrets-engine";
import { declareKv, declareTransit } from "./declared-engines";
import type { DeclaredEngine } from "../environments/engines/schema";
import { declarePki } from "./pki-engines";

/** The secrets engines of an environment by the path of their mount: those that it declares, and those that grants refer to. */
export class SecretsEngines {
  private readonly kvByPath = new Map<string, KvMount>();
  private readonly pkiByPath = new Map<string, PkiMount>();
  private readonly transitByPath = new Map<string, TransitMount>();

  constructor(
    private readonly scope: Construct,
    private readonly preventDestroy: boolean,
  ) {}

  add(declared: DeclaredEngine): void {
    switch (declared.type) {
      case "kv":
        this.kvByPath.set(declared.path, declareKv(this.scope, declared, this.preventDestroy));
        return;
      case "pki":
        this.pkiByPath.set(
          declared.path,
          declarePki(this.scope, declared, this.preventDestroy, (path) => this.pki(path)),
        );
        return;
      case "transit":
        this.transitByPath.set(declared.path, declareTransit(this.scope, declared, this.preventDestroy));
        return;
      case "aws":
        throw new Error(`engine ${declared.path} of ${this.scope.node.id} (${this.preventDestroy})`);
    }
  }

  kv(path: string): KvMount {
    return this.referred(this.kvByPath, path, KvSecretsEngine);
  }

  pki(path: string): PkiMount {
    return this.referred(this.pkiByPath, path, PkiSecretsEngine);
  }

  transit(path: string): TransitMount {
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
