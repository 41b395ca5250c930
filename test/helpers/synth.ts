import { AnnotationMetadataEntryType, type App, TerraformStack, Testing } from "cdktf";
import type { IConstruct } from "constructs";
import { tmpdir } from "node:os";
import { VaultEndpoint, type VaultEndpointProps } from "../../constructs/provider/vault-endpoint";

export type Fields = Readonly<Record<string, unknown>>;

/** What Terraform gets of a stack, without the comments that cdktf adds. */
export interface Synthesised {
  readonly terraform: { readonly backend: Fields; readonly required_providers: Readonly<Record<string, Fields>> };
  readonly provider: Readonly<Record<string, readonly Fields[]>>;
  /** Resources by type, then by id. */
  readonly resource: Readonly<Record<string, Readonly<Record<string, Fields>>>>;
  readonly variable: Readonly<Record<string, Fields>>;
}

/** An app of which nothing is written. */
export function testApp(): App {
  return Testing.app({ outdir: tmpdir() });
}

/** A stack of an app of its own, without a Vault server. */
export function bareStack(): TerraformStack {
  return new TerraformStack(testApp(), "dev");
}

/** A stack with a Vault server. */
export function stackWithVault(endpoint: Partial<VaultEndpointProps> = {}): TerraformStack {
  const stack = bareStack();
  new VaultEndpoint(stack, "Vault", { address: "https://vault.company.com", ...endpoint });
  return stack;
}

/** The stack as Terraform gets it, whether it is complete or not. */
export function synth(stack: TerraformStack): Synthesised {
  return { resource: {}, variable: {}, ...(JSON.parse(Testing.synth(stack)) as Partial<Synthesised>) } as Synthesised;
}

/** Runs the stack's validations, which throw what they have against it. */
export function validate(stack: TerraformStack): void {
  Testing.synth(stack, true);
}

/** All resources of a type. */
export function resources(synthesised: Synthesised, type: string): Fields[] {
  return Object.values(synthesised.resource[type] ?? {});
}

/**
 * The only resource of a type.
 *
 * @throws Error unless there is exactly one.
 */
export function onlyResource(synthesised: Synthesised, type: string): Fields {
  const found = resources(synthesised, type);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources of type ${type}`);
  return found[0];
}

/**
 * The resource of a type that Vault knows by a name.
 *
 * @throws Error unless there is exactly one.
 */
export function namedResource(synthesised: Synthesised, type: string, name: string): Fields {
  const found = resources(synthesised, type).filter((fields) => fields["name"] === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of type ${type} named ${name}`);
  return found[0];
}

/** The Terraform addresses of all resources, sorted. */
export function addresses(synthesised: Synthesised): string[] {
  return Object.entries(synthesised.resource)
    .flatMap(([type, byId]) => Object.keys(byId).map((id) => `${type}.${id}`))
    .sort();
}

/** The warnings that a construct carries. */
export function warnings(construct: IConstruct): unknown[] {
  const warning: string = AnnotationMetadataEntryType.WARN;
  return construct.node.metadata.filter(({ type }) => type === warning).map(({ data }) => data as unknown);
}
