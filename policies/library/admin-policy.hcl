# Administrators of a Vault: secrets, logins, policies, engines and leases. Two policies said this, and this is both of them.
# Corrected: no path "*", sys/* or auth/* with sudo. That was root by another name: it also sealed the server, read raw storage, made
# tokens for anybody and turned the audit log off. sudo stands where Vault demands it, and nowhere else. sys/policies/acl is named, because
# sys/policies alone is no path. sys/health needs no token.
# Whoever writes policies can still give itself anything: give this to people, with a second factor, and have the audit log watched.

# Every secret of KV v2, with its versions
path "secret/data/*" {
  capabilities = ["create", "read", "update", "patch", "delete"]
}

# Finds, describes and removes secrets
path "secret/metadata/*" {
  capabilities = ["create", "read", "update", "patch", "delete", "list"]
}

# Takes versions away
path "secret/delete/*" {
  capabilities = ["update"]
}

# Brings versions back
path "secret/undelete/*" {
  capabilities = ["update"]
}

# Destroys versions
path "secret/destroy/*" {
  capabilities = ["update"]
}

# Looks at the logins that there are
path "sys/auth" {
  capabilities = ["read"]
}

# Mounts logins, which Vault keeps for sudo
path "sys/auth/+" {
  capabilities = ["create", "read", "update", "delete", "sudo"]
}

# Tunes logins, which Vault keeps for sudo
path "sys/auth/+/tune" {
  capabilities = ["read", "update", "sudo"]
}

# Configures the AppRole login
# leasehold:allow LH-POL-007 Administrators say who logs in by AppRole
path "auth/approle/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Configures the Kubernetes login
# leasehold:allow LH-POL-007 Administrators say who logs in by Kubernetes
path "auth/kubernetes/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Configures the LDAP login
# leasehold:allow LH-POL-007 Administrators say who logs in by LDAP
path "auth/ldap/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Configures the userpass login
# leasehold:allow LH-POL-007 Administrators say who logs in by userpass
path "auth/userpass/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Finds policies
path "sys/policies/acl" {
  capabilities = ["list"]
}

# Writes policies
# leasehold:allow LH-POL-006 Administrators write policies; whoever does can give themselves anything, hence the header
path "sys/policies/acl/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Looks at the engines that there are
path "sys/mounts" {
  capabilities = ["read"]
}

# Mounts engines and tunes them
path "sys/mounts/*" {
  capabilities = ["create", "read", "update", "delete"]
}

# Looks a lease up
path "sys/leases/lookup" {
  capabilities = ["update"]
}

# Finds leases, which Vault keeps for sudo
path "sys/leases/lookup/*" {
  capabilities = ["list", "sudo"]
}

# Renews a lease
path "sys/leases/renew" {
  capabilities = ["update"]
}

# Ends a lease
path "sys/leases/revoke" {
  capabilities = ["update"]
}

# Ends every lease below a path, which Vault keeps for sudo
path "sys/leases/revoke-prefix/*" {
  capabilities = ["update", "sudo"]
}
