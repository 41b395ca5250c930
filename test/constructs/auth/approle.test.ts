import type { AppRoleOptions } from "../../../constructs/auth/approle";
import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { addresses, namedResource, onlyResource, resources, stackWithVault, synth } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "../database/declarations";

function declare(options?: AppRoleOptions, { name = "ci", path = "approle" } = {}) {
  const stack = stackWithVault();
  const auth = new AppRoleAuth(stack, "Logins", { path });
  const role = auth.addRole(name, options);
  return { stack, auth, role, fields: () => onlyResource(synth(stack), "vault_approle_auth_backend_role") };
}

const rule = (path: string) => ({ path, capabilities: ["read"], reason: "For tests" }) as const;

describe("AppRole", () => {
  it("declares the login with short-lived tokens and SecretIDs", () => {
    expect(declare().fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_auth_backend\.Logins_\w+\.path\}$/) as unknown,
      role_name: "ci",
      bind_secret_id: true,
      token_ttl: 1200,
      token_max_ttl: 86_400,
      token_policies: [],
      secret_id_ttl: 86_400,
      secret_id_num_uses: 10,
    });
  });

  it("takes each limit, durations in seconds", () => {
    expect(
      declare({
        tokenTtl: "5m",
        tokenMaxTtl: "2h",
        tokenCidrs: ["10.0.0.0/8", "fd00::/8"],
        secretIdTtl: "10m",
        secretIdUses: 1,
        secretIdCidrs: ["192.0.2.7/32"],
      }).fields(),
    ).toMatchObject({
      token_ttl: 300,
      token_max_ttl: 7200,
      token_bound_cidrs: ["10.0.0.0/8", "fd00::/8"],
      secret_id_ttl: 600,
      secret_id_num_uses: 1,
      secret_id_bound_cidrs: ["192.0.2.7/32"],
    });
  });

  it("has a periodic token without a maximum", () => {
    const fields = declare({ tokenPeriod: "1h" }).fields();
    expect(fields).toMatchObject({ token_period: 3600, token_ttl: 1200 });
    expect(fields).not.toHaveProperty("token_max_ttl");
  });

  it("refuses a period with a maximum", () => {
    expect(() => declare({ tokenPeriod: "1h", tokenMaxTtl: "24h" })).toThrow(
      "[dev/Logins/ci] tokenPeriod 1h and tokenMaxTtl 24h exclude each other: " +
        "keep tokenPeriod for a program that runs on, tokenMaxTtl for one that ends",
    );
  });

  it("refuses a token TTL above the maximum, also above the default one", () => {
    expect(() => declare({ tokenTtl: "1h", tokenMaxTtl: "60m" })).not.toThrow();
    expect(() => declare({ tokenTtl: "2h", tokenMaxTtl: "1h" })).toThrow(
      "[dev/Logins/ci] tokenTtl 2h exceeds tokenMaxTtl 1h: lower tokenTtl or raise tokenMaxTtl",
    );
    expect(() => declare({ tokenTtl: "25h" })).toThrow("[dev/Logins/ci] tokenTtl 25h exceeds tokenMaxTtl 24h");
  });

  it.each(["tokenTtl", "tokenMaxTtl", "tokenPeriod", "secretIdTtl"])("refuses a malformed %s", (field) => {
    expect(() => declare({ [field]: "0m" })).toThrow(`[dev/Logins/ci] ${field} "0m" is not a duration`);
  });

  it.each([1, 1_000_000])("takes %d uses of a SecretID", (secretIdUses) => {
    expect(declare({ secretIdUses }).fields()).toMatchObject({ secret_id_num_uses: secretIdUses });
  });

  it.each([0, -1, 1.5, 1_000_001, Number.NaN])("refuses %d uses of a SecretID", (secretIdUses) => {
    expect(() => declare({ secretIdUses })).toThrow(
      `[dev/Logins/ci] secretIdUses ${secretIdUses} is out of range: give a whole number from 1 to 1000000; ` +
        "0 would make the SecretID good for any number of logins",
    );
  });

  it.each(["0.0.0.0/0", "10.1.2.3/32", "::/0", "2001:db8::/32", "::1/128"])("takes the network %s", (network) => {
    expect(declare({ tokenCidrs: [network] }).fields()).toMatchObject({ token_bound_cidrs: [network] });
  });

  describe.each(["tokenCidrs", "secretIdCidrs"])("%s", (field) => {
    it.each([
      "",
      "10.0.0.5",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0/8",
      "10.0.0.256/8",
      "10.0.0.0/8/8",
      "10.0.0.0/",
      "::/129",
      "fd00::/",
      "fe80::1%eth0/64",
      "company.com/24",
      "10.0.0.0/8 ",
    ])("refuses %j", (network) => {
      expect(() => declare({ [field]: ["10.0.0.0/8", network] })).toThrow(
        `[dev/Logins/ci] ${field} ${JSON.stringify(network)} is not a network: write it as in "10.0.0.0/8"`,
      );
    });
  });

  it.each<AppRoleOptions>([{ secretIdCidrs: ["10.0.0.0/8"] }, { tokenCidrs: ["10.0.0.0/8"] }])(
    "needs no SecretID where it is bound to networks: %j",
    (networks) => {
      const fields = declare({ bindSecretId: false, ...networks }).fields();
      expect(fields).toMatchObject({ bind_secret_id: false });
      expect(fields).not.toHaveProperty("secret_id_ttl");
      expect(fields).not.toHaveProperty("secret_id_num_uses");
    },
  );

  it.each<AppRoleOptions>([
    {},
    { secretIdCidrs: [] },
    { secretIdCidrs: ["0.0.0.0/0"] },
    { tokenCidrs: ["10.0.0.0/8", "::/0"] },
  ])("refuses a login without SecretID from anywhere: %j", (networks) => {
    expect(() => declare({ bindSecretId: false, ...networks })).toThrow(
      "[dev/Logins/ci] bindSecretId is false, and the RoleID alone would log in from anywhere: " +
        "name the networks in secretIdCidrs, or let the login need a SecretID",
    );
  });

  it.each<[string, AppRoleOptions]>([
    ["secretIdTtl", { secretIdTtl: "1h" }],
    ["secretIdUses", { secretIdUses: 1 }],
  ])("refuses %s where there are no SecretIDs", (field, options) => {
    expect(() => declare({ bindSecretId: false, secretIdCidrs: ["10.0.0.0/8"], ...options })).toThrow(
      `[dev/Logins/ci] ${field} is given, and bindSecretId is false: there are no SecretIDs`,
    );
  });

  it("takes a RoleID, and leaves it to Vault unless asked", () => {
    const roleId = "9f3c2f0e-8a41-4a4c-9d0e-7a3a5b6c7d8e";
    expect(declare({ roleId }).fields()).toMatchObject({ role_id: roleId });
    expect(declare().fields()).not.toHaveProperty("role_id");
  });

  it.each(["", "short", "with blanks in it", "slash/in/it", "${var.role_id}"])("refuses the roleId %j", (roleId) => {
    expect(() => declare({ roleId })).toThrow(`[dev/Logins/ci] roleId ${JSON.stringify(roleId)} can't be used`);
  });

  it("has its name in lower case, as Vault keeps it", () => {
    const { role, fields } = declare({}, { name: "Orders-App" });
    expect(role.name).toBe("orders-app");
    expect(fields()).toMatchObject({ role_name: "orders-app" });
  });

  it("refuses a name that another login of the method has, whatever its case, but not one of another method", () => {
    const { stack, auth } = declare();
    expect(() => auth.addRole("CI")).toThrow(
      '[dev/Logins/CI] login of auth/approle "ci" is declared already, by dev/Logins/ci: ' +
        "give one of the two another name",
    );
    expect(() => new AppRoleAuth(stack, "Second", { path: "second" }).addRole("ci")).not.toThrow();
  });

  it("refuses a name that can't be used in a path", () => {
    expect(() => declare({}, { name: "two words" })).toThrow(
      '[dev/Logins/two words] name "two words" can\'t be used in a Vault path',
    );
  });
});

