import { type FieldList, fields, sortedSet, withoutPassword } from "./field-list";

/** Objects of an engine or an auth method that are exported. */
export interface ExportedObjects {
  /** Below the mount: what is listed, and where each is read. Without a list, one object. */
  readonly path: string;
  readonly listed: boolean;
  readonly fields: FieldList;
}

const list = (path: string, exported: FieldList): ExportedObjects => ({ path, listed: true, fields: exported });
const one = (path: string, exported: FieldList): ExportedObjects => ({ path, listed: false, fields: exported });

/** What every login says of the tokens that it gives. */
const tokenFields = fields(
  "token_bound_cidrs",
  "token_explicit_max_ttl",
  "token_max_ttl",
  "token_no_default_policy",
  "token_num_uses",
  "token_period",
  "token_policies",
  "token_strictly_bind_ip",
  "token_ttl",
  "token_type",
  "policies",
  "alias_metadata",
);

/** By the type of a secrets engine. Its secrets are not in there: no key, no password, no path of KV. */
export const engineObjects: Readonly<Record<string, readonly ExportedObjects[]>> = {
  database: [
    list("config", {
      ...fields("plugin_name", "plugin_version", "password_policy", "root_credentials_rotate_statements"),
      ...fields(
        "rotation_period",
        "rotation_schedule",
        "rotation_window",
        "disable_automated_rotation",
        "verify_connection",
        "skip_static_role_import_rotation",
      ),
      allowed_roles: sortedSet,
      connection_details: {
        ...fields("username", "max_open_connections", "max_idle_connections", "max_connection_lifetime"),
        ...fields("username_template", "password_authentication", "disable_escaping", "auth_type", "tls_server_name"),
        ...fields(
          "hosts",
          "port",
          "tls",
          "insecure_tls",
          "skip_verification",
          "write_concern",
          "connect_timeout",
          "local_datacenter",
        ),
        connection_url: withoutPassword,
        url: withoutPassword,
      },
    }),
    list(
      "roles",
      fields(
        ...["db_name", "creation_statements", "revocation_statements", "renew_statements", "rollback_statements"],
        ...["default_ttl", "max_ttl", "credential_type"],
      ),
    ),
    list(
      "static-roles",
      fields(
        ...["db_name", "username", "rotation_period", "rotation_schedule", "rotation_window", "rotation_statements"],
        ...["credential_type", "skip_import_rotation"],
      ),
    ),
  ],
  kv: [one("config", fields("cas_required", "delete_version_after", "max_versions"))],
  pki: [
    list(
      "roles",
      fields(
        ...["allow_any_name", "allow_bare_domains", "allow_glob_domains", "allow_ip_sans", "allow_localhost"],
        ...["allow_subdomains", "allow_wildcard_certificates", "allowed_domains", "allowed_domains_template"],
        ...["allowed_other_sans", "allowed_serial_numbers", "allowed_uri_sans", "allowed_uri_sans_template"],
        ...["basic_constraints_valid_for_non_ca", "client_flag", "cn_validations", "code_signing_flag", "country"],
        ...["email_protection_flag", "enforce_hostnames", "ext_key_usage", "generate_lease", "issuer_ref", "key_bits"],
        ...[
          "key_type",
          "key_usage",
          "locality",
          "max_ttl",
          "no_store",
          "not_after",
          "not_before_duration",
          "organization",
        ],
        ...["ou", "policy_identifiers", "require_cn", "server_flag", "signature_bits", "street_address", "ttl"],
        ...["use_csr_common_name", "use_csr_sans", "use_pss", "postal_code", "province"],
      ),
    ),
    one("config/urls", fields("crl_distribution_points", "enable_templating", "issuing_certificates", "ocsp_servers")),
    one(
      "config/crl",
      fields(
        "auto_rebuild",
        "auto_rebuild_grace_period",
        "delta_rebuild_interval",
        "disable",
        "enable_delta",
        "expiry",
        "ocsp_disable",
        "ocsp_expiry",
      ),
    ),
  ],
  transit: [
    list(
      "keys",
      fields(
        ...["type", "exportable", "allow_plaintext_backup", "deletion_allowed", "derived", "min_available_version"],
        ...["min_decryption_version", "min_encryption_version", "auto_rotate_period", "supports_decryption"],
        ...[
          "supports_derivation",
          "supports_encryption",
          "supports_signing",
          "convergent_encryption",
          "kdf",
          "name",
          "imported_key",
        ],
      ),
    ),
  ],
  aws: [
    list(
      "roles",
      fields(
        ...["credential_type", "credential_types", "default_sts_ttl", "iam_groups", "iam_tags", "max_sts_ttl"],
        ...["permissions_boundary_arn", "policy_arns", "policy_document", "role_arns", "user_path"],
      ),
    ),
    one(
      "config/root",
      fields("region", "iam_endpoint", "sts_endpoint", "max_retries", "username_template", "role_arn"),
    ),
    one("config/lease", fields("lease", "lease_max")),
  ],
  ssh: [
    list(
      "roles",
      fields(
        ...["key_type", "allow_bare_domains", "allow_host_certificates", "allow_subdomains", "allow_user_certificates"],
        ...["allow_user_key_ids", "allowed_critical_options", "allowed_domains", "allowed_extensions", "allowed_users"],
        ...["default_critical_options", "default_extensions", "default_user", "max_ttl", "ttl", "cidr_list", "port"],
      ),
    ),
  ],
};

