/** Types that hand out nothing: what audits, what limits, and who may do what. */
const silent =
  /^vault_(?:audit|audit_request_header|policy|egp_policy|rgp_policy|password_policy|namespace|plugin|plugin_pinned_version|raft_.+|quota_.+|config_ui_.+|sys_config_cors|identity_(?:entity|group|mfa).*|mfa_.+)$/;

/**
 * Whether a resource of a Terraform type lets credentials out, or is the mount of what does. Types that nobody has thought of
 * count, so that none is forgotten.
 */
export function issuesCredentials(type: string): boolean {
  return type.startsWith("vault_") && !silent.test(type);
}

/** What resources call the mount that they are in; a mount has its own path in one of them. */
export const mountArguments = ["backend", "mount", "path"] as const;
