import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { kvMounts, kvPage } from "./kv-mount";

export const versionOne: Guardrail = {
  id: "LH-KV-001",
  title: "secrets have versions",
  why: "KV version 1 keeps one value: a write or a deletion by mistake ends it for good, and nobody sees what it was before",
  remedy:
    'mount version 2, with options = { version = "2" }; vault kv enable-versioning turns a mount that is there into one',
  severity: alwaysError,
  references: [kvPage, "https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2/upgrade"],
  check: (declaration) =>
    kvMounts(declaration)
      .filter(({ version }) => version === "1")
      .map(({ resource }) => ({ resource, problem: "is a mount of KV version 1" })),
};
