import { LdapAuth, type LdapAuthOptions } from "../../../constructs/auth/ldap-auth";
import type { LdapUserOptions } from "../../../constructs/auth/ldap-user";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { namedResource, onlyResource, resources, stackWithVault, synth } from "../../helpers/synth";

function declare(options: Partial<LdapAuthOptions> = {}) {
  const stack = stackWithVault();
  const auth = new LdapAuth(stack, "Ldap", {
    url: "ldaps://ldap.company.com",
    userDn: "ou=Users,dc=company,dc=com",
    groupDn: "ou=Groups,dc=company,dc=com",
    ...options,
  });
  return { stack, auth };
}

const rule = { path: "database/creds/app", capabilities: ["read"], reason: "For tests" } as const;

describe("LdapAuth.addGroup", () => {
  it("maps the group, by its name as Vault keeps it, to a policy made with the first grant", () => {
    const { stack, auth } = declare({ path: "people" });
    const group = auth.addGroup("Domain Admins");
    expect(onlyResource(synth(stack), "vault_ldap_auth_backend_group")).toEqual({
      backend: expect.stringMatching(/^\$\{vault_ldap_auth_backend\.Ldap_\w+\.path\}$/) as unknown,
      groupname: "domain admins",
      policies: [],
    });
    group.grantPolicy.addRule(rule);
    expect(onlyResource(synth(stack), "vault_ldap_auth_backend_group")["policies"]).toEqual([
      "people-group-domain-admins",
    ]);
    expect(namedResource(synth(stack), "vault_policy", "people-group-domain-admins")["policy"]).toContain(rule.path);
  });

  it("keeps the case where it counts", () => {
    expect(declare({ caseSensitiveNames: true }).auth.addGroup("Admins").name).toBe("Admins");
  });

  it("takes policies by name", () => {
    const { stack, auth } = declare();
    auth.addGroup("developers", { policies: [new VaultPolicy(stack, "Dev", { name: "dev-policy" })] });
    expect(onlyResource(synth(stack), "vault_ldap_auth_backend_group")["policies"]).toEqual(["dev-policy"]);
  });

  it("takes groups from Active Directory's tokens without a DN", () => {
    expect(() => declare({ groupDn: undefined, useTokenGroups: true }).auth.addGroup("developers")).not.toThrow();
  });

  it("is refused where Vault looks for no groups", () => {
    expect(() => declare({ groupDn: undefined }).auth.addGroup("developers")).toThrow(
      '[dev/Ldap] group "developers" is added, and Vault looks for no groups in the directory: say in groupDn where they are',
    );
  });

  it("refuses a group twice, whatever its case, but not a person of its name", () => {
    const { auth } = declare();
    auth.addGroup("developers");
    expect(() => auth.addUser("developers").grantPolicy).not.toThrow();
    expect(() => auth.addGroup("Developers")).toThrow(
      '[dev/Ldap/group-Developers] group of auth/ldap "developers" is declared already, by dev/Ldap/group-developers',
    );
  });

  it("refuses two groups whose policies would share a name", () => {
    const { auth } = declare();
    auth.addGroup("a b").grantPolicy.addRule(rule);
    expect(() => auth.addGroup("a-b").grantPolicy).toThrow('policy "ldap-group-a-b" is declared already');
  });

  it.each(["", " a", "a ", "a/b", "..", "a,b", "cn=a,dc=b", "${a}", "%{a}", "a\nb", "x".repeat(129)])(
    "refuses the name %j",
    (name) => {
      expect(() => declare().auth.addGroup(name)).toThrow(/\] name ".*" can't be used in a Vault path: use letters/);
    },
  );
});

describe("LdapAuth.addUser", () => {
  function added(options: LdapUserOptions = {}) {
    const { stack, auth } = declare();
    const user = auth.addUser("John.Doe", options);
    return { stack, user, fields: () => onlyResource(synth(stack), "vault_ldap_auth_backend_user") };
  }

  it("maps one person, to no policy and no group unless told", () => {
    expect(added().fields()).toMatchObject({ username: "john.doe", groups: [], policies: [] });
    expect(resources(synth(added().stack), "vault_policy")).toEqual([]);
  });

  it("takes groups, sorted and once, and grants", () => {
    const { stack, auth } = declare();
    const [one, two] = [auth.addGroup("b"), auth.addGroup("a")];
    auth.addUser("John.Doe", { groups: [one, two, one] }).grantPolicy.addRule(rule);
    expect(onlyResource(synth(stack), "vault_ldap_auth_backend_user")).toMatchObject({
      username: "john.doe",
      groups: ["a", "b"],
      policies: ["ldap-user-john.doe"],
    });
  });

  it.each(["", "uid=john", "a/b"])("refuses the name %j", (name) => {
    expect(() => declare().auth.addUser(name)).toThrow(`] name ${JSON.stringify(name)} can't be used in a Vault path`);
  });

  it("refuses a person twice", () => {
    const { auth } = declare();
    auth.addUser("john");
    expect(() => auth.addUser("JOHN")).toThrow('user of auth/ldap "john" is declared already, by dev/Ldap/user-john');
  });
});
