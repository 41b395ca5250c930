# Developers with a folder of their own: it to write, what is shared to read, read-only database users, certificates for development.
# Corrected: listing is allowed on metadata/. The folder is called by the entity's id, not by its name: Vault puts the name into the
# path before it looks for wildcards, so that an entity called + had everybody's folder. A certificate is issued by an update; the
# create beside it did nothing.

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

# Users that read the database
path "database/creds/readonly" {
  capabilities = ["read"]
}

# Certificates for development
path "pki/issue/developer" {
  capabilities = ["update"]
}

# Keeps the token alive
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# Looks the token up
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
