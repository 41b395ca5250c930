import { errorFromStaging } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource, Guardrail } from "../guardrail";
import { kvMounts, kvPage, mountPathOf } from "./kv-mount";

/** Each keeps what it writes in this argument. */
const kept = {
  vault_kv_secret_v2: "data_json",
  vault_kv_secret: "data_json",
  vault_generic_secret: "data_json",
} as const;

export const valueInState: Guardrail = {
  id: "LH-KV-002",
  title: "no secret's value lies in the Terraform state",
  why: "whoever reads the state, a backup or a plan of it has the secret, and Terraform keeps old states",
  remedy:
    "use data_json_wo with data_json_wo_version, which hashicorp/vault has from 5.0 on, or declare the metadata alone and have people write the value",
  severity: errorFromStaging,
  references: [kvPage, "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"],
  check: (declaration) => [
    ...Object.entries(kept).flatMap(([type, argument]) =>
      resourcesOf(declaration, type)
        .filter(({ arguments: given }) => given[argument] !== undefined)
        .map((resource) => ({ resource, problem: `${argument} of ${type} is kept in the Terraform state as it is` })),
    ),
    ...writtenAsEndpoint(declaration).map((resource) => ({
      resource,
      problem: "data_json of vault_generic_endpoint writes a secret, and is kept in the Terraform state as it is",
    })),
  ],
};

/** Values that are written by the API's own path below a declared mount. */
function writtenAsEndpoint(declaration: Declaration): DeclaredResource[] {
  const mounts = kvMounts(declaration).map(({ resource }) => mountPathOf(resource.arguments, "path"));
  return resourcesOf(declaration, "vault_generic_endpoint").filter(({ arguments: given }) =>
    mounts.some((mount) => textOf(given, "path")?.startsWith(`${mount}/data/`)),
  );
}
