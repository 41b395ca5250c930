export const auditType = "vault_audit";
export const auditPage = "https://developer.hashicorp.com/vault/docs/audit";
