import { Audit } from "@cdktf/provider-vault/lib/audit";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { QuotaRateLimit } from "@cdktf/provider-vault/lib/quota-rate-limit";
import { AppRoleAuth } from "../../../../constructs/auth/approle-auth";
import { SecretInput } from "../../../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { PostgresStatements } from "../../../../constructs/database/statements/postgres-statements";
import { rootOnlyInNamespace } from "../../../../constructs/guardrails/namespaces/root-only";
import { VaultPolicy } from "../../../../constructs/policy/vault-policy";
import { Namespace } from "../../../../constructs/system/namespace";
import { against, findingsOf, judged } from "../../../helpers/guardrails";
import { stackWithVault, synth } from "../../../helpers/synth";

const server = { product: "vault", edition: "enterprise", version: "1.21" } as const;
const device = { type: "file", options: { file_path: "/var/log/vault/audit.log" } };

describe("LH-NS-001", () => {
  it("refuses what the server has once, in a namespace of its own or of its provider", () => {
    expect(
      findingsOf(rootOnlyInNamespace, (stack) => {
        new Audit(stack, "Audit", { ...device, namespace: "team-a" });
        const provider = new VaultProvider(stack, "Provider", { alias: "team_b", namespace: "/team-b/" });
        new QuotaRateLimit(stack, "Quota", { name: "all", rate: 10, provider });
        new QuotaRateLimit(stack, "Inner", { name: "all", rate: 10, provider, namespace: "payments" });
      }),
    ).toEqual([
      "Audit: it is declared in namespace team-a",
      "Quota: it is declared in namespace team-b",
      "Inner: it is declared in namespace team-b/payments",
    ]);
  });

  it("refuses it in a stack of a namespace", () => {
    const stack = stackWithVault({ server, namespace: "prod" });
    new Audit(stack, "Audit", device);
    expect(against(stack, "LH-NS-001")).toEqual(["error Audit it is declared in namespace prod"]);
  });

  it("has nothing against it in the root namespace, nor against anything else", () => {
    expect(
      findingsOf(rootOnlyInNamespace, (stack) => {
        new Audit(stack, "Audit", device);
        new Policy(stack, "Policy", { name: "a", policy: "", namespace: "team-a" });
      }),
    ).toEqual([]);
  });
});

describe("guardrails in namespaces", () => {
  /** A login of one namespace, whose tokens end before the leases of the role of one name in another one. */
  function shortLived(place: "apart" | "together") {
    const stack = stackWithVault({ server });
    const [a, b] = ["team-a", "team-b"].map((path) => new Namespace(stack, path, { path })) as [Namespace, Namespace];
    for (const [namespace, defaultTtl] of [
      [a, place === "apart" ? "20m" : "8h"],
      [b, "8h"],
    ] as const) {
      const postgres = new DatabaseSecretsEngine(namespace, "Database").addPostgres("postgres", {
        host: `${namespace.path}.example.com`,
        database: "app",
        admin: { username: "vault_admin", password: SecretInput.variable("password") },
      });
      const statements = PostgresStatements.memberOf("app_ro");
      const role = postgres.addRole("reader", { statements, defaultTtl, maxTtl: "8h" });
      const tokens =
        namespace === a ? ({ tokenTtl: "20m", tokenMaxTtl: "1h" } as const) : { tokenPeriod: "1h" as const };
      role.grantCredentials(new AppRoleAuth(namespace, "AppRole").addRole("app", tokens));
    }
    synth(stack); // places what is declared
    return against(stack, "LH-DB-011");
  }

  it("take nothing for what has its name in another one", () => {
    expect(shortLived("together")).toEqual([expect.stringMatching(/^error team-a\/AppRole\/app /)]);
    expect(shortLived("apart")).toEqual([]);
  });

  it("read a policy that reaches into another one as that one does", () => {
    const stack = stackWithVault({ server });
    const a = new Namespace(stack, "A", { path: "team-a" });
    const nested = new Namespace(a, "Nested", { path: "payments" });
    const rule = (path: string) => ({ path, capabilities: ["list", "sudo"] as const, reason: "Lists leases" });
    new VaultPolicy(stack, "Operators", {
      name: "operators",
      rules: [
        rule("team-a/sys/leases/lookup/database/"),
        rule("team-a/payments/sys/leases/lookup/database/"),
        rule("team-b/sys/leases/lookup/database/"),
        rule("team-a/database/creds/reader"),
      ],
    });
    new VaultPolicy(nested, "Inner", { name: "inner", rules: [rule("sys/leases/lookup/database/")] });
    synth(stack);
    const found = judged(stack).findings.filter(({ id }) => id === "LH-POL-002");
    expect(found.map(({ construct, problem }) => `${construct}: ${problem}`)).toEqual([
      'Operators: in namespace team-a: path "database/creds/reader" has sudo and needs none on any server',
      'Operators: path "team-b/sys/leases/lookup/database/" has sudo and needs none on any server',
    ]);
  });
});
