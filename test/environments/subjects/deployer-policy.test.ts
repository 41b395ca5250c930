import { parseEnvironment } from "../../../environments/load";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { soundEnvironment } from "../../helpers/environments";
import { environmentWithLogins } from "../../helpers/logins";

const document = deployerPolicy(parseEnvironment(environmentWithLogins()));
const evaluator = new Evaluator([{ name: "deployer", rules: document.rules }]);

describe("the policy of whoever deploys an environment", () => {
  it.each([
    "sys/mounts/database",
    "sys/mounts/reports/database",
    "database/config/orders",
    "database/roles/orders-reader",
    "database/static-roles/legacy",
    "sys/policies/acl/developers",
    "sys/auth/approle",
    "sys/auth/ldap",
    "auth/approle/role/app",
    "auth/aws/config/client",
    "auth/aws/role/reports",
    "auth/github/config",
    "auth/github/map/teams/developers",
    "auth/github/map/users/octocat",
    "auth/jwt/config",
    "auth/jwt/role/employee",
    "auth/kubernetes/config",
    "auth/kubernetes/role/shop",
    "auth/ldap/config",
    "auth/ldap/groups/developers",
    "auth/ldap/users/anna",
    "auth/oidc/config",
    "auth/oidc/role/people",
    "auth/token/roles/batch",
    "identity/entity/id/1234",
    "identity/group-alias/id/1234",
  ])("lets it make, change and remove %s", (path) => {
    for (const capability of ["create", "read", "update", "delete"] as const) {
      expect(evaluator.allows(path, capability)).toBe(true);
    }
  });

  it.each([
    ["sys/leases/lookup/database/", "list"],
    ["sys/leases/lookup/database/creds/orders-reader/", "list"],
    ["sys/leases/revoke-prefix/database", "update"],
    ["sys/leases/revoke-prefix/database/creds/orders-reader", "update"],
  ] as const)("lets it use %s, which Vault keeps for sudo (%s)", (path, capability) => {
    expect(evaluator.allows(path, capability)).toBe(true);
    expect(evaluator.allows(path, "sudo")).toBe(true);
  });

  it.each([
    ["database/creds/orders-reader", "read"],
    ["database/static-creds/legacy", "read"],
    ["auth/approle/role/app/secret-id", "update"],
    ["auth/userpass/users/bert", "update"],
    ["auth/userpass/users/bert/password", "update"],
    ["sys/mounts/secret", "create"],
    ["secret/data/shop", "read"],
    ["sys/auth/deployer", "update"],
    ["auth/token/create/batch", "update"],
    ["sys/seal", "update"],
    ["sys/audit/file", "create"],
    ["sys/leases/revoke-force/database", "update"],
    ["sys/leases/revoke-prefix/secret", "update"],
    ["sys/leases/revoke-prefix/databases", "update"],
    ["sys/leases/lookup/secret/", "list"],
    ["sys/leases/lookup/", "list"],
  ] as const)("keeps %s from it (%s)", (path, capability) => {
    expect(evaluator.allows(path, capability)).toBe(false);
  });

  it("says nothing of methods and identity that the environment has none of", () => {
    const { rules } = deployerPolicy(parseEnvironment(soundEnvironment()));
    const paths = rules.map(({ path }) => path).join("\n");
    expect(paths).toContain("auth/approle/role/+");
    expect(paths).not.toMatch(/identity|ldap|kubernetes|oidc/);
  });

  it("lets it make the declared audit devices and headers, and no others", () => {
    const declared = parseEnvironment({
      ...environmentWithLogins(),
      audit: [
        { type: "file", path: "first", filePath: "/var/log/vault/audit.log" },
        { type: "syslog" },
        { type: "server-configuration", path: "second", document: "infrastructure/vault.hcl" },
      ],
      auditedHeaders: [{ name: "X-Forwarded-For" }],
    });
    const deployer = new Evaluator([{ name: "deployer", rules: deployerPolicy(declared).rules }]);
    const may = (path: string, capability: "read" | "update" | "delete" | "sudo") => deployer.allows(path, capability);
    for (const path of ["sys/audit/first", "sys/audit/syslog"]) {
      expect([may(path, "update"), may(path, "delete"), may(path, "sudo")]).toEqual([true, true, true]);
    }
    const header = "sys/config/auditing/request-headers/X-Forwarded-For";
    expect([may("sys/audit", "read"), may(header, "update"), may(header, "delete")]).toEqual([true, true, true]);
    for (const path of ["sys/audit/second", "sys/audit/other", "sys/config/auditing/request-headers/X-Other"]) {
      expect(may(path, "update")).toBe(false);
    }
  });
});
