import { parseEnvironment } from "../../../environments/load";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { VaultStack } from "../../../stacks/vault-stack";
import { environmentWith, refusalOf } from "../../helpers/environments";
import { addresses, synth, testApp } from "../../helpers/synth";

const strong = { name: "strong", length: 24, charsets: [{ charset: "lowercase" }, { charset: "digits", minChars: 2 }] };
const settings = {
  passwordPolicies: [strong],
  "databases[0].passwordPolicy": "strong",
  rateLimits: [
    { name: "server", rate: 500 },
    { name: "logins", path: "auth/approle", role: "app", rate: 5, interval: "1m", blockInterval: "5m" },
    { name: "creds", path: "database", below: "creds", rate: 20.5 },
  ],
  cors: { allowedOrigins: ["https://portal.company.com"] },
  uiHeaders: [{ name: "X-Frame-Options", value: "DENY" }],
};
const enterprise = { product: "vault", edition: "enterprise", version: "1.21" };

function refusal(changes: Record<string, unknown>): string {
  return refusalOf(() => parseEnvironment(environmentWith(changes)));
}

describe("the settings of a server in an environment", () => {
  it("are none unless declared", () => {
    const environment = parseEnvironment(environmentWith({}));
    expect(environment).toMatchObject({ rateLimits: [], leaseCountQuotas: [], uiHeaders: [], passwordPolicies: [] });
    expect(environment.cors).toBeUndefined();
  });

  it("become what they say", () => {
    const leaseCountQuotas = [{ name: "leases", path: "database", maxLeases: 300 }];
    const environment = parseEnvironment(
      environmentWith({ ...settings, leaseCountQuotas, "vault.server": enterprise }),
    );
    const stack = new VaultStack(testApp(), "test", { environment, today: "2026-01-31" });
    const types = addresses(synth(stack)).map((address) => address.split(".")[0]);
    const count = (type: string) => types.filter((each) => each === type).length;
    expect(count("vault_password_policy")).toBe(1);
    expect(count("vault_quota_rate_limit")).toBe(3);
    expect(count("vault_quota_lease_count")).toBe(1);
    expect(count("vault_generic_endpoint")).toBe(2);
  });

  it("name the password policy in the roles of the connection that does, and in no others", () => {
    const environment = parseEnvironment(environmentWith(settings));
    const stack = new VaultStack(testApp(), "test", { environment, today: "2026-01-31" });
    const roles = Object.values(synth(stack).resource["vault_database_secret_backend_role"] ?? {});
    const named = roles.filter((role) => "credential_config" in role).map((role) => role["name"]);
    expect(named.sort()).toEqual(["orders-reader", "orders-writer"]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ passwordPolicies: [{ ...strong, length: 2 }] }, "passwordPolicies[0] length 2 is out of range"],
    [{ passwordPolicies: [{ ...strong, charsets: [] }] }, "passwordPolicies[0] charsets is empty"],
    [{ passwordPolicies: [{ ...strong, name: "a b" }] }, 'passwordPolicies[0].name "a b" is not a name'],
    [{ passwordPolicies: [{ ...strong, charset: "x" }] }, 'passwordPolicies[0] Unrecognized key: "charset"'],
    [{ passwordPolicies: [{ ...strong, charsets: [{ charset: "x" }] }] }, "passwordPolicies[0].charsets[0].charset"],
    [
      { passwordPolicies: [{ ...strong, charsets: [{ charset: "digits", minChars: -1 }] }] },
      "passwordPolicies[0].charsets[0].minChars",
    ],
    [
      { passwordPolicies: [strong, strong] },
      'passwordPolicies[1].name password policy "strong" is declared twice: give one of the two another name',
    ],
    [
      { "databases[1].passwordPolicy": "weak", passwordPolicies: [strong] },
      'databases[1].passwordPolicy password policy "weak" is not declared: declare it or use one of strong',
    ],
    [{ rateLimits: [{ name: "a", rate: 0 }] }, "rateLimits[0].rate"],
    [{ rateLimits: [{ name: "a" }] }, "rateLimits[0].rate"],
    [{ rateLimits: [{ name: "a", rate: 1, interval: "1" }] }, "rateLimits[0].interval"],
    [{ rateLimits: [{ name: "a", rate: 1, blockInterval: "1" }] }, "rateLimits[0].blockInterval"],
    [{ rateLimits: [{ name: "a", rate: 1, path: "a/" }] }, "rateLimits[0].path"],
    [{ rateLimits: [{ name: "a", rate: 1, below: "x" }] }, 'rateLimits[0].below "x" is given without path'],
    [
      { rateLimits: [{ name: "a", rate: 1, path: "database", role: "app" }] },
      'rateLimits[0].role "app" limits logins: name their auth method alone, as in path "auth/approle"',
    ],
    [
      {
        rateLimits: [
          { name: "a", rate: 1 },
          { name: "a", rate: 2, path: "database" },
        ],
      },
      'rateLimits[1].name quota "a" is declared twice',
    ],
    [{ leaseCountQuotas: [{ name: "a", maxLeases: 0 }] }, "leaseCountQuotas[0].maxLeases"],
    [{ cors: { allowedOrigins: [] } }, "cors.allowedOrigins"],
    [{ cors: {} }, "cors.allowedOrigins"],
    [{ uiHeaders: [{ name: "X-Foo" }] }, "uiHeaders[0].value"],
    [
      {
        uiHeaders: [
          { name: "X-Foo", value: "a" },
          { name: "x-foo", value: "b" },
        ],
      },
      'uiHeaders[1].name UI header "x-foo" is declared twice',
    ],
  ])("are refused as %j", (changes, message) => {
    expect(refusal(changes)).toContain(message);
  });

  it.each(["rateLimits", "cors", "uiHeaders"] as const)("has %s in the root namespace alone", (field) => {
    expect(refusal({ [field]: settings[field], "vault.namespace": "team" })).toContain(
      `${field} can't be made in namespace "team": declare it in an environment of the root namespace`,
    );
  });

  it("has password policies in a namespace too", () => {
    const environment = environmentWith({ passwordPolicies: [strong], "vault.namespace": "team" });
    expect(() => parseEnvironment(environment)).not.toThrow();
  });
});

