import type { Construct } from "constructs";
import { KvSecretsEngine } from "../constructs/secrets/kv-secrets-engine";
import { TransitSecretsEngine } from "../constructs/secrets/transit-secrets-engine";
import type { DeclaredKvEngine } from "../environments/engines/kv";
import type { DeclaredTransitEngine } from "../environments/engines/transit";

/** A KV mount with what an environment says of its secrets. */
export function declareKv(
  scope: Construct,
  { secrets, ...mount }: DeclaredKvEngine,
  preventDestroy: boolean,
): KvSecretsEngine {
  const kv = new KvSecretsEngine(scope, `mount-${mount.path}`, { ...mount, preventDestroy });
  for (const { path, ...secret } of secrets) kv.addSecret(path, secret);
  return kv;
}

/** A Transit mount with its keys. */
export function declareTransit(
  scope: Construct,
  { keys, ...mount }: DeclaredTransitEngine,
  preventDestroy: boolean,
): TransitSecretsEngine {
  const transit = new TransitSecretsEngine(scope, `mount-${mount.path}`, { ...mount, preventDestroy });
  for (const { name, ...key } of keys) transit.addKey(name, key);
  return transit;
}
