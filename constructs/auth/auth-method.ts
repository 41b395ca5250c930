import { DataVaultAuthBackend } from "@cdktf/provider-vault/lib/data-vault-auth-backend";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration, parseTtlPair } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireMountPath } from "../core/names";
import { claimName } from "../provider/claim";
import { namespaceOf, place, type Placeable, placeInWords } from "../provider/placement";

/** A mounted auth method, as its roles, groups and aliases see it. */
export interface IAuthMethod {
  /** Where it is mounted below `auth/`. */
  readonly path: string;
  /** A reference to the method that makes Terraform create it before whatever uses it. */
  readonly pathReference: string;
  /** A reference to the accessor, which only Vault knows: the name that identity has for the mount. */
  readonly accessor: string;
}

export interface AuthMethodOptions extends Placeable {
  /** Where the method is mounted below `auth/`. @default the method's own name */
  readonly path?: string;
  /** Shown by `vault auth list`. @default what the method is for */
  readonly description?: string;
  /** @default the server's own */
  readonly tuning?: MethodTuning;
}

/**
 * How Vault treats the mount.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/auth#tune-auth-method
 */
export interface MethodTuning {
  /** TTL of tokens whose role names none. @default maxLeaseTtl */
  readonly defaultLeaseTtl?: Duration;
  /** The longest TTL of a token. @default "768h", as a server has it unless configured */
  readonly maxLeaseTtl?: Duration;
  /** Whether the login page offers the method to who has not logged in. @default "hidden" */
  readonly listingVisibility?: "hidden" | "unauth";
  /** What tokens are unless their role says otherwise. @default "default-service" */
  readonly tokenType?: (typeof tokenTypes)[number];
  /** Request headers that the method gets to see. @default none */
  readonly passthroughRequestHeaders?: readonly string[];
}

/** What every method is built from, as the provider takes it. */
export interface MethodAttributes {
  readonly path: string;
  readonly description: string;
  readonly tune?: {
    readonly defaultLeaseTtl?: string;
    readonly maxLeaseTtl?: string;
    readonly listingVisibility?: string;
    readonly tokenType?: string;
    readonly passthroughRequestHeaders?: string[];
  }[];
}

/** By stack, namespace and path: only what lies in one namespace can name a method by its path. */
const methods = new WeakMap<TerraformStack, Map<string, Map<string, IAuthMethod>>>();

/** An auth method of any kind. */
export abstract class AuthMethod extends Construct implements IAuthMethod {
  /** A method that is mounted already and managed elsewhere; the plan looks its accessor up where that is needed. */
  static fromPath(scope: Construct, id: string, path: string): IAuthMethod {
    return new ImportedAuthMethod(scope, id, { path }, { path, description: "" });
  }

  readonly path: string;
  abstract readonly pathReference: string;
  abstract readonly accessor: string;

  /** For the resource that mounts the method. */
  protected readonly attributes: MethodAttributes;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or the tuning can't be used.
   */
  constructor(
    scope: Construct,
    id: string,
    options: AuthMethodOptions,
    defaults: { readonly path: string; readonly description: string },
  ) {
    super(scope, id);
    this.path = requireMountPath(this.node.path, "path", options.path ?? defaults.path);
    place(this, options.namespace);
    claimName(this, "auth method", this.path);
    methodsBeside(this).set(this.path, this);
    this.attributes = {
      path: this.path,
      description: options.description ?? defaults.description,
      ...tune(this.node.path, options.tuning),
    };
  }
}

class ImportedAuthMethod extends AuthMethod {
  get pathReference(): string {
    return this.path;
  }

  get accessor(): string {
    const known = this.node.tryFindChild("Resource");
    if (known instanceof DataVaultAuthBackend) return known.accessor;
    // Policies ask for it when the stack is rendered, and no aspect comes by any more.
    const namespace = namespaceOf(this)?.pathReference;
    return new DataVaultAuthBackend(this, "Resource", { path: this.path, namespace }).accessor;
  }
}

/** The methods of the namespace that a construct lies in. */
function methodsBeside(construct: Construct): Map<string, IAuthMethod> {
  const stack = TerraformStack.of(construct);
  const ofStack = methods.get(stack) ?? new Map<string, Map<string, IAuthMethod>>();
  methods.set(stack, ofStack);
  const path = namespaceOf(construct)?.path ?? "";
  const known = ofStack.get(path) ?? new Map<string, IAuthMethod>();
  ofStack.set(path, known);
  return known;
}

/**
 * The accessor of a method of the namespace that a construct lies in, by the path of its mount.
 *
 * @throws LeaseholdError when there is none at that path.
 */
export function accessorOf(scope: Construct, path: string): string {
  const known = methodsBeside(scope);
  const method = known.get(path);
  if (method !== undefined) return method.accessor;
  throw new LeaseholdError(
    scope.node.path,
    `a policy names the auth method @${path}, and ${namespaceOf(scope) === undefined ? "the stack" : placeInWords(namespaceOf(scope))} has none at auth/${path}`,
    `use one of ${[...known.keys()].map((each) => `@${each}`).join(", ") || "those that you declare"}, or AuthMethod.fromPath`,
  );
}

/**
 * All of it, or nothing: the provider reads the whole tuning back, and would find a difference in what was left out. It also
 * drops what Vault has against a tuning, so that nothing may be left to Vault to refuse.
 */
function tune(where: string, tuning: MethodTuning | undefined): Pick<MethodAttributes, "tune"> {
  if (tuning === undefined) return {};
  const { maxLeaseTtl = "768h", listingVisibility = "hidden", tokenType = "default-service" } = tuning;
  parseDuration(where, "tuning.maxLeaseTtl", maxLeaseTtl); // before it stands for the other one too
  const { defaultLeaseTtl = maxLeaseTtl, passthroughRequestHeaders = [] } = tuning;
  const ttl = parseTtlPair(where, { defaultTtl: defaultLeaseTtl, maxTtl: maxLeaseTtl }, [
    "tuning.defaultLeaseTtl",
    "tuning.maxLeaseTtl",
  ]);
  const header = passthroughRequestHeaders.find((each) => !/^[\w-]+$/.test(each));
  if (header !== undefined) {
    throw new LeaseholdError(
      where,
      `tuning.passthroughRequestHeaders ${show(header)} is not the name of a header`,
      "write it as in X-Request-Id",
    );
  }
  return {
    tune: [
      {
        defaultLeaseTtl: goDuration(ttl.default),
        maxLeaseTtl: goDuration(ttl.max),
        listingVisibility: requireChoice(where, "tuning.listingVisibility", listingVisibility, ["hidden", "unauth"]),
        tokenType: requireChoice(where, "tuning.tokenType", tokenType, tokenTypes),
        ...(passthroughRequestHeaders.length > 0 ? { passthroughRequestHeaders: [...passthroughRequestHeaders] } : {}),
      },
    ],
  };
}

const tokenTypes = ["default-service", "default-batch", "service", "batch"] as const;

/** The text that the provider reads back: Go's own, which knows no days, without zeros at its end. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const text = `${hours}h${minutes}m${seconds % 60}s`;
  return text
    .replace(/^0h(?:0m)?/, "")
    .replace(/m0s$/, "m")
    .replace(/h0m$/, "h");
}
