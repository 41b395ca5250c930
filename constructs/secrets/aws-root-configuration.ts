import { AwsSecretBackend } from "@cdktf/provider-vault/lib/aws-secret-backend";
import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import type { Construct } from "constructs";
import { AwsCredentials } from "../aws/aws-credentials";
import { requireId } from "../aws/aws-names";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireText } from "../core/texts";
import { requireHttpsOrLoopbackUrl } from "../core/urls";
import { keyInStateId } from "../guardrails/aws/key-in-state";
import { acknowledge } from "../provider/acknowledge";
import { type MountKind, mountAttributes, type MountOptions } from "../provider/declared-mount";
import { giveSecret } from "../provider/secret-argument";
import { secretVariable } from "../provider/secret-variable";
import { VaultEndpoint } from "../provider/vault-endpoint";

/** When Vault rotates its own access key by itself (Vault Enterprise). */
export type AwsAutomaticRotation =
  | { readonly period: Duration }
  /** Five fields as cron has them, in UTC, and how long after that it may still be done. @default window: until the next one */
  | { readonly schedule: string; readonly window?: Duration | undefined };

export interface AwsSecretsEngineOptions extends MountOptions {
  /** What Vault works with in AWS. @default AwsCredentials.instance() */
  readonly credentials?: AwsCredentials | undefined;
  /** Region of AWS's APIs, such as `eu-central-1`. @default AWS_REGION of the server, else us-east-1 */
  readonly region?: string | undefined;
  /** URL of IAM. @default AWS's own */
  readonly iamEndpoint?: string | undefined;
  /** URL of STS. @default that of the region */
  readonly stsEndpoint?: string | undefined;
  /** Region of stsEndpoint. @default region */
  readonly stsRegion?: string | undefined;
  /** How often Vault tries again when AWS fails, 0 to 100. @default AWS's own default */
  readonly maxRetries?: number | undefined;
  /**
   * How Vault names users, 64 characters at most, and sessions, 32 at most.
   *
   * @see https://developer.hashicorp.com/vault/api-docs/secret/aws#username_template
   * @default Vault's own, with the login's display name, the role, the time and a random end
   */
  readonly usernameTemplate?: string | undefined;
  /**
   * Whether Vault replaces the access key by one that it alone knows, once after it was given. The key that a person made is then
   * deleted in AWS. Its user must be Vault's own. To give another one afterwards is done by hand. @default false
   */
  readonly rotateRoot?: boolean | undefined;
  /** @default never */
  readonly automaticRotation?: AwsAutomaticRotation | undefined;
}

/** What the root configuration holds besides keys: by the provider's names. */
type Settings = Readonly<Record<string, string | number>>;

/**
 * The resource that mounts the engine and gives it what it works with, and its construct's default child.
 *
 * The key that Vault made itself must survive whatever is changed here later. Providers before 5.7 send the key that the state
 * holds, the old one, together with any other setting: there the other settings are written by a request of their own, which
 * leaves the key alone. A change of the username template the provider does not send at all, hence the same for that.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/aws#configure-root-credentials
 * @throws LeaseholdError when an option can't be used, or the server or the provider lacks it.
 */