const mappings = (path: string) => list(path, fields("policies"));

/** By the type of an auth method. */
export const authObjects: Readonly<Record<string, readonly ExportedObjects[]>> = {
  approle: [
    list("role", {
      ...tokenFields,
      ...fields("bind_secret_id", "local_secret_ids", "secret_id_bound_cidrs", "secret_id_num_uses", "secret_id_ttl"),
    }),
  ],
  kubernetes: [
    one(
      "config",
      fields(
        ...["kubernetes_host", "kubernetes_ca_cert", "issuer", "disable_iss_validation", "disable_local_ca_jwt"],
        ...["pem_keys", "token_reviewer_jwt_set", "use_annotations_as_alias_metadata"],
      ),
    ),
    list("role", {
      ...tokenFields,
      ...fields("bound_service_account_names", "bound_service_account_namespaces", "audience", "alias_name_source"),
      ...fields("bound_service_account_namespace_selector"),
    }),
  ],
  jwt: jwtObjects(),
  oidc: jwtObjects(),
  ldap: [
    one(
      "config",
      fields(
        ...["url", "binddn", "userdn", "userattr", "userfilter", "groupdn", "groupattr", "groupfilter", "starttls"],
        ...["insecure_tls", "deny_null_bind", "discoverdn", "case_sensitive_names", "certificate", "tls_min_version"],
        ...[
          "tls_max_version",
          "upndomain",
          "use_token_groups",
          "username_as_alias",
          "request_timeout",
          "max_page_size",
        ],
        ...["anonymous_group_search", "connection_timeout", "dereference_aliases"],
        ...Object.keys(tokenFields),
      ),
    ),
    mappings("groups"),
    list("users", fields("policies", "groups")),
  ],
  userpass: [list("users", tokenFields)],
  token: [
    list("roles", {
      ...tokenFields,
      ...fields("allowed_entity_aliases", "allowed_policies", "allowed_policies_glob", "disallowed_policies"),
      ...fields("disallowed_policies_glob", "explicit_max_ttl", "name", "orphan", "path_suffix", "period", "renewable"),
    }),
  ],
  aws: [
    list("role", {
      ...tokenFields,
      ...fields(
        "auth_type",
        "bound_account_id",
        "bound_ami_id",
        "bound_ec2_instance_id",
        "bound_iam_instance_profile_arn",
      ),
      ...fields("bound_iam_principal_arn", "bound_iam_role_arn", "bound_region", "bound_subnet_id", "bound_vpc_id"),
      ...fields("allow_instance_migration", "disallow_reauthentication", "inferred_aws_region", "inferred_entity_type"),
      ...fields("resolve_aws_unique_ids", "role_tag"),
    }),
  ],
  github: [
    one("config", { ...tokenFields, ...fields("base_url", "organization", "organization_id") }),
    list("map/teams", fields("key", "value")),
    list("map/users", fields("key", "value")),
  ],
  cert: [
    list("certs", {
      ...tokenFields,
      ...fields("allowed_common_names", "allowed_dns_sans", "allowed_email_sans", "allowed_uri_sans"),
      ...fields("allowed_organizational_units", "certificate", "display_name", "required_extensions", "ocsp_enabled"),
    }),
  ],
};

function jwtObjects(): readonly ExportedObjects[] {
  return [
    one(
      "config",
      fields(
        ...["bound_issuer", "default_role", "jwks_url", "jwks_ca_pem", "jwt_supported_algs", "jwt_validation_pubkeys"],
        ...[
          "namespace_in_state",
          "oidc_client_id",
          "oidc_discovery_ca_pem",
          "oidc_discovery_url",
          "oidc_response_mode",
        ],
        ...["oidc_response_types"],
      ),
    ),
    list("role", {
      ...tokenFields,
      ...fields("allowed_redirect_uris", "bound_audiences", "bound_claims", "bound_claims_type", "bound_subject"),
      ...fields(
        "claim_mappings",
        "clock_skew_leeway",
        "expiration_leeway",
        "groups_claim",
        "max_age",
        "not_before_leeway",
      ),
      ...fields("oidc_scopes", "role_type", "user_claim", "user_claim_json_pointer", "verbose_oidc_logging"),
    }),
  ];
}
