# An application: its own folder of secrets to write, a folder for what is temporary, and sensitive secrets to read.
# Corrected: listing is allowed on metadata/. The folder is called by metadata of the entity, app_name, which only whoever manages
# identities may set: a name that is + would be a wildcard.
# The ttl that was allowed of 1h, 2h or 4h refused every write, because a request to KV v2 has no parameter but data and options,
# and what is stored lies within data, where no policy looks. So a policy can't make a secret end. The folder's end is set where
# the engine has it: delete_version_after in the metadata, of 4h at most, and that is what may be written here. Whoever forgets it
# writes a secret that stays: set it on the engine (secret/config) where that must not be.
# allowed_client_cidrs is no parameter of a policy. Set token_bound_cidrs (tokenBoundCidrs) on the logins that have this policy to
# 10.0.0.0/8 and 192.168.1.0/24, or give the sensitive secrets a policy, and logins with these addresses, of their own.

# Writes secrets of the application's own
path "secret/data/apps/{{identity.entity.metadata.app_name}}/*" {
  capabilities = ["create", "read", "update", "patch", "delete"]
}

# Finds secrets of the application's own
path "secret/metadata/apps/{{identity.entity.metadata.app_name}}/*" {
  capabilities = ["read", "list"]
}

# Writes what is temporary
path "secret/data/temp/*" {
  capabilities = ["create", "read", "update", "delete"]
}

# Says when what is temporary ends, before it is written
path "secret/metadata/temp/*" {
  capabilities = ["create", "update"]
  allowed_parameters = {
    "delete_version_after" = ["1h", "2h", "4h"]
  }
  required_parameters = ["delete_version_after"]
}

# Reads what is sensitive
path "secret/data/sensitive/*" {
  capabilities = ["read"]
}