export function declareAwsRoot(engine: Construct, options: AwsSecretsEngineOptions, kind: MountKind): AwsSecretBackend {
  const where = engine.node.path;
  const { credentials = AwsCredentials.instance(), rotateRoot = false, automaticRotation } = options;
  const { server, features } = VaultEndpoint.of(engine);
  server.require(where, `secrets engine ${options.path ?? kind.path}`, "awsSecrets");
  requireCredentials(where, credentials);
  if ("identityTokenAudience" in credentials.attributes) {
    server.require(where, "credentials.workloadIdentity", "awsWorkloadIdentity");
  }
  requireRotatable(where, credentials, options);
  const settings = settingsOf(engine, options);
  const rotates = rotateRoot || automaticRotation !== undefined;
  const apart = rotates && !features.has("awsSecretKeyWriteOnly");
  const { lifecycle, ...mount } = mountAttributes(engine, options, kind);
  // A version that is new to the state, as after a change to a provider that has it, would send the given key once more.
  const kept = apart ? ["secret_key", ...settledApart(engine)] : ["secret_key_wo_version"];
  const ignored = rotates ? ["access_key", ...kept] : [];
  const resource = new AwsSecretBackend(engine, "Resource", {
    ...mount,
    ...credentials.attributes,
    lifecycle: ignored.length === 0 ? lifecycle : { ...lifecycle, ignoreChanges: ignored },
  });
  engine.node.defaultChild = resource;
  for (const [argument, value] of Object.entries(apart ? {} : settings)) resource.addOverride(argument, value);
  for (const [argument, value] of Object.entries(rotationArguments(engine, automaticRotation))) {
    resource.addOverride(argument, value);
  }
  giveKeys(resource, credentials);
  const written = writeApart(engine, resource, {
    ...(apart ? settings : {}),
    ...(options.usernameTemplate === undefined
      ? {}
      : { username_template: requireUsernameTemplate(where, options.usernameTemplate) }),
  });
  if (rotateRoot) {
    rotate(engine, resource, written);
    acknowledge(
      engine,
      keyInStateId,
      "rotateRoot has Vault replace the key, and the one in the state is deleted in AWS",
    );
  }
  return resource;
}

function requireCredentials(where: string, credentials: unknown): void {
  if (credentials instanceof AwsCredentials) return;
  throw new LeaseholdError(
    where,
    `credentials was given as a ${typeof credentials}`,
    "use AwsCredentials.instance(), .accessKey() or .workloadIdentity()",
  );
}

function requireRotatable(
  where: string,
  { keys }: AwsCredentials,
  { rotateRoot = false, automaticRotation }: AwsSecretsEngineOptions,
): void {
  if (typeof rotateRoot !== "boolean") {
    throw new LeaseholdError(where, `rotateRoot ${show(rotateRoot)} is not true or false`, "use one of them");
  }
  const field = rotateRoot ? "rotateRoot" : automaticRotation === undefined ? undefined : "automaticRotation";
  if (field === undefined) return;
  if (keys === undefined) {
    throw new LeaseholdError(
      where,
      `${field} is given, and credentials hold no access key`,
      "leave it out: what the machine or AWS's trust gives is not Vault's to rotate",
    );
  }
  if (keys.version !== undefined) {
    throw new LeaseholdError(
      where,
      `credentials have a version, and ${field} is given`,
      "leave version out: a key given later would be taken for the one that Vault made. Write it to config/root by hand",
    );
  }
}

function settingsOf(engine: Construct, options: AwsSecretsEngineOptions): Settings {
  const where = engine.node.path;
  const { region, iamEndpoint, stsEndpoint, stsRegion, maxRetries } = options;
  const { features } = VaultEndpoint.of(engine);
  if (stsRegion !== undefined) {
    features.require(where, "stsRegion", "awsStsRegion");
    if (stsEndpoint === undefined) {
      throw new LeaseholdError(
        where,
        "stsRegion is given without stsEndpoint, and Vault would not use it",
        "give both, or region alone",
      );
    }
  }
  if (maxRetries !== undefined) features.require(where, "maxRetries", "awsMaxRetries");
  const url = (field: "iamEndpoint" | "stsEndpoint", given: string) => requireHttpsOrLoopbackUrl(where, field, given);
  return {
    ...(region === undefined ? {} : { region: requireId(where, "region", region, "region") }),
    ...(iamEndpoint === undefined ? {} : { iam_endpoint: url("iamEndpoint", iamEndpoint) }),
    ...(stsEndpoint === undefined ? {} : { sts_endpoint: url("stsEndpoint", stsEndpoint) }),
    ...(stsRegion === undefined ? {} : { sts_region: requireId(where, "stsRegion", stsRegion, "region") }),
    ...(maxRetries === undefined ? {} : { max_retries: requireWhole(where, "maxRetries", maxRetries, 0, 100) }),
  };
}

