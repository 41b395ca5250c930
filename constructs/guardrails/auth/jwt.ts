export const jwtRoleType = "vault_jwt_auth_backend_role";
export const jwtPage = "https://developer.hashicorp.com/vault/api-docs/auth/jwt#create-update-role";
