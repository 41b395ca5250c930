export const kubernetesRoleType = "vault_kubernetes_auth_backend_role";
export const kubernetesPage = "https://developer.hashicorp.com/vault/api-docs/auth/kubernetes";
