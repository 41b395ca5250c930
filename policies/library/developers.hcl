# Developers: the credentials of the application's database roles, read-only and writing.
# Each role is named, so that a role that is added later is not granted by accident.

# Users that read the application's tables
path "database/creds/app-readonly" {
  capabilities = ["read"]
}

# Users that write to the application's tables
path "database/creds/app-writer" {
  capabilities = ["read"]
}
