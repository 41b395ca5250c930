import { Mount } from "@cdktf/provider-vault/lib/mount";
import type { TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";
import { type Duration, parseDuration, parseTtlPair } from "../core/duration";
import { requireMountPath } from "../core/names";
import { claimName } from "./claim";
import { place, type Placeable } from "./placement";
import { protection } from "./protection";

/** What every mounted secrets engine can be told. */
export interface MountOptions extends Placeable {
  /** Where the engine is mounted, without a leading or trailing `/`. @default the engine's own name */
  readonly path?: string;
  /** Shown by `vault secrets list`. @default what the engine is for */
  readonly description?: string;
  /** TTL of leases that nothing else gives one. @default the server's, 768h unless configured */
  readonly defaultLeaseTtl?: Duration;
  /** The longest TTL of whatever the mount issues. @default the server's, 768h unless configured */
  readonly maxLeaseTtl?: Duration;
  /**
   * Whether Terraform refuses to destroy the mount, also where a change of its path would mount it anew: everything below it ends
   * with it. @default false
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   */
  readonly preventDestroy?: boolean;
}

/** What a kind of engine adds. */
export interface MountKind {
  /** What Vault calls the engine. */
  readonly type: string;
  readonly path: string;
  readonly description: string;
  /** @default none */
  readonly options?: Readonly<Record<string, string>>;
  /** Request headers that the engine gets to see. @default none */
  readonly passthroughRequestHeaders?: readonly string[];
  /** Headers that the engine may answer with. @default none */
  readonly allowedResponseHeaders?: readonly string[];
}

/** A mount's options as every resource takes them that mounts an engine. */
export interface MountAttributes {
  readonly path: string;
  readonly description: string;
  readonly defaultLeaseTtlSeconds: number | undefined;
  readonly maxLeaseTtlSeconds: number | undefined;
  readonly lifecycle: TerraformResourceLifecycle | undefined;
}

/**
 * The options of a mount, checked, with its path held for the construct.
 *
 * @throws LeaseholdError when the path can't be used or is taken, or the TTLs are malformed or inverted.
 */
export function mountAttributes(construct: Construct, options: MountOptions, kind: MountKind): MountAttributes {
  const where = construct.node.path;
  const path = requireMountPath(where, "path", options.path ?? kind.path);
  place(construct, options.namespace);
  claimName(construct, "mount", path);
  const { defaultLeaseTtl, maxLeaseTtl } = options;
  if (defaultLeaseTtl !== undefined && maxLeaseTtl !== undefined) {
    const ttls = { defaultTtl: defaultLeaseTtl, maxTtl: maxLeaseTtl };
    parseTtlPair(where, ttls, ["defaultLeaseTtl", "maxLeaseTtl"]);
  }
  const seconds = (field: "defaultLeaseTtl" | "maxLeaseTtl") => {
    const ttl = options[field];
    return ttl === undefined ? undefined : parseDuration(where, field, ttl);
  };
  return {
    path,
    description: options.description ?? kind.description,
    defaultLeaseTtlSeconds: seconds("defaultLeaseTtl"),
    maxLeaseTtlSeconds: seconds("maxLeaseTtl"),
    lifecycle: protection(where, options.preventDestroy),
  };
}

/**
 * The resource that mounts an engine, and its construct's default child.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/mounts#enable-secrets-engine
 * @throws LeaseholdError when the path can't be used or is taken, or the TTLs are malformed or inverted.
 */
export function declareMount(construct: Construct, options: MountOptions, kind: MountKind): Mount {
  const { path, description, ...rest } = mountAttributes(construct, options, kind);
  const resource = new Mount(construct, "Resource", {
    type: kind.type,
    path,
    description,
    ...(kind.options === undefined ? {} : { options: { ...kind.options } }),
    ...headers(kind),
    ...rest,
  });
  construct.node.defaultChild = resource;
  return resource;
}

function headers({ passthroughRequestHeaders, allowedResponseHeaders }: MountKind) {
  return {
    ...(passthroughRequestHeaders === undefined ? {} : { passthroughRequestHeaders: [...passthroughRequestHeaders] }),
    ...(allowedResponseHeaders === undefined ? {} : { allowedResponseHeaders: [...allowedResponseHeaders] }),
  };
}
