import { alwaysError } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";

/** What a server has once, whose API is there in the root namespace alone. */
const rootOnly = [
  "vault_audit",
  "vault_audit_request_header",
  "vault_quota_lease_count",
  "vault_quota_rate_limit",
  "vault_raft_autopilot",
  "vault_raft_snapshot_agent_config",
];

export const rootOnlyInNamespace: Guardrail = {
  id: "LH-NS-001",
  title: "what the server has once is declared in the root namespace",
  why: "its API is not there in any other namespace: the apply ends half-way, when Vault refuses the request",
  remedy: "declare it in a stack of the root namespace, without a namespace of its own or of its provider",
  severity: alwaysError,
  acrossNamespaces: true,
  references: [
    "https://developer.hashicorp.com/vault/docs/enterprise/namespaces#root-only-api-paths",
    "https://openbao.org/docs/concepts/namespaces/",
  ],
  check: (declaration) =>
    resourcesOf(declaration, ...rootOnly).flatMap((resource) =>
      (resource.namespace ?? "") === ""
        ? []
        : [{ resource, problem: `it is declared in namespace ${resource.namespace}` }],
    ),
};
