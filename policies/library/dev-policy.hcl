# Developers of the dev environment: its secrets to write, its configuration to read, read-only database users, their own password.
# Corrected: listing a KV v2 folder is allowed on metadata/, not on data/. The password lies under the name that the user logs in
# with, which is the alias of that login; the entity's name is another one as soon as an entity has two logins or is renamed.
# Left out: the denial of secret/data/prod/*. Nothing here reaches it, and it would have taken from a person with two policies
# what the other one grants.

# Writes secrets of dev
path "secret/data/dev/*" {
  capabilities = ["create", "read", "update", "patch", "delete"]
}

# Finds secrets of dev
path "secret/metadata/dev/*" {
  capabilities = ["read", "list"]
}

# Reads the configuration of dev
path "secret/data/config/dev/*" {
  capabilities = ["read"]
}

# Finds the configuration of dev
path "secret/metadata/config/dev/*" {
  capabilities = ["read", "list"]
}

# Users that read the database of dev
path "database/creds/dev-readonly" {
  capabilities = ["read"]
}

# Changes one's own password, and nothing else of the user
path "auth/userpass/users/{{identity.entity.aliases.@userpass.name}}/password" {
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
