# Whoever may look and not touch: configuration, what is shared, and users that read the database.
# The seed of this policy was a name that the LDAP group readonly was given, with no rules behind it.

# Reads the configuration of every environment
path "secret/data/config/*" {
  capabilities = ["read"]
}

# Finds the configuration of every environment
path "secret/metadata/config/*" {
  capabilities = ["read", "list"]
}

# Reads what is shared
path "secret/data/shared/*" {
  capabilities = ["read"]
}

# Finds what is shared
path "secret/metadata/shared/*" {
  capabilities = ["read", "list"]
}

# Users that read the database
path "database/creds/readonly" {
  capabilities = ["read"]
}