describe("AppRole's policies", () => {
  it("are none until something is granted", () => {
    expect(resources(synth(declare().stack), "vault_policy")).toEqual([]);
  });

  it("begin with one of its own, made with the first grant and attached", () => {
    const { stack, role, fields } = declare({}, { path: "team-a/programs" });
    role.grantPolicy.addRule(rule("database/creds/app"));
    role.grantPolicy.addRule(rule("database/creds/other"));
    const policy = onlyResource(synth(stack), "vault_policy");
    expect(policy["name"]).toBe("team-a-programs-ci");
    expect(policy["policy"]).toMatch(/path "database\/creds\/app"[^]*path "database\/creds\/other"/);
    expect(fields()["token_policies"]).toEqual(["team-a-programs-ci"]);
  });

  it("are given by name, sorted, those of its own among them", () => {
    const { stack, auth } = declare();
    const policies = ["zebra", "aardvark"].map((name) => new VaultPolicy(stack, name, { name }));
    const role = auth.addRole("app", { policies });
    role.grantPolicy.addRule(rule("database/creds/app"));
    const synthesised = resources(synth(stack), "vault_approle_auth_backend_role");
    expect(synthesised.find((fields) => fields["role_name"] === "app")?.["token_policies"]).toEqual([
      "aardvark",
      "approle-app",
      "zebra",
    ]);
  });

  it("have a role's credentials granted, and not those of the role beside it", () => {
    const { stack, role } = declare();
    const connection = new DatabaseSecretsEngine(stack, "Database").addPostgres("orders", postgresOptions);
    connection.addRole("neighbour", roleOptions);
    const given = connection.addRole("app", roleOptions).grantCredentials(role);
    expect(given.subject).toBe(role);
    const text = namedResource(synth(stack), "vault_policy", "approle-ci")["policy"] as string;
    expect(text).toContain('path "database/creds/app"');
    expect(text).not.toContain("neighbour");
  });

  it("refuse a name of their own that a declared policy has", () => {
    const { stack, role } = declare();
    new VaultPolicy(stack, "Other", { name: "approle-ci" });
    expect(() => role.grantPolicy).toThrow(
      '[dev/Logins/ci/Policy] policy "approle-ci" is declared already, by dev/Other: give one of the two another name',
    );
  });
});

it("never declares a SecretID, which the state would keep", () => {
  const { stack, role } = declare();
  role.grantPolicy.addRule(rule("database/creds/app"));
  expect(addresses(synth(stack)).map((address) => address.split(".")[0])).toEqual([
    "vault_approle_auth_backend_role",
    "vault_auth_backend",
    "vault_policy",
  ]);
});