describe("whoever deploys them", () => {
  const evaluatorOf = (changes: Record<string, unknown>) =>
    new Evaluator([{ name: "deployer", rules: deployerPolicy(parseEnvironment(environmentWith(changes))).rules }]);
  const paths = [
    "sys/policies/password/strong",
    "sys/quotas/rate-limit/logins",
    "sys/config/cors",
    "sys/config/ui/headers/X-Frame-Options",
  ];

  it.each(paths)("may make, change and remove %s", (path) => {
    for (const capability of ["create", "read", "update", "delete"] as const) {
      expect(evaluatorOf(settings).allows(path, capability)).toBe(true);
    }
    expect(evaluatorOf(settings).allows(path, "sudo")).toBe(path.startsWith("sys/config/"));
  });

  it.each([...paths, "sys/policies/password/strong/generate"])("may not touch %s where there is none", (path) => {
    expect(evaluatorOf({}).allows(path, "update")).toBe(false);
    expect(evaluatorOf({}).allows(path, "read")).toBe(false);
  });

  it("may have quotas of leases only where there are some", () => {
    const quotas = { leaseCountQuotas: [{ name: "all", maxLeases: 9 }] };
    expect(evaluatorOf(quotas).allows("sys/quotas/lease-count/all", "create")).toBe(true);
    expect(evaluatorOf(settings).allows("sys/quotas/lease-count/all", "create")).toBe(false);
    expect(evaluatorOf(settings).allows("sys/policies/password/strong/generate", "read")).toBe(false);
    expect(evaluatorOf(settings).allows("sys/config/ui/headers/X-Foo", "create")).toBe(false);
  });
});
