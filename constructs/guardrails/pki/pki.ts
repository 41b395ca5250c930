export const pkiRoleType = "vault_pki_secret_backend_role";
export const pkiPage = "https://developer.hashicorp.com/vault/api-docs/secret/pki#create-update-role";
