import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { PasswordPolicy, type PasswordPolicyProps } from "../../../constructs/system/password-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { parsePolicy } from "../../../policies/parser/parse-policy";
import { onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const props: PasswordPolicyProps = {
  name: "strong",
  length: 24,
  charsets: [{ charset: "lowercase" }, { charset: "digits" }],
};

/** A database whose connection names a policy, or none. */
function database(given: "declared" | "imported" | "none", provider = "~> 5.6") {
  const stack = stackWithVault({ provider });
  const engine = new DatabaseSecretsEngine(stack, "Database");
  const policy = {
    declared: () => new PasswordPolicy(stack, "Strong", props),
    imported: () => PasswordPolicy.fromName(stack, "Strong", "strong"),
    none: () => undefined,
  }[given]();
  const connection = engine.addPostgres("orders", {
    host: "postgres.company.com",
    database: "orders",
    admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
    passwordPolicy: policy,
  });
  connection.addRole("reader", { statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "4h" });
  const legacy = connection.addStaticRole("legacy", {
    username: "legacy",
    rotation: { period: "1d" },
    rotatesAtOnce: true,
  });
  const synthesised = synth(stack);
  return {
    dynamic: onlyResource(synthesised, "vault_database_secret_backend_role"),
    fixed: onlyResource(synthesised, "vault_database_secret_backend_static_role"),
    warned: warnings(legacy),
  };
}

describe("PasswordPolicy", () => {
  it("is rendered, and says how strong it is", () => {
    const stack = stackWithVault();
    const policy = new PasswordPolicy(stack, "Strong", props);
    expect(onlyResource(synth(stack), "vault_password_policy")).toEqual({
      name: "strong",
      policy:
        'length = 24\n\nrule "charset" {\n  charset   = "0123456789"\n  min-chars = 1\n}\n\n' +
        'rule "charset" {\n  charset   = "abcdefghijklmnopqrstuvwxyz"\n  min-chars = 1\n}\n',
    });
    expect(policy.entropyBits).toBeCloseTo(124, 0);
  });

  it("is refused with rules that make no password, or a name that is none or taken", () => {
    const stack = stackWithVault();
    expect(() => new PasswordPolicy(stack, "A", { ...props, length: 4 })).toThrow("[dev/A] length 4 is out of range");
    expect(() => new PasswordPolicy(stack, "B", { ...props, name: "a/b" })).toThrow(
      '[dev/B] name "a/b" can\'t be used',
    );
    new PasswordPolicy(stack, "C", { ...props, name: "other" });
    expect(() => PasswordPolicy.fromName(stack, "D", "other")).toThrow(
      '[dev/D] password policy "other" is declared already, by dev/C',
    );
  });

  it("lets a subject have passwords made by it, and by no other, and not change it", async () => {
    const stack = stackWithVault();
    const subject = new VaultPolicy(stack, "Policy", { name: "operators" });
    new PasswordPolicy(stack, "Strong", props).grantGenerate({ grantPolicy: subject.grantPolicy });
    const { policy } = onlyResource(synth(stack), "vault_policy") as { policy: string };
    const { document } = await parsePolicy(policy, { file: "operators.hcl" });
    const evaluator = new Evaluator([{ name: "operators", rules: document.rules }]);
    expect(evaluator.allows("sys/policies/password/strong/generate", "read")).toBe(true);
    expect(evaluator.allows("sys/policies/password/other/generate", "read")).toBe(false);
    expect(evaluator.allows("sys/policies/password/strong", "update")).toBe(false);
  });
});

describe("a connection's password policy", () => {
  it("is named by its roles by a reference, so that it is there before them and goes after them", () => {
    const { dynamic, fixed, warned } = database("declared");
    const named = {
      credential_type: "password",
      credential_config: {
        password_policy: expect.stringMatching(/^\$\{vault_password_policy\.Strong_\w+\.name\}$/) as unknown,
      },
    };
    expect(dynamic).toMatchObject(named);
    expect(fixed).toMatchObject(named);
    expect(warned).toEqual([]);
  });

  it("may be managed elsewhere", () => {
    expect(database("imported").dynamic).toMatchObject({ credential_config: { password_policy: "strong" } });
  });

  it("is none unless it is given", () => {
    const { dynamic, fixed } = database("none", ">= 4.4");
    for (const role of [dynamic, fixed]) {
      expect(role).not.toHaveProperty("credential_config");
      expect(role).not.toHaveProperty("credential_type");
    }
    expect(database("none", ">= 4.4").warned).toEqual([]);
  });

  it("does not reach a static role by a provider before 4.7, which a warning says", () => {
    const { dynamic, fixed, warned } = database("declared", ">= 4.4");
    expect(dynamic).toHaveProperty("credential_config");
    expect(fixed).not.toHaveProperty("credential_config");
    expect(warned).toEqual([
      "hashicorp/vault >= 4.4 may lack credential_config of vault_database_secret_backend_static_role (first in 4.7): static " +
        "users' passwords follow Vault's own rule, 20 letters, digits and -, and not passwordPolicy. Raise vault.provider to " +
        '">= 4.7" to have it',
    ]);
  });
});
