# Everybody who logs in with the company's identity provider (the JWT role employee): a folder of one's own, and what is shared to read.
# The seed of this policy was a name without rules. The folder is called by the entity's id, because the name of the alias is a
# claim of the token: one that is + would be a wildcard for everybody's folder.

# Writes secrets of one's own
path "secret/data/{{identity.entity.id}}/*" {
  capabilities = ["create", "read", "update", "patch", "delete"]
}

# Finds secrets of one's own
path "secret/metadata/{{identity.entity.id}}/*" {
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

# Keeps the token alive
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# Looks the token up
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
