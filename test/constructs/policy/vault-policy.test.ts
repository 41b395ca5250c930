import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { onlyResource, stackWithVault, synth, validate } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "../database/declarations";

function declare(name = "readers") {
  const stack = stackWithVault();
  const policy = new VaultPolicy(stack, "Readers", { name });
  return { stack, policy, fields: () => onlyResource(synth(stack), "vault_policy") };
}

const rule = (path: string) => ({ path, capabilities: ["read"], reason: `Reading ${path}` }) as const;

const roleNames = ["app-readonly", "app-writer", "admin"];

/** The policy's text after grants of the named roles, in their order. */
function granted(...names: string[]): string {
  const { stack, policy } = declare();
  const connection = new DatabaseSecretsEngine(stack, "Database").addPostgres("orders", postgresOptions);
  const roles = new Map(roleNames.map((name) => [name, connection.addRole(name, roleOptions)]));
  for (const name of names) roles.get(name)?.grantCredentials(policy);
  return policy.toHcl();
}

const paths = (hcl: string) => [...hcl.matchAll(/^path "(.*)" \{$/gm)].map((match) => match[1]);

describe("VaultPolicy", () => {
  it("declares the policy with the text of its grants", () => {
    const { policy, fields } = declare();
    policy.addRule(rule("database/creds/app"));
    expect(fields()).toEqual({
      name: "readers",
      policy: '# Reading database/creds/app\npath "database/creds/app" {\n  capabilities = ["read"]\n}\n',
    });
    expect(fields()["policy"]).toBe(policy.toHcl());
  });

  it.each(["root", "default", "Default"])("refuses %s, which is Vault's own", (name) => {
    expect(() => declare(name)).toThrow(
      `[dev/Readers] name ${name.toLowerCase()} is a policy of Vault's own: choose another name`,
    );
  });

  it("is the policy that its own grants are written to", () => {
    const { policy } = declare();
    expect(policy.grantPolicy).toBe(policy);
  });

  it("allows what was granted and nothing of the role beside it", () => {
    expect(paths(granted("app-readonly"))).toEqual(["database/creds/app-readonly"]);
    expect(granted("app-readonly")).not.toContain("app-writer");
    expect(granted("app-readonly")).not.toContain("admin");
  });

  it("is the same text whatever the order of the grants, and however often one is repeated", () => {
    const text = granted("admin", "app-readonly", "app-writer");
    expect(paths(text)).toEqual(["database/creds/admin", "database/creds/app-readonly", "database/creds/app-writer"]);
    expect(granted("app-writer", "app-readonly", "admin")).toBe(text);
    expect(granted("app-readonly", "admin", "app-writer", "admin")).toBe(text);
  });

  it("makes one rule of several on one path", () => {
    const { policy } = declare();
    policy.addLaterRules(() => [{ path: "sys/leases/renew", capabilities: ["read", "create"], reason: "B" }]);
    policy.addRule({ path: "sys/leases/renew", capabilities: ["update"], reason: "A" });
    expect(policy.toHcl()).toBe(
      '# A; B\npath "sys/leases/renew" {\n  capabilities = ["create", "read", "update"]\n}\n',
    );
  });

  it("takes rules that become known after it was asked for them", () => {
    const { policy, fields } = declare();
    const later: ReturnType<typeof rule>[] = [];
    policy.addLaterRules(() => later);
    later.push(rule("database/creds/late"));
    expect(paths(fields()["policy"] as string)).toEqual(["database/creds/late"]);
  });

  it("must grant something", () => {
    const { stack, policy } = declare();
    expect(() => validate(stack)).toThrow(
      "[dev/Readers] policy readers grants nothing: grant it something or remove it",
    );
    policy.addRule(rule("database/creds/app"));
    expect(() => validate(stack)).not.toThrow();
  });

  it("has its name in lower case, as Vault keeps it", () => {
    expect(declare("App-Readers").policy.name).toBe("app-readers");
    expect(declare("App-Readers").fields()).toMatchObject({ name: "app-readers" });
  });

  it("refuses a name that another policy of the stack has, whatever its case", () => {
    const { stack } = declare();
    for (const name of ["readers", "Readers"]) {
      expect(() => new VaultPolicy(stack, `Second ${name}`, { name })).toThrow(
        `[dev/Second ${name}] policy "readers" is declared already, by dev/Readers: give one of the two another name`,
      );
    }
  });

  it.each(["", "two words", "a/b", "${var.name}"])("refuses the name %j", (name) => {
    expect(() => declare(name)).toThrow(
      `[dev/Readers] name ${JSON.stringify(name)} can't be used in a Vault path: use letters, digits, \`_\`, \`-\` and \`.\``,
    );
  });
});
