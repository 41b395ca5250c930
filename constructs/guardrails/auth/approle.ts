export const appRoleType = "vault_approle_auth_backend_role";
export const appRolePage = "https://developer.hashicorp.com/vault/api-docs/auth/approle#create-update-approle";
