import { errorFromStaging } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { kvConfigType, kvMounts, kvPage, mountPathOf } from "./kv-mount";

const remedy = "set cas_required of vault_kv_secret_backend_v2, and have writers name the version that they replace";

export const checkAndSet: Guardrail = {
  id: "LH-KV-003",
  title: "a write names the version that it replaces",
  why: "of two who write at once the second overwrites the first unseen, and programs run with half of each",
  remedy,
  severity: errorFromStaging,
  references: [
    `${kvPage}#usage`,
    "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#configure-the-kv-engine",
  ],
  check(declaration) {
    const configured = resourcesOf(declaration, kvConfigType);
    const told = configured.map(({ arguments: given }) => mountPathOf(given, "mount"));
    return [
      ...configured
        .filter(({ arguments: given }) => given["cas_required"] !== true && !isUnknown(given["cas_required"]))
        .map((resource) => ({ resource, problem: "cas_required is not true" })),
      ...kvMounts(declaration)
        .filter(({ resource, version }) => version === "2" && !told.includes(mountPathOf(resource.arguments, "path")))
        .map(({ resource }) => ({ resource, problem: "nothing sets cas_required for the mount" })),
    ];
  },
};

function isUnknown(value: unknown): boolean {
  return typeof value === "string" && value.includes("${");
}
