import { Annotations, type TerraformResource } from "cdktf";
import type { ProviderFeature } from "../core/provider-features";
import { requireWhole } from "../core/numbers";
import { SecretInput } from "../core/secret-input";
import { secretVariable } from "./secret-variable";
import { VaultEndpoint } from "./vault-endpoint";

/** A secret that a resource is given, by an argument that later providers have write-only too. */
export interface SecretArgument {
  /** The option that the secret was given in. */
  readonly field: string;
  readonly input: SecretInput;
  /** Raised to have a changed secret sent where the provider can't see the change. @default 1 */
  readonly version?: number | undefined;
  /** Name of the argument that lies in the state; the write-only one has `_wo` behind it. */
  readonly argument: string;
  /** Whether the provider has the write-only one. */
  readonly feature: ProviderFeature;
}

/**
 * Gives a resource its secret, write-only where the provider can, else with a warning that it lies in the state. The bindings are
 * older than the write-only arguments, hence the overrides.
 *
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 * @throws LeaseholdError when it is no SecretInput, or the version is no whole number.
 */
export function giveSecret(resource: TerraformResource, secret: SecretArgument): void {
  const { field, argument, feature } = secret;
  const where = resource.node.scope?.node.path ?? resource.node.path;
  const input = SecretInput.require(where, field, secret.input);
  const version = requireWhole(where, `${field}Version`, secret.version ?? 1, 1, Number.MAX_SAFE_INTEGER);
  const { features } = VaultEndpoint.of(resource);
  if (features.has(feature)) {
    resource.addOverride(`${argument}_wo`, secretVariable(resource, input, "ephemeral").stringValue);
    resource.addOverride(`${argument}_wo_version`, version);
    return;
  }
  Annotations.of(resource).addWarning(features.explainAbsence(feature));
  resource.addOverride(argument, secretVariable(resource, input, "stored").stringValue);
}
