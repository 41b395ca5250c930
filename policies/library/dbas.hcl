# Database administrators: the credentials of every database role, those of later ones too.
# The + is meant. Wherever grants are declared in code, each role is named instead (allCredentialsOf does that for a whole mount).
# Corrected: a + for the one segment that a role's name is; the * that was there also matched whatever lies deeper.

# Users of every role
path "database/creds/+" {
  capabilities = ["read"]
}
