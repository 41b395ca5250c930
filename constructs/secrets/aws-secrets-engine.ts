import type { Construct } from "constructs";
import type { AwsCredentialType, AwsSecretsRoleOptions } from "./aws-credential-types";
import { type AwsSecretsEngineOptions, declareAwsRoot } from "./aws-root-configuration";
import { AwsSecretsRole, type IAwsSecretsRole, importedAwsRole } from "./aws-secrets-role";
import { SecretsEngine } from "./secrets-engine";

/** The AWS secrets engine, mounted here or elsewhere. */
export interface IAwsSecretsEngine extends SecretsEngine {
  /** Declares a role: what is issued on request. */
  addRole(name: string, options: AwsSecretsRoleOptions): AwsSecretsRole;
  /**
   * A role of the mount, which is made elsewhere.
   *
   * @throws LeaseholdError when the name or the type can't be.
   */
  role(name: string, credentialType: AwsCredentialType): IAwsSecretsRole;
}

abstract class AwsSecretsEngineBase extends SecretsEngine implements IAwsSecretsEngine {
  addRole(name: string, options: AwsSecretsRoleOptions): AwsSecretsRole {
    return new AwsSecretsRole(this, name, { ...options, name, engine: this });
  }

  role(name: string, credentialType: AwsCredentialType): IAwsSecretsRole {
    return importedAwsRole(this, name, credentialType);
  }
}

const kind = { type: "aws", path: "aws", description: "Short-lived credentials of AWS" } as const;

/**
 * The AWS secrets engine: users of IAM and sessions of STS, made on request. OpenBao has no such engine.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/aws
 */
export class AwsSecretsEngine extends AwsSecretsEngineBase {
  /**
   * A mount that is managed elsewhere.
   *
   * @throws LeaseholdError when the path can't be used or is taken.
   */
  static fromPath(scope: Construct, id: string, path: string): IAwsSecretsEngine {
    return new ImportedAwsSecretsEngine(scope, id, path);
  }

  /**
   * @throws LeaseholdError when the path can't be used or is taken, an option can't be used, or the server lacks the engine.
   */
  constructor(scope: Construct, id: string, options: AwsSecretsEngineOptions = {}) {
    super(scope, id, { options, kind, declare: (engine) => declareAwsRoot(engine, options, kind) });
  }
}

class ImportedAwsSecretsEngine extends AwsSecretsEngineBase {}
