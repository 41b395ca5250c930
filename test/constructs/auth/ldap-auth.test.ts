import { LdapAuth, type LdapAuthOptions } from "../../../constructs/auth/ldap-auth";
import { SecretInput } from "../../../constructs/core/secret-input";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const bindPassword = SecretInput.variable("ldap_bind_password");

function declare(options: Partial<LdapAuthOptions> = {}, provider = "~> 5.6") {
  const stack = stackWithVault({ provider });
  const auth = new LdapAuth(stack, "Ldap", {
    url: "ldaps://ldap.company.com",
    userDn: "ou=Users,dc=company,dc=com",
    ...options,
  });
  return { stack, auth, fields: () => onlyResource(synth(stack), "vault_ldap_auth_backend") };
}

describe("LdapAuth", () => {
  it("is encrypted, verified and without anonymous logins, everything written out that Vault has a default for", () => {
    expect(declare().fields()).toEqual({
      path: "ldap",
      description: "Logins of people whom the directory knows",
      url: "ldaps://ldap.company.com",
      starttls: false,
      tls_min_version: "tls12",
      tls_max_version: "tls13",
      insecure_tls: false,
      deny_null_bind: true,
      userdn: "ou=Users,dc=company,dc=com",
      userattr: "cn",
      userfilter: "({{.UserAttr}}={{.Username}})",
      discoverdn: false,
      groupfilter: "(|(memberUid={{.Username}})(member={{.UserDN}})(uniqueMember={{.UserDN}}))",
      groupattr: "cn",
      use_token_groups: false,
      case_sensitive_names: false,
      username_as_alias: false,
      token_ttl: 1200,
      token_max_ttl: 86_400,
    });
  });

  it("takes each option", () => {
    const options: Partial<LdapAuthOptions> = {
      path: "people",
      description: "People",
      url: ["ldap://LDAP-1.company.com:1389", "ldaps://ldap-2.company.com"],
      certificate,
      tlsMinVersion: "tls13",
      bindDn: "cn=vault,ou=Users,dc=company,dc=com",
      bindPassword,
      upnDomain: "corp.company.com",
      userAttr: "sAMAccountName",
      userFilter: "(&(objectClass=user)({{.UserAttr}}={{.Username}}))",
      groupDn: "ou=Groups,dc=company,dc=com",
      groupFilter: "(&(objectClass=groupOfNames)(member={{.UserDN}}))",
      groupAttr: "ou",
      useTokenGroups: true,
      caseSensitiveNames: true,
      usernameAsAlias: true,
      connectionTimeout: "5s",
      requestTimeout: "1m",
      maxPageSize: 500,
      tokenTtl: "1h",
      tuning: { listingVisibility: "unauth" },
    };
    expect(declare(options).fields()).toMatchObject({
      path: "people",
      description: "People",
      url: "ldap://ldap-1.company.com:1389,ldaps://ldap-2.company.com",
      starttls: true,
      certificate,
      tls_min_version: "tls13",
      binddn: "cn=vault,ou=Users,dc=company,dc=com",
      upndomain: "corp.company.com",
      userattr: "samaccountname",
      userfilter: "(&(objectClass=user)({{.UserAttr}}={{.Username}}))",
      groupdn: "ou=Groups,dc=company,dc=com",
      groupfilter: "(&(objectClass=groupOfNames)(member={{.UserDN}}))",
      groupattr: "ou",
      use_token_groups: true,
      case_sensitive_names: true,
      username_as_alias: true,
      connection_timeout: 5,
      request_timeout: 60,
      max_page_size: 500,
      token_ttl: 3600,
      tune: [expect.objectContaining({ listing_visibility: "unauth" })],
    });
  });

  it("has its bind password out of the state where the provider can, and else says that it lies there", () => {
    const bind = { bindDn: "cn=vault,dc=company,dc=com", bindPassword, bindPasswordVersion: 2 };
    expect(declare(bind, ">= 5.7").fields()).toMatchObject({
      bindpass_wo: "${var.ldap_bind_password}",
      bindpass_wo_version: 2,
    });
    const { auth, fields } = declare(bind);
    expect(fields()).toMatchObject({ bindpass: "${var.ldap_bind_password}" });
    expect(warnings(auth.node.defaultChild ?? auth)).toEqual([expect.stringContaining("lies in the Terraform state")]);
  });

  it("gives a provider of 4.4 nothing that it does not know", () => {
    const fields = declare({ groupDn: "ou=Groups,dc=company,dc=com" }, "= 4.4.0").fields();
    for (const argument of ["tune", "connection_timeout", "request_timeout", "bindpass_wo"]) {
      expect(fields).not.toHaveProperty(argument);
    }
  });

  it.each<[keyof LdapAuthOptions, Partial<LdapAuthOptions>, string]>([
    ["connectionTimeout", { connectionTimeout: "5s" }, "4.5"],
    ["requestTimeout", { requestTimeout: "5s" }, "5.4"],
    ["tuning", { tuning: { maxLeaseTtl: "1h" } }, "5.4"],
  ])("refuses %s where the provider may lack it", (field, options, since) => {
    expect(() => declare(options, "= 4.4.0")).toThrow(
      new RegExp(
        `^\\[dev/Ldap\\] ${field} is given, and hashicorp/vault = 4\\.4\\.0 may lack .*\\(first in ${since}\\)`,
      ),
    );
  });

  describe("without encryption", () => {
    const plain = { url: "ldap://127.0.0.1:389", startTls: false, unencryptedReason: "The server is on this machine" };

    it.each(["ldap://127.0.0.1:389", "ldap://localhost", "ldap://[::1]:389"])(
      "works on loopback, %s, with a warning",
      (url) => {
        const { auth, fields } = declare({ ...plain, url });
        expect(fields()).toMatchObject({ url, starttls: false });
        expect(warnings(auth)).toEqual(["passwords go to the directory unencrypted: The server is on this machine"]);
      },
    );

    it("is refused without a reason", () => {
      expect(() => declare({ ...plain, unencryptedReason: undefined })).toThrow(
        "[dev/Ldap] unencryptedReason undefined is no reason",
      );
    });

    it.each(["ldap://ldap.company.com", "ldap://10.0.0.5", "ldap://127.0.0.1.company.com"])(
      "is refused to %s",
      (url) => {
        expect(() => declare({ ...plain, url: ["ldap://127.0.0.1", url] })).toThrow(
          /^\[dev\/Ldap\] startTls is false, and everybody's passwords would cross the network to .* as they are/,
        );
      },
    );

    it("is StartTLS unless that was said, and needs no reason then", () => {
      expect(declare({ url: "ldap://ldap.company.com" }).fields()).toMatchObject({ starttls: true });
      expect(() => declare({ unencryptedReason: "The server is on this machine" })).toThrow(
        "[dev/Ldap] unencryptedReason is given, and every connection is encrypted: leave it out, or set startTls to false",
      );
    });
  });

  it.each<[string, Partial<LdapAuthOptions>, string]>([
    ["no server", { url: [] }, "url is empty"],
    ["a number for a server", { url: 389 as unknown as string }, "url is empty"],
    ["a URL of another kind", { url: "https://ldap.company.com" }, 'url "https://ldap.company.com" is not the URL of'],
    ["two URLs in one", { url: "ldaps://a.com,ldap://b.com" }, 'url "ldaps://a.com,ldap://b.com" is not the URL of'],
    ["credentials in a URL", { url: "ldaps://me:pw@a.com" }, 'url "ldaps://***@a.com" is not the URL of'],
    ["a key for a certificate", { certificate: "-----BEGIN PRIVATE KEY-----" }, "certificate is not a PEM certificate"],
    ["old TLS", { tlsMinVersion: "tls10" as "tls12" }, 'tlsMinVersion "tls10" is unknown: use tls12 or tls13'],
    ["a bind DN alone", { bindDn: "cn=vault,dc=company" }, "bindDn is given without bindPassword"],
    ["a bind password alone", { bindPassword }, "bindPassword is given without bindDn"],
    [
      "a bind password that is a string",
      { bindDn: "cn=vault,dc=company", bindPassword: "pw" as unknown as SecretInput },
      "bindPassword is a secret and was given as a string",
    ],
    [
      "a bind password's version 0",
      { bindDn: "cn=vault,dc=company", bindPassword, bindPasswordVersion: 0 },
      "bindPasswordVersion 0 is out of range",
    ],
    [
      "two ways to search",
      { bindDn: "cn=vault,dc=company", bindPassword, discoverDn: true },
      "discoverDn searches without logging in, and bindDn says whom to log in as",
    ],
    ["a bind DN that is none", { bindDn: "vault", bindPassword }, 'bindDn "vault" is not a distinguished name'],
    ["a user DN that is none", { userDn: "Users" }, 'userDn "Users" is not a distinguished name'],
    ["a user DN of Terraform's", { userDn: "ou=${var.x}" }, 'userDn "ou=${var.x}" is not a distinguished name'],
    ["a group DN that is none", { groupDn: "" }, 'groupDn "" is not a distinguished name'],
    ["a user attribute that is none", { userAttr: "u id" }, 'userAttr "u id" is not the name of an attribute'],
    ["a group attribute that is none", { groupAttr: "" }, 'groupAttr "" is not the name of an attribute'],
    ["a domain that is none", { upnDomain: "@corp" }, 'upnDomain "@corp" is not a domain'],
    [
      "a filter that is open",
      { userFilter: "(uid={{.Username}}" },
      'userFilter "(uid={{.Username}}" is not a search filter',
    ],
    ["a filter without parentheses", { groupFilter: "member={{.UserDN}}" }, "groupFilter "],
    [
      "a user filter that finds anybody",
      { userFilter: "(objectClass=person)" },
      'userFilter "(objectClass=person)" finds the same for everybody who logs in: put {{.Username}} into it',
    ],
    [
      "a group filter that finds all",
      { groupFilter: "(objectClass=group)" },
      'groupFilter "(objectClass=group)" finds the same for everybody who logs in: put {{.UserDN}} or {{.Username}} into it',
    ],
    [
      "a user filter that looks elsewhere than the alias",
      { userAttr: "uid", userFilter: "(mail={{.Username}})" },
      'userFilter "(mail={{.Username}})" does not look at userAttr uid: two people could share an alias',
    ],
    ["a connection timeout of nothing", { connectionTimeout: "0s" }, 'connectionTimeout "0s" is not a duration'],
    ["a request timeout without a unit", { requestTimeout: "5" as "5s" }, 'requestTimeout "5" is not a duration'],
    ["a page of nothing", { maxPageSize: 0 }, "maxPageSize 0 is out of range"],
    ["a token TTL above its maximum", { tokenTtl: "48h" }, "tokenTtl 48h exceeds tokenMaxTtl 24h"],
    ["a path that can't be", { path: "a b" }, 'path "a b" can\'t be used in a Vault path'],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Ldap] ${problem}`);
  });
});
