import type { LdapAuthBackendConfig } from "@cdktf/provider-vault/lib/ldap-auth-backend";
import { hostAndPort } from "../database/hosts";
import { requireCertificates } from "../core/certificates";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import type { ProviderFeatures } from "../core/provider-features";
import { requireReason } from "../core/reasons";
import type { SecretInput } from "../core/secret-input";
import { requireAttribute, requireDn, requireFilter } from "./ldap-names";

/**
 * A directory, and how Vault finds people and their groups in it.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/ldap#configure-ldap
 */
export interface LdapOptions {
  /** The directory's servers in the order in which they are tried, such as `ldaps://ldap.company.com`. */
  readonly url: string | readonly string[];
  /** Whether connections to `ldap://` are encrypted by StartTLS before anything else is said. @default true */
  readonly startTls?: boolean;
  /** Why passwords may go unencrypted: needed where startTls is false, and taken for servers on loopback only. */
  readonly unencryptedReason?: string;
  /** PEM certificates of the authority that signed the servers' own. @default the authorities that Vault's machine trusts */
  readonly certificate?: string;
  /** The oldest TLS that Vault speaks. @default "tls12" */
  readonly tlsMinVersion?: "tls12" | "tls13";
  /** Whom Vault searches the directory as, a DN. @default whoever logs in, whose DN is then made of userAttr and userDn */
  readonly bindDn?: string;
  readonly bindPassword?: SecretInput;
  /** Raise it when the password was changed, to have it sent where the provider keeps it out of the state. @default 1 */
  readonly bindPasswordVersion?: number;
  /** Search for people without logging in, where the directory allows that. @default false */
  readonly discoverDn?: boolean;
  /** Domain of Active Directory that people log in to as name@domain. @default people log in by their DN */
  readonly upnDomain?: string;
  /** Where people are, a DN. */
  readonly userDn: string;
  /** The attribute that holds the name somebody logs in with. @default "cn" */
  readonly userAttr?: string;
  /** How somebody is found. @default "({{.UserAttr}}={{.Username}})" */
  readonly userFilter?: string;
  /** Where groups are, a DN. @default Vault looks for none */
  readonly groupDn?: string;
  /** How somebody's groups are found. @default by memberUid, member and uniqueMember */
  readonly groupFilter?: string;
  /** The attribute that holds a group's name. @default "cn" */
  readonly groupAttr?: string;
  /** Take the groups, those within groups too, from Active Directory's tokenGroups. @default false */
  readonly useTokenGroups?: boolean;
  /** Whether names that differ by case are different people and groups to Vault. @default false */
  readonly caseSensitiveNames?: boolean;
  /**
   * Name a person's alias by the name in their DN, or else by what they typed. Otherwise it is the value of userAttr in the
   * directory, so that somebody is one entity however the name was typed. @default false
   */
  readonly usernameAsAlias?: boolean;
  /** How long Vault waits for a server before it tries the next. @default "30s" */
  readonly connectionTimeout?: Duration;
  /** How long Vault waits for an answer. @default "90s" */
  readonly requestTimeout?: Duration;
  /** Entries that Vault asks for at once, 1 to 10000, where the directory limits answers. @default all in one answer */
  readonly maxPageSize?: number;
}

const groupFilterDefault = "(|(memberUid={{.Username}})(member={{.UserDN}})(uniqueMember={{.UserDN}}))";
const userFilterDefault = "({{.UserAttr}}={{.Username}})";

/**
 * The options as the provider takes them, apart from the password. What Vault has a default for is written out, so that taking an
 * option out of the declaration brings the default back.
 *
 * @throws LeaseholdError that names the option which can't be used, or which the provider lacks.
 */
export function ldapAttributes(where: string, options: LdapOptions, features: ProviderFeatures): LdapAuthBackendConfig {
  const { certificate, tlsMinVersion = "tls12", maxPageSize } = options;
  return {
    ...servers(where, options),
    ...(certificate === undefined ? {} : { certificate: requireCertificates(where, "certificate", certificate) }),
    tlsMinVersion: requireChoice(where, "tlsMinVersion", tlsMinVersion, ["tls12", "tls13"]),
    tlsMaxVersion: "tls13",
    insecureTls: false,
    denyNullBind: true,
    ...search(where, options),
    ...groups(where, options),
    caseSensitiveNames: options.caseSensitiveNames ?? false,
    usernameAsAlias: options.usernameAsAlias ?? false,
    ...timeout(where, options, "connectionTimeout", "ldapConnectionTimeout", features),
    ...timeout(where, options, "requestTimeout", "ldapRequestTimeout", features),
    ...(maxPageSize === undefined ? {} : { maxPageSize: requireWhole(where, "maxPageSize", maxPageSize, 1, 10_000) }),
  };
}

