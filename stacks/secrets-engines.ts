import type { Construct } from "constructs";
import type { KvMount } from "../constructs/secrets/kv-mount";
import { KvSecretsEngine } from "../constructs/secrets/kv-secrets-engine";
import type { PkiMount } from "../constructs/secrets/pki-mount";
import { PkiSecretsEngine } from "../constructs/secrets/pki-secrets-engine";
import type { TransitMount } from "../constructs/secrets/transit-mount";
import { TransitSecretsEngine } from "../constructs/secrets/transit-secrets-engine";
import { AwsSecretsEngine, type IAwsSecretsEngine } from "../constructs/secrets/aws-secrets-engine";
import type { IAwsSecretsRole } from "../constructs/secrets/aws-secrets-role";
import type { AwsCredentialType } from "../constructs/secrets/aws-credential-types";
import { awsCredentials } from "./aws-credentials";
import { declareKv, declareTransit } from "./declared-engines";
import type { DeclaredEngine } from "../environments/engines/schema";
import { declarePki } from "./pki-engines";

/** The secrets engines of an environment by the path of their mount: those that it declares, and those that grants refer to. */
export class SecretsEngines {
  private readonly kvByPath = new Map<string, KvMount>();
  private readonly pkiByPath = new Map<string, PkiMount>();
  private readonly transitByPath = new Map<string, TransitMount>();
  private readonly awsByPath = new Map<string, IAwsSecretsEngine>();
  /** Declared roles of AWS engines, as `<mount>/<role>`. */
  private readonly awsRoles = new Map<string, IAwsSecretsRole>();

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
        this.addAws(declared);
        return;
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

  /** A role that the environment declares, or one of that type of a mount which is managed elsewhere. */
  awsRole(mount: string, role: string, credentialType: AwsCredentialType | undefined): IAwsSecretsRole {
    const declared = this.awsRoles.get(`${mount}/${role}`);
    if (declared !== undefined) return declared;
    if (credentialType === undefined)
      throw new Error(`${mount}/${role} passed the environment's schema without a type`);
    return this.referred(this.awsByPath, mount, AwsSecretsEngine).role(role, credentialType);
  }

  private addAws({ roles, credentials, ...options }: Extract<DeclaredEngine, { type: "aws" }>): void {
    const engine = new AwsSecretsEngine(this.scope, `mount-${options.path}`, {
      ...options,
      credentials: awsCredentials(credentials),
      preventDestroy: this.preventDestroy,
    });
    this.awsByPath.set(options.path, engine);
    for (const { name, ...role } of roles) this.awsRoles.set(`${options.path}/${name}`, engine.addRole(name, role));
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
