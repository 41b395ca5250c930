# What Terraform needs to deploy an environment, and no more: it can't read a credential, a SecretID or another mount.
# It writes policies, so whoever holds it can widen access: give it to the AppRole that CI deploys with, and to nobody else.
# That AppRole is mounted at auth/deployer, because auth/approle is the environment's own and does not exist before the first
# deployment.

# The provider works with a child token that ends with the run, and looks its own up.
path "auth/token/create" {
  capabilities = ["create", "update"]
}

# Mounts and their tuning.
path "sys/mounts" {
  capabilities = ["read"]
}
path "sys/mounts/database" {
  capabilities = ["create", "read", "update", "delete", "sudo"]
}
path "sys/mounts/database/tune" {
  capabilities = ["read", "update", "sudo"]
}

# Connections and roles; not the credentials below database/creds.
path "database/config/+" {
  capabilities = ["create", "read", "update", "delete"]
}
path "database/roles/+" {
  capabilities = ["create", "read", "update", "delete"]
}
path "database/static-roles/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Has Vault change its own passwords in the databases.
path "database/rotate-root/+" {
  capabilities = ["update"]
}

# Policies.
path "sys/policies/acl/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# The auth method of programs, and its roles; not their SecretIDs.
path "sys/auth" {
  capabilities = ["read"]
}
path "sys/auth/approle" {
  capabilities = ["create", "read", "update", "delete", "sudo"]
}
path "sys/auth/approle/tune" {
  capabilities = ["read", "update", "sudo"]
}
path "sys/mounts/auth/approle" {
  capabilities = ["read"]
}
path "sys/mounts/auth/approle/tune" {
  capabilities = ["read", "update", "sudo"]
}
path "auth/approle/role/+" {
  capabilities = ["create", "read", "update", "delete"]
}
path "auth/approle/role/+/role-id" {
  capabilities = ["read"]
}
