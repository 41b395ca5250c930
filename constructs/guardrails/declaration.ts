import type { ProviderFeatures } from "../core/provider-features";
import type { Declaration, DeclaredResource, ServerAudit } from "./guardrail";

/** The part of a synthesised stack that guardrails judge; cdktf writes it to `cdk.tf.json`. */
export interface SynthesisedStack {
  /** Resources by type, then by id. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  /** Providers' configurations by name. */
  readonly provider?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** What constructs say about themselves that Terraform does not get: by path, then by guardrail, a reason. */
export type Acknowledgements = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface DeclarationOptions {
  readonly provider: ProviderFeatures;
  /** By path of the construct without the stack's name. @default none */
  readonly acknowledged?: Acknowledgements | undefined;
  /** @default none */
  readonly serverAudit?: readonly ServerAudit[] | undefined;
}

/** Longer chains of references are circles. */
const longestChain = 8;

const reference = /\$\{([a-z]\w*\.[\w-]+)\.(\w+)\}/g;

/** Reads a synthesised stack. The work grows with its size alone. */
export function declarationOf(stack: SynthesisedStack, options: DeclarationOptions): Declaration {
  const found = Object.entries(stack.resource ?? {}).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, { "//": comment, ...given }]) => ({
      type,
      address: `${type}.${id}`,
      construct: constructOf(comment) ?? id,
      given,
    })),
  );
  const byAddress = new Map(found.map(({ address, given }) => [address, given]));
  const providers = namespacesOfProviders(stack);
  const resources = found.map(({ given, ...rest }): DeclaredResource => {
    const its = resolved(given, byAddress, longestChain) as DeclaredResource["arguments"];
    const around = providers.get(textOf(its, "provider") ?? "vault");
    return {
      ...rest,
      acknowledged: options.acknowledged?.get(rest.construct) ?? {},
      arguments: its,
      namespace: [around, textOf(its, "namespace")].map(trimmed).filter(Boolean).join("/"),
    };
  });
  return { resources, provider: options.provider, serverAudit: options.serverAudit };
}

/** The namespaces that providers work in, by what resources call them: `vault`, `vault.alias`. */
function namespacesOfProviders({ provider }: SynthesisedStack): ReadonlyMap<string, string | undefined> {
  const all = provider?.["vault"] ?? [];
  return new Map(
    all.map((each) => {
      const alias = textOf(each, "alias");
      return [alias === undefined ? "vault" : `vault.${alias}`, textOf(each, "namespace")];
    }),
  );
}

function trimmed(path = ""): string {
  return path.replace(/^\/+|\/+$/g, "");
}

/** What is declared, namespace by namespace; itself where all lies in one. */
export function byNamespace(declaration: Declaration): readonly Declaration[] {
  const parts = new Map<string, DeclaredResource[]>();
  for (const resource of declaration.resources) {
    const { namespace = "" } = resource;
    const part = parts.get(namespace) ?? [];
    parts.set(namespace, part);
    part.push(resource);
  }
  return parts.size <= 1 ? [declaration] : [...parts.values()].map((resources) => ({ ...declaration, resources }));
}

/** The path in cdktf's comment, without the stack's name and without the name that our constructs give what they declare. */
function constructOf(comment: unknown): string | undefined {
  const path = (comment as { metadata?: { path?: unknown } } | undefined)?.metadata?.path;
  if (typeof path !== "string") return undefined;
  return path
    .split("/")
    .slice(1)
    .join("/")
    .replace(/\/Resource$/, "");
}

function resolved(
  value: unknown,
  byAddress: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  left: number,
): unknown {
  if (typeof value === "string") return value.includes("${") ? resolvedText(value, byAddress, left) : value;
  if (Array.isArray(value)) return value.map((each) => resolved(each, byAddress, left));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, byAddress, left)]));
}

function resolvedText(
  text: string,
  byAddress: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  left: number,
): unknown {
  const known = (address: string, argument: string): unknown => {
    const value = left > 0 ? byAddress.get(address)?.[argument] : undefined;
    return typeof value === "string" ? resolved(value, byAddress, left - 1) : value;
  };
  const whole = /^\$\{([a-z]\w*\.[\w-]+)\.(\w+)\}$/.exec(text);
  if (whole !== null) return known(whole[1] ?? "", whole[2] ?? "") ?? text;
  return text.replace(reference, (given, address: string, argument: string) => {
    const value = known(address, argument);
    return typeof value === "string" || typeof value === "number" ? String(value) : given;
  });
}

/** The resources of some types, in the order of the stack. */
export function resourcesOf(declaration: Declaration, ...types: readonly string[]): DeclaredResource[] {
  return declaration.resources.filter(({ type }) => types.includes(type));
}

/** The blocks of a name, whether they were rendered as one or as a list. */
export function blocksOf(resource: DeclaredResource, name: string): Readonly<Record<string, unknown>>[] {
  const value = resource.arguments[name];
  return [value].flat().filter((block): block is Readonly<Record<string, unknown>> => isRecord(block));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An argument that is text; undefined where it is not given. */
export function textOf(values: Readonly<Record<string, unknown>>, argument: string): string | undefined {
  const value = values[argument];
  return typeof value === "string" ? value : undefined;
}

/** An argument that is a number, also where it was written as text; undefined where it is not given or not known. */
export function numberOf(values: Readonly<Record<string, unknown>>, argument: string): number | undefined {
  const value = values[argument];
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** An argument that is a list of text; empty where it is not given. */
export function listOf(values: Readonly<Record<string, unknown>>, argument: string): string[] {
  const value = values[argument];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}
