import { Namespace as NamespaceResource } from "@cdktf/provider-vault/lib/namespace";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireMountPath, requireName } from "../core/names";
import { requireMetadata } from "../identity/identity-name";
import { claimName } from "../provider/claim";
import { type INamespace, namespaceOf, place, setPlace } from "../provider/placement";
import { protection } from "../provider/protection";
import { VaultEndpoint } from "../provider/vault-endpoint";

export interface NamespaceProps {
  /** Its name in the namespace that it is nested in: one segment, such as `team-a`. */
  readonly path: string;
  /** The namespace that it is nested in. @default that of the construct that it is declared in, which at last is the stack's */
  readonly parent?: INamespace;
  /** What `vault namespace lookup` says of it besides. @default none */
  readonly customMetadata?: Readonly<Record<string, string>>;
  /**
   * Whether Terraform refuses to destroy it: all that lies in it would end with it. @default false
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   */
  readonly preventDestroy?: boolean;
}

/** Names that Vault keeps. */
const reserved: readonly string[] = ["root", "sys", "audit", "auth", "cubbyhole", "identity"];

/**
 * A Vault within Vault (Vault Enterprise, OpenBao 2.3 and later): its own mounts, auth methods, policies and identity, of whose
 * names none meets one of another namespace. Whatever is declared below it lies in it, and so does whatever names it as its
 * `namespace`.
 *
 * @see https://developer.hashicorp.com/vault/docs/enterprise/namespaces
 * @see https://openbao.org/docs/concepts/namespaces/
 */
export class Namespace extends Construct implements INamespace {
  /**
   * A namespace that is managed elsewhere; nothing is declared for it.
   *
   * @param path From the stack's own namespace on, such as `team-a/payments`.
   * @throws LeaseholdError when the path can't be used or is taken, or the server has no namespaces.
   */
  static fromPath(scope: Construct, id: string, path: string): INamespace {
    return new ImportedNamespace(scope, id, path);
  }

  readonly path: string;
  readonly pathReference: string;
  readonly madeBy: string;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, the metadata can't be kept, or the server has no namespaces.
   */
  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    const where = this.node.path;
    const name = requireNamespaceName(where, props.path);
    VaultEndpoint.of(this).server.require(where, `namespace ${name}`, "namespaces");
    place(this, props.parent);
    const parent = namespaceOf(this);
    this.path = parent === undefined ? name : `${parent.path}/${name}`;
    claimName(this, "namespace", name);
    const { customMetadata } = props;
    const resource = new NamespaceResource(this, "Resource", {
      path: name,
      ...(customMetadata === undefined
        ? {}
        : { customMetadata: requireMetadata(where, "customMetadata", customMetadata) }),
      lifecycle: protection(where, props.preventDestroy),
    });
    this.node.defaultChild = resource;
    this.pathReference = resource.pathFq;
    this.madeBy = dependable(resource);
    setPlace(this, this);
    // What makes it lies in the one around it.
    setPlace(resource, parent);
  }
}

class ImportedNamespace extends Construct implements INamespace {
  readonly path: string;
  readonly madeBy = undefined;

  constructor(scope: Construct, id: string, path: string) {
    super(scope, id);
    const where = this.node.path;
    this.path = requireMountPath(where, "path", path);
    VaultEndpoint.of(this).server.require(where, `namespace ${path}`, "namespaces");
    for (const name of path.split("/")) requireNamespaceName(where, name);
    setPlace(this, this);
  }

  get pathReference(): string {
    return this.path;
  }
}

function requireNamespaceName(where: string, name: string): string {
  if (!reserved.includes(requireName(where, "path", name).toLowerCase())) return name;
  throw new LeaseholdError(where, `path ${show(name)} is one that Vault keeps for itself`, "choose another name");
}
