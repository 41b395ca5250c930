import { blocksOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

export const kvPage = "https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2";
export const kvConfigType = "vault_kv_secret_backend_v2";

/** Mounts of the KV engine, whichever version. */
export function kvMounts(declaration: Declaration): { resource: DeclaredResource; version: "1" | "2" | "unknown" }[] {
  return resourcesOf(declaration, "vault_mount").flatMap((resource) => {
    const type = textOf(resource.arguments, "type");
    if (type === "generic") return [{ resource, version: "1" }];
    if (type === "kv-v2") return [{ resource, version: "2" }];
    if (type === "kv-v1") return [{ resource, version: "1" }];
    if (type !== "kv") return [];
    return [{ resource, version: versionOf(resource) }];
  });
}

function versionOf(resource: DeclaredResource): "1" | "2" | "unknown" {
  const { options } = resource.arguments;
  if (typeof options === "string") return "unknown"; // a reference
  const [{ version = "1" } = {}] = blocksOf(resource, "options");
  if (String(version).includes("${")) return "unknown";
  return String(version) === "2" ? "2" : "1";
}

/** Paths are taken with and without a slash at the end. */
export function mountPathOf(values: Readonly<Record<string, unknown>>, argument: "path" | "mount"): string {
  return (textOf(values, argument) ?? "").replace(/\/+$/, "");
}
