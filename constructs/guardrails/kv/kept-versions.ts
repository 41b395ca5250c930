import { errorFromStaging } from "../../core/rule";
import { numberOf, resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { kvConfigType, kvPage } from "./kv-mount";

/** The metadata of a secret is one entry of the storage, which holds a line for each version. */
const most = 1_000;

export const keptVersions: Guardrail = {
  id: "LH-KV-004",
  title: "a secret's last versions are kept, and not all of them",
  why: "with one version a wrong write is final; with thousands the secret's metadata outgrows an entry of the storage, and writes fail",
  remedy: `keep from 2 to ${most}; leave max_versions out for Vault's 10`,
  severity: errorFromStaging,
  references: [kvPage, "https://developer.hashicorp.com/vault/docs/internals/limits#storage-entry-size"],
  check: (declaration) =>
    resourcesOf(declaration, kvConfigType).flatMap((resource) => {
      const kept = numberOf(resource.arguments, "max_versions") ?? 0;
      if (kept !== 1 && kept <= most) return [];
      return [{ resource, problem: `max_versions is ${kept}` }];
    }),
};
