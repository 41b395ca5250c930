import { LdapAuthBackend, type LdapAuthBackendConfig } from "@cdktf/provider-vault/lib/ldap-auth-backend";
import type { TerraformStack } from "cdktf";
import { LdapAuth, type LdapAuthOptions } from "../../../../constructs/auth/ldap-auth";
import { ldapNullBind } from "../../../../constructs/guardrails/auth/ldap-null-bind";
import { ldapTls } from "../../../../constructs/guardrails/auth/ldap-tls";
import { findingsOf } from "../../../helpers/guardrails";

function raw(config: Partial<LdapAuthBackendConfig>) {
  return (stack: TerraformStack) => new LdapAuthBackend(stack, "Ldap", { url: "ldaps://ldap", ...config });
}

function declared(options: Partial<LdapAuthOptions> = {}) {
  return (stack: TerraformStack) =>
    new LdapAuth(stack, "Ldap", { url: "ldaps://ldap.company.com", userDn: "ou=people,dc=company", ...options });
}

describe("LH-AUTH-009", () => {
  it.each([
    [{ insecureTls: true }, "insecure_tls is true: anybody's certificate passes"],
    [{ url: "ldap://ldap" }, "ldap://ldap is asked without TLS"],
    [{ url: "ldaps://one,ldap://two", starttls: false }, "ldap://two is asked without TLS"],
  ])("refuses %j", (config, problem) => {
    expect(findingsOf(ldapTls, raw(config))).toEqual([`Ldap: ${problem}`]);
  });

  it("has nothing against TLS from the start or by StartTLS", () => {
    expect(findingsOf(ldapTls, raw({}))).toEqual([]);
    expect(findingsOf(ldapTls, raw({ url: "ldap://ldap", starttls: true }))).toEqual([]);
    expect(findingsOf(ldapTls, declared())).toEqual([]);
    expect(findingsOf(ldapTls, declared({ url: "ldap://ldap.company.com" }))).toEqual([]);
  });

  it("takes the construct's reason for none", () => {
    const unencryptedReason = "The directory is on this machine";
    const options = { url: "ldap://127.0.0.1", startTls: false, unencryptedReason };
    expect(findingsOf(ldapTls, declared(options))).toEqual([
      `Ldap: ldap://127.0.0.1 is asked without TLS [${unencryptedReason}]`,
    ]);
  });
});

describe("LH-AUTH-010", () => {
  it("refuses empty passwords to be sent on", () => {
    expect(findingsOf(ldapNullBind, raw({ denyNullBind: false }))).toEqual(["Ldap: deny_null_bind is false"]);
    expect(findingsOf(ldapNullBind, raw({}))).toEqual([]);
    expect(findingsOf(ldapNullBind, declared())).toEqual([]);
  });
});
