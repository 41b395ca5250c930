# An application that only reads: the credentials of the one role readonly, for a pod that logs in through Kubernetes.
# Its token also renews its lease and itself, which it had from Vault's policy default alone.

# Users that read
path "database/creds/readonly" {
  capabilities = ["read"]
}

# Keeps the application's users alive
path "sys/leases/renew" {
  capabilities = ["update"]
}

# Keeps the token alive, and the leases with it
path "auth/token/renew-self" {
  capabilities = ["update"]
}
