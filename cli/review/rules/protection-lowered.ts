import { blockOf, isWritten, listed } from "../attributes";
import type { Attributes } from "../plan";
import { changeRule } from "../rule";

interface Switch {
  readonly type: RegExp;
  readonly name: string;
  /** The value that protects less. */
  readonly open: boolean;
  readonly effect: string;
}

const switches: readonly Switch[] = [
  {
    type: /^vault_transit_secret_backend_key$/,
    name: "deletion_allowed",
    open: true,
    effect: "the key can be deleted, and all that it encrypted is lost then",
  },
  {
    type: /^vault_transit_secret_backend_key$/,
    name: "exportable",
    open: true,
    effect: "the key can leave Vault, which can't be undone",
  },
  {
    type: /^vault_transit_secret_backend_key$/,
    name: "allow_plaintext_backup",
    open: true,
    effect: "the key can leave Vault in a backup, which can't be undone",
  },
  {
    type: /^vault_kv_secret_backend_v2$/,
    name: "cas_required",
    open: false,
    effect: "of two who write a secret at once, the second overwrites the first unseen",
  },
  {
    type: /^vault_pki_secret_backend_role$/,
    name: "allow_any_name",
    open: true,
    effect: "certificates of any name are issued",
  },
  {
    type: /^vault_pki_secret_backend_role$/,
    name: "allow_glob_domains",
    open: true,
    effect: "a * in its domains stands for any letters",
  },
  {
    type: /^vault_pki_secret_backend_role$/,
    name: "allow_wildcard_certificates",
    open: true,
    effect: "one certificate is of each host of a domain",
  },
  {
    type: /^vault_pki_secret_backend_role$/,
    name: "enforce_hostnames",
    open: false,
    effect: "names need not be of hosts",
  },
  {
    type: /^vault_pki_secret_backend_role$/,
    name: "no_store",
    open: true,
    effect: "its certificates can't be revoked by their serial numbers",
  },
  {
    type: /^vault_ldap_auth_backend$/,
    name: "insecure_tls",
    open: true,
    effect: "the directory's certificate is not checked",
  },
  { type: /^vault_ldap_auth_backend$/, name: "deny_null_bind", open: false, effect: "an empty password may log in" },
  {
    type: /^vault_approle_auth_backend_role$/,
    name: "bind_secret_id",
    open: false,
    effect: "the RoleID alone logs in",
  },
  {
    type: /^vault_token_auth_backend_role$/,
    name: "orphan",
    open: true,
    effect: "its tokens outlive the one that asked for them",
  },
  {
    type: /^vault_database_secret_backend_connection$/,
    name: "verify_connection",
    open: false,
    effect: "a connection that can't log in is accepted",
  },
];

export const protectionLowered = changeRule("protection-lowered", "A protection is turned off", (change) => {
  const { type, before, after } = change;
  if (!isWritten(change)) return undefined;
  const lowered = switches.filter(
    ({ type: its, name, open }) => its.test(type) && after?.[name] === open && before?.[name] !== open,
  );
  const rawLog = type === "vault_audit" && isRaw(after) && !isRaw(before);
  if (lowered.length === 0 && !rawLog) return undefined;
  const names = [...lowered.map(({ name, open }) => `${name} is ${open}`), ...(rawLog ? ["log_raw is true"] : [])];
  const effects = [
    ...lowered.map(({ effect }) => effect),
    ...(rawLog ? ["secrets are written to the audit log in clear"] : []),
  ];
  return {
    risk: "dangerous",
    what: listed(names),
    why: effects.join("; "),
    remedy: "leave it as it was, unless that is what you want",
  };
});

function isRaw(attributes: Attributes | undefined): boolean {
  return String(blockOf(attributes, "options")?.["log_raw"]) === "true";
}