function servers(where: string, { url, startTls = true, unencryptedReason }: LdapOptions) {
  const urls = typeof url === "string" ? [url] : Array.isArray(url) ? (url as readonly string[]) : [];
  if (urls.length === 0) throw new LeaseholdError(where, "url is empty", "give one URL, or a list of them");
  const plain = urls.map((each) => parseUrl(where, each)).filter(({ scheme }) => scheme === "ldap");
  if (startTls || plain.length === 0) {
    if (unencryptedReason !== undefined) {
      throw new LeaseholdError(
        where,
        "unencryptedReason is given, and every connection is encrypted",
        "leave it out, or set startTls to false",
      );
    }
  } else {
    const far = plain.find(({ host }) => !isLoopback(host));
    if (far !== undefined) {
      throw new LeaseholdError(
        where,
        `startTls is false, and everybody's passwords would cross the network to ${far.host} as they are`,
        "leave startTls out, or use an ldaps:// URL; only servers on loopback may do without",
      );
    }
    requireReason(where, "unencryptedReason", unencryptedReason);
  }
  // Vault keeps URLs in lower case.
  return { url: urls.join(",").toLowerCase(), starttls: startTls && plain.length > 0 };
}

function parseUrl(where: string, url: string) {
  const [, scheme, place = ""] = /^(ldaps?):\/\/([^/]+)\/?$/i.exec(url) ?? [];
  const host = hostAndPort(place)?.host;
  if (scheme !== undefined && host !== undefined) return { scheme: scheme.toLowerCase(), host };
  throw new LeaseholdError(
    where,
    `url ${show(url).replace(/\/\/[^/]*@/, "//***@")} is not the URL of a directory server`,
    "write it as in ldaps://ldap.company.com, without credentials or a path",
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function search(where: string, options: LdapOptions) {
  const { bindDn, bindPassword, discoverDn = false, upnDomain, userAttr = "cn", userFilter } = options;
  if ((bindDn === undefined) !== (bindPassword === undefined)) {
    const [given, missing] = bindDn === undefined ? ["bindPassword", "bindDn"] : ["bindDn", "bindPassword"];
    throw new LeaseholdError(where, `${given} is given without ${missing}`, "give both, or neither");
  }
  if (discoverDn && bindDn !== undefined) {
    throw new LeaseholdError(
      where,
      "discoverDn searches without logging in, and bindDn says whom to log in as",
      "keep one of the two",
    );
  }
  if (upnDomain !== undefined && !/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(upnDomain)) {
    throw new LeaseholdError(where, `upnDomain ${show(upnDomain)} is not a domain`, "write it as in corp.company.com");
  }
  const attribute = requireAttribute(where, "userAttr", userAttr).toLowerCase();
  const filter = requireFilter(where, "userFilter", userFilter ?? userFilterDefault, ["Username"]);
  if (!filter.includes("{{.UserAttr}}") && !filter.toLowerCase().includes(attribute)) {
    throw new LeaseholdError(
      where,
      `userFilter ${show(filter)} does not look at userAttr ${attribute}: two people could share an alias`,
      "put {{.UserAttr}} into it, or name the attribute in userAttr that it looks at",
    );
  }
  return {
    userdn: requireDn(where, "userDn", options.userDn),
    userattr: attribute,
    userfilter: filter,
    discoverdn: discoverDn,
    ...(upnDomain === undefined ? {} : { upndomain: upnDomain }),
    ...(bindDn === undefined ? {} : { binddn: requireDn(where, "bindDn", bindDn) }),
  };
}

function groups(where: string, { groupDn, groupFilter, groupAttr = "cn", useTokenGroups = false }: LdapOptions) {
  const filter = groupFilter ?? groupFilterDefault;
  return {
    ...(groupDn === undefined ? {} : { groupdn: requireDn(where, "groupDn", groupDn) }),
    groupfilter: requireFilter(where, "groupFilter", filter, ["UserDN", "Username"]),
    groupattr: requireAttribute(where, "groupAttr", groupAttr),
    useTokenGroups,
  };
}

/** The provider refuses arguments that it doesn't know, so they are left out unless they are asked for. */
function timeout<Field extends "connectionTimeout" | "requestTimeout">(
  where: string,
  options: LdapOptions,
  field: Field,
  feature: "ldapConnectionTimeout" | "ldapRequestTimeout",
  features: ProviderFeatures,
): { readonly [key in Field]?: number } {
  const value = options[field];
  if (value === undefined) return {};
  const seconds = parseDuration(where, field, value);
  features.require(where, field, feature);
  return { [field]: seconds } as { readonly [key in Field]: number };
}
