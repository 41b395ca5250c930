export const ldapType = "vault_ldap_auth_backend";
export const ldapPage = "https://developer.hashicorp.com/vault/api-docs/auth/ldap#configure-ldap";
