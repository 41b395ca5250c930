import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { AwsAuthBackendClient } from "@cdktf/provider-vault/lib/aws-auth-backend-client";
import type { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireText } from "../core/texts";
import { requireHttpsUrl } from "../core/urls";
import { secretVariable } from "../provider/secret-variable";
import { giveSecret } from "../provider/secret-argument";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { AuthMethod, type AuthMethodOptions } from "./auth-method";
import { AwsCredentials } from "../aws/aws-credentials";
import { requireId } from "../aws/aws-names";
import { AwsEc2Role, type AwsEc2RoleOptions, AwsIamRole, type AwsIamRoleOptions } from "./aws-role";

export interface AwsAuthOptions extends AuthMethodOptions {
  /** @default AwsCredentials.instance() */
  readonly credentials?: AwsCredentials;
  /**
   * What logins by IAM must name in the header X-Vault-AWS-IAM-Server-ID, such as `vault.company.com`, so that a request which was
   * signed for another Vault is no login here. @default not asked for
   */
  readonly serverIdHeader?: string;
  /** URL of STS, together with stsRegion. @default the global one */
  readonly stsEndpoint?: string;
  /** Region of stsEndpoint. */
  readonly stsRegion?: string;
  /** Ask STS in the region that the login names. @default false */
  readonly useStsRegionFromClient?: boolean;
  /** URL of IAM. @default AWS's own */
  readonly iamEndpoint?: string;
  /** URL of EC2. @default AWS's own */
  readonly ec2Endpoint?: string;
  /** How often Vault tries again when AWS fails, 0 to 100. @default AWS's own default */
  readonly maxRetries?: number;
}

/**
 * The AWS auth method: programs log in as the IAM user or role that they are, or as their EC2 instance. OpenBao has no such method.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/aws
 */
export class AwsAuth extends AuthMethod {
  readonly pathReference: string;
  readonly accessor: string;

  /**
   * @throws LeaseholdError when the path is taken, the credentials, an endpoint or the header can't be used, or the server lacks the method
   * or workload identity.
   */
  constructor(scope: Construct, id: string, options: AwsAuthOptions = {}) {
    super(scope, id, options, { path: "aws", description: "Logins of programs that run in AWS" });
    const where = this.node.path;
    const { credentials = AwsCredentials.instance(), serverIdHeader, maxRetries } = options;
    const { server } = VaultEndpoint.of(this);
    server.require(where, `auth method ${this.path}`, "awsLogin");
    if (!(credentials instanceof AwsCredentials)) {
      throw new LeaseholdError(
        where,
        `credentials was given as a ${typeof credentials}`,
        "use AwsCredentials.instance(), .accessKey() or .workloadIdentity()",
      );
    }
    if ("identityTokenAudience" in credentials.attributes) {
      server.require(where, "credentials.workloadIdentity", "awsWorkloadIdentity");
    }
    const resource = new AuthBackend(this, "Resource", { type: "aws", ...this.attributes });
    this.node.defaultChild = resource;
    this.pathReference = resource.path;
    this.accessor = resource.accessor;
    const client = new AwsAuthBackendClient(this, "Client", {
      backend: this.pathReference,
      ...credentials.attributes,
      ...endpoints(where, options),
      useStsRegionFromClient: options.useStsRegionFromClient ?? false,
      ...(serverIdHeader === undefined
        ? {}
        : { iamServerIdHeaderValue: requireText(where, "serverIdHeader", serverIdHeader) }),
      ...(maxRetries === undefined ? {} : { maxRetries: requireWhole(where, "maxRetries", maxRetries, 0, 100) }),
    });
    if (credentials.keys !== undefined) {
      const { accessKey, secretKey, version } = credentials.keys;
      // The id of a key is no secret, and has no write-only argument.
      client.accessKey = secretVariable(client, accessKey, "stored").stringValue;
      giveSecret(client, {
        field: "credentials.secretKey",
        input: secretKey,
        version,
        argument: "secret_key",
        feature: "awsSecretKeyWriteOnly",
      });
    }
  }

  /** Declares a login of IAM's users and roles. */
  addIamRole(name: string, options: AwsIamRoleOptions): AwsIamRole {
    return new AwsIamRole(this, name, { ...options, name, auth: this });
  }

  /** Declares a login of EC2 instances. */
  addEc2Role(name: string, options: AwsEc2RoleOptions): AwsEc2Role {
    return new AwsEc2Role(this, name, { ...options, name, auth: this });
  }
}

function endpoints(where: string, options: AwsAuthOptions): Readonly<Record<string, string>> {
  const { stsEndpoint, stsRegion } = options;
  if ((stsEndpoint === undefined) !== (stsRegion === undefined)) {
    const [given, missing] = stsEndpoint === undefined ? ["stsRegion", "stsEndpoint"] : ["stsEndpoint", "stsRegion"];
    throw new LeaseholdError(where, `${given} is given without ${missing}`, "give both, or neither");
  }
  const settings = (["stsEndpoint", "iamEndpoint", "ec2Endpoint"] as const).flatMap((field): [string, string][] => {
    const url = options[field];
    return url === undefined ? [] : [[field, requireHttpsUrl(where, field, url)]];
  });
  if (stsRegion !== undefined) settings.push(["stsRegion", requireId(where, "stsRegion", stsRegion, "region")]);
  return Object.fromEntries(settings);
}
