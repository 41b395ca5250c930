import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export const serverAudit = "server-audit";

/** An environment of a server whose own configuration declares its audit devices. */
export function declare({ document, ...server }: { readonly document: string } & TrialServer): EnvironmentDefinition {
  return {
    name: serverAudit,
    ...server,
    audit: [
      { type: "server-configuration", path: "first", document },
      { type: "server-configuration", path: "second", document },
    ],
    auditedHeaders: [{ name: "X-Forwarded-For" }, { name: "X-Real-IP" }, { name: "Cookie", hmac: true }],
    uiHeaders: [{ name: "X-Frame-Options", value: "DENY" }],
    mounts: [],
    databases: [],
    auth: [{ method: "approle", path: serverAudit, roles: [{ name: "ci", tokenTtl: "20m", secretIdUses: 10 }] }],
    policies: [],
  };
}
