import { listOf, resourcesOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";
import { textsOf, writtenTo } from "./generic-data";

export const corsPage = "https://developer.hashicorp.com/vault/api-docs/system/config-cors";

/** The origins that a stack lets in, written by a generic endpoint or by the resource that later providers have. */
export function origins(declaration: Declaration): { readonly resource: DeclaredResource; readonly origin: string }[] {
  const written = writtenTo(declaration, "sys/config/cors").map(({ resource, data }) => ({
    resource,
    named: textsOf(data["allowed_origins"]),
  }));
  const declared = resourcesOf(declaration, "vault_sys_config_cors").map((resource) => ({
    resource,
    named: listOf(resource.arguments, "allowed_origins"),
  }));
  return [...written, ...declared].flatMap(({ resource, named }) => named.map((origin) => ({ resource, origin })));
}
