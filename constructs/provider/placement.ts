import { Aspects, type IAspect, TerraformDataSource, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { VaultEndpoint } from "./vault-endpoint";

/** A namespace, declared here or elsewhere, as what lies in it sees it. */
export interface INamespace extends Construct {
  /** From the stack's own namespace on, such as `team-a`, or `team-a/payments` for a nested one. */
  readonly path: string;
  /** A reference to the path that makes Terraform wait for the namespace. */
  readonly pathReference: string;
  /** Terraform's address of what makes it; undefined where it is managed elsewhere. */
  readonly madeBy: string | undefined;
}

/** What a construct takes that lies at the top of a namespace. */
export interface Placeable {
  /**
   * The namespace that it lies in (Vault Enterprise, OpenBao 2.3 and later).
   *
   * @default that of the construct that it is declared in, which at last is the stack's
   */
  readonly namespace?: INamespace;
}

const placed = new WeakMap<IConstruct, INamespace | undefined>();

/**
 * Puts a construct, with all that is declared below it, into a namespace; without one it stays where its parent lies. A construct
 * does this before it claims its name, since names are claimed in each namespace.
 *
 * @throws LeaseholdError when the namespace is one of another stack.
 */
export function place(construct: IConstruct, namespace: INamespace | undefined): void {
  if (namespace === undefined) return;
  if (TerraformStack.of(namespace) !== TerraformStack.of(construct)) {
    throw new LeaseholdError(
      construct.node.path,
      `namespace ${namespace.path} is one of another stack`,
      "name it in this stack by Namespace.fromPath",
    );
  }
  setPlace(construct, namespace);
}

/** Puts a construct where another one lies that it belongs to, wherever the two are in the tree. */
export function placeWith(construct: IConstruct, owner: unknown): void {
  if (Construct.isConstruct(owner)) setPlace(construct, namespaceOf(owner));
}

/** Puts a construct there for certain: `undefined` is the stack's own namespace. */
export function setPlace(construct: IConstruct, namespace: INamespace | undefined): void {
  if (namespace !== undefined) Placement.of(construct);
  if (namespaceOf(construct) !== namespace) placed.set(construct, namespace);
}

/** The namespace that a construct lies in; undefined where that is the stack's own. */
export function namespaceOf(construct: IConstruct): INamespace | undefined {
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) {
    if (placed.has(at)) return placed.get(at);
  }
  return undefined;
}

/** Where that is, in the middle of a sentence. */
export function placeInWords(namespace: INamespace | undefined): string {
  return namespace === undefined ? "the stack's own namespace" : `namespace ${namespace.path}`;
}

/**
 * Refuses in a namespace what Vault has for the server as a whole: its API is there in the root namespace alone.
 *
 * @param what Such as `audit device file`.
 * @see https://developer.hashicorp.com/vault/docs/enterprise/namespaces#root-only-api-paths
 * @throws LeaseholdError that names the namespace.
 */
export function requireRootNamespace(construct: Construct, what: string): void {
  const inside = namespaceOf(construct)?.path ?? VaultEndpoint.of(construct).namespace;
  if (inside === undefined) return;
  throw new LeaseholdError(
    construct.node.path,
    `${what} would lie in namespace ${inside}, and Vault has it for the server as a whole`,
    "declare it in a stack of the root namespace, outside of every Namespace",
  );
}

/**
 * @param what What is to lie in the same namespace, such as `auth method auth/ldap`.
 * @throws LeaseholdError when they lie in different ones.
 */
export function requireSameNamespace(construct: IConstruct, other: unknown, what: string): void {
  if (!Construct.isConstruct(other) || namespaceOf(other)?.path === namespaceOf(construct)?.path) return;
  throw new LeaseholdError(
    construct.node.path,
    `it lies in ${placeInWords(namespaceOf(construct))}, and ${what} in ${placeInWords(namespaceOf(other))}`,
    "declare both in one namespace: Vault looks for it in its own alone",
  );
}

const placements = new WeakMap<TerraformStack, Placement>();

/** Gives the resources of a stack the namespaces of what declares them. */
class Placement implements IAspect {
  static of(construct: IConstruct): Placement {
    const stack = TerraformStack.of(construct);
    const known = placements.get(stack);
    if (known !== undefined) return known;
    const placement = new Placement();
    placements.set(stack, placement);
    Aspects.of(stack).add(placement);
    return placement;
  }

  visit(node: IConstruct): void {
    if (!isPlaceable(node) || node.namespaceInput !== undefined) return;
    const namespace = namespaceOf(node);
    if (namespace === undefined) return;
    if (node instanceof TerraformDataSource) {
      // A dependency would have it read in the apply whenever something changes of the namespace itself.
      node.namespace = namespace.pathReference;
      return;
    }
    // Not by a reference: what the plan does in which namespace can be told before that is there.
    node.namespace = namespace.path;
    if (namespace.madeBy !== undefined) {
      node.dependsOn = [...new Set([...(node.dependsOn ?? []), namespace.madeBy])];
    }
  }
}

type PlaceableElement = (TerraformResource | TerraformDataSource) & {
  namespace: string;
  readonly namespaceInput?: string;
};

/** Nearly all of the provider's are; the others are about the server as a whole. */
function isPlaceable(node: IConstruct): node is PlaceableElement {
  return (node instanceof TerraformResource || node instanceof TerraformDataSource) && "namespaceInput" in node;
}