/** What the provider would set back, where it is written apart. */
function settledApart(engine: Construct): string[] {
  const { features } = VaultEndpoint.of(engine);
  return [
    "region",
    "iam_endpoint",
    "sts_endpoint",
    ...(features.has("awsStsRegion") ? ["sts_region"] : []),
    ...(features.has("awsMaxRetries") ? ["max_retries"] : []),
  ];
}

function rotationArguments(engine: Construct, rotation: AwsAutomaticRotation | undefined): Settings {
  if (rotation === undefined) return {};
  const where = engine.node.path;
  const { server, features } = VaultEndpoint.of(engine);
  server.require(where, "automaticRotation", "automaticRootRotation");
  features.require(where, "automaticRotation", "awsSecretKeyWriteOnly");
  if ("period" in rotation) {
    return { rotation_period: parseDuration(where, "automaticRotation.period", rotation.period) };
  }
  const { schedule, window } = rotation;
  if (typeof schedule !== "string" || !/^(?:[\d*/,A-Za-z-]+ ){4}[\d*/,A-Za-z-]+$/.test(schedule)) {
    throw new LeaseholdError(
      where,
      `automaticRotation.schedule ${show(schedule)} is no schedule`,
      'write five fields as cron has them, such as "0 3 * * SUN"',
    );
  }
  return {
    rotation_schedule: schedule,
    ...(window === undefined ? {} : { rotation_window: parseDuration(where, "automaticRotation.window", window) }),
  };
}

function giveKeys(resource: AwsSecretBackend, { keys }: AwsCredentials): void {
  if (keys === undefined) return;
  // The id of a key is no secret, and has no write-only argument.
  resource.accessKey = secretVariable(resource, keys.accessKey, "stored").stringValue;
  giveSecret(resource, {
    field: "credentials.secretKey",
    input: keys.secretKey,
    version: keys.version,
    argument: "secret_key",
    feature: "awsSecretKeyWriteOnly",
  });
}

/** Names that nobody can guess or meet twice, and that AWS takes. */
function requireUsernameTemplate(where: string, template: string): string {
  requireText(where, "usernameTemplate", template);
  if (!/\brandom\s+(?:1[2-9]|[2-9]\d)\b|\buuid\b/.test(template)) {
    throw new LeaseholdError(
      where,
      "usernameTemplate makes names that can be guessed or met twice",
      "add (random 20) to it",
    );
  }
  if (!/\btruncate\s+\d+/.test(template)) {
    throw new LeaseholdError(
      where,
      "usernameTemplate may make names that are longer than AWS takes",
      "end it with | truncate 32 }}, or 64 where no session is named by it",
    );
  }
  return template;
}

function writeApart(engine: Construct, root: AwsSecretBackend, settings: Settings): GenericEndpoint | undefined {
  if (Object.keys(settings).length === 0) return undefined;
  return new GenericEndpoint(engine, "Settings", {
    path: `${root.path}/config/root`,
    dataJson: JSON.stringify(settings),
    // Reads back what is written here, so that a change by hand is seen.
    ignoreAbsentFields: true,
    disableDelete: true,
    dependsOn: [root],
  });
}

/** Writes to `rotate-root` once, and again when the mount is made anew: Vault then knows a key that is in somebody's hands. */
function rotate(engine: Construct, root: AwsSecretBackend, settings: GenericEndpoint | undefined): void {
  const rotation = new GenericEndpoint(engine, "RootRotation", {
    path: `${root.path}/config/rotate-root`,
    dataJson: "{}",
    disableRead: true,
    disableDelete: true,
    dependsOn: settings === undefined ? [root] : [root, settings],
  });
  rotation.addOverride("lifecycle.replace_triggered_by", [`${root.terraformResourceType}.${root.friendlyUniqueId}.id`]);
}
