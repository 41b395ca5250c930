import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { policyGuardrails } from "../../../../constructs/guardrails/policies/rules";
import { VaultPolicy } from "../../../../constructs/policy/vault-policy";
import { KvSecretsEngine } from "../../../../constructs/secrets/kv-secrets-engine";
import { policyRules } from "../../../../policies/lint/policy-rules";
import { against, judged } from "../../../helpers/guardrails";
import { stackWithVault } from "../../../helpers/synth";
import { postgresOptions, roleOptions } from "../../database/declarations";

const raw = (policy: string) => {
  const stack = stackWithVault();
  new Policy(stack, "policy", { name: "app", policy });
  return stack;
};
const rule = (path: string, capabilities = ["read"], comment = "") =>
  `${comment}path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`;

describe("guardrails on policies", () => {
  it("are those of policies/lint, and one that the text can be read", () => {
    expect(policyGuardrails.map(({ id }) => id)).toEqual([...policyRules.map(({ id }) => id), "LH-POL-016"]);
  });

  it.each<[string, string]>([
    ["LH-POL-001", rule("*")],
    ["LH-POL-002", rule("secret/data/app", ["read", "sudo"])],
    ["LH-POL-003", rule("secret/app")],
    ["LH-POL-004", rule("secret/data/app", ["list"])],
    ["LH-POL-005", rule("sys/audit/file", ["update", "sudo"])],
    ["LH-POL-006", rule("sys/policies/acl/app", ["update"])],
    ["LH-POL-007", rule("auth/approle/role/app", ["update"])],
    ["LH-POL-008", rule("secret/data/{{identity.entity.aliases.auth_jwt_1234.name}}")],
    ["LH-POL-009", rule("secret/data/app", ["read", "deny"])],
    ["LH-POL-013", rule("v1/secret/data/app")],
  ])("%s fires on raw text", (id, text) => {
    const found = against(raw(text), id);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^error policy path /);
  });

  it.each([
    [
      "a parameter that Vault has not",
      'path "a" {\n  capabilities = ["read"]\n  allowed_client_cidrs = ["10.0.0.0/8"]\n}',
    ],
    ["broken syntax", 'path "a" {'],
  ])("LH-POL-016 fires on %s", (_, text) => {
    expect(against(raw(text), "LH-POL-016")).toHaveLength(1);
    expect(against(raw(text), "LH-POL-016")[0]).toMatch(/^error policy policy app:\d+:\d+: /);
  });

  it("pass what constructs grant", () => {
    const stack = stackWithVault();
    const engine = new DatabaseSecretsEngine(stack, "Database", { path: "database" });
    const role = engine.addPostgres("app", postgresOptions).addRole("reader", roleOptions);
    const policy = new VaultPolicy(stack, "App", { name: "app" });
    role.grantCredentials(policy);
    role.grantManageLeases(policy);
    const kv = KvSecretsEngine.fromPath(stack, "Kv", "team");
    kv.grantRead(policy, "app");
    kv.grantDestroy(policy, "app");
    expect(judged(stack).findings.filter(({ id }) => id.startsWith("LH-POL"))).toEqual([]);
  });

  it("know the stack's mounts of KV version 2, and that one of version 1 has no data/", () => {
    const stack = raw(rule("team/app") + rule("old/app"));
    new Mount(stack, "team", { path: "team", type: "kv", options: { version: "2" } });
    new Mount(stack, "old", { path: "old", type: "kv" });
    const found = against(stack, "LH-POL-003");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('path "team/app" is in KV version 2');
  });

  it("take an accessor that Terraform looks up for the name of a mount", () => {
    const stack = stackWithVault();
    const { accessor } = new AuthBackend(stack, "jwt", { type: "jwt" });
    const path = `secret/data/{{identity.entity.aliases.${accessor}.name}}`;
    new Policy(stack, "policy", { name: "app", policy: rule(path) });
    expect(judged(stack).findings.filter(({ id }) => /POL-0(08|16)/.test(id))).toEqual([]);
  });

  it("leave alone what is known at the apply only", () => {
    expect(judged(raw("${data.vault_policy_document.app.hcl}")).findings).toEqual([]);
  });

  it("let the comment above a rule waive, for that guardrail and that rule alone", () => {
    const comment = "# leasehold:allow LH-POL-006 CI deploys policies\n";
    const stack = raw(rule("sys/policies/acl/a", ["update"], comment) + rule("sys/policies/acl/b", ["update"]));
    const found = judged(stack).findings.filter(({ id }) => id === "LH-POL-006");
    expect(found.map(({ problem, waived }) => [problem.split('"')[1], waived?.reason])).toEqual([
      ["sys/policies/acl/a", "CI deploys policies"],
      ["sys/policies/acl/b", undefined],
    ]);
  });
});
