import type { TerraformStack } from "cdktf";
import { AwsAuth } from "../../../constructs/auth/aws-auth";
import { AwsCredentials } from "../../../constructs/aws/aws-credentials";
import { GitHubAuth } from "../../../constructs/auth/github-auth";
import { LdapAuth } from "../../../constructs/auth/ldap-auth";
import { SecretInput } from "../../../constructs/core/secret-input";
import type { VaultServer } from "../../../constructs/core/server-features";
import type { CustomEngine } from "../../../constructs/database/custom-engines";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import type { StaticRotation } from "../../../constructs/database/static-role";
import { AwsSecretsEngine } from "../../../constructs/secrets/aws-secrets-engine";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { FileAuditDevice } from "../../../constructs/system/file-audit-device";
import { refusalOf } from "../../helpers/environments";
import { stackWithVault } from "../../helpers/synth";
import { postgresOptions } from "../database/declarations";

const openbao: VaultServer = { product: "openbao", version: "2.7" };
const vault: VaultServer = { product: "vault", edition: "community", version: "1.21" };
const enterprise: VaultServer = { product: "vault", edition: "enterprise", version: "1.21" };

const admin = { username: "vault_admin", password: SecretInput.variable("admin_password") };
const engine = (stack: TerraformStack) => new DatabaseSecretsEngine(stack, "Database");
const custom =
  (name: CustomEngine, settings: Record<string, string | string[]>, plugin?: string) => (stack: TerraformStack) =>
    engine(stack).addCustom("orders", { plugin: { engine: name, name: plugin }, settings, admin });
const rotating = (rotation: StaticRotation) => (stack: TerraformStack) =>
  engine(stack)
    .addPostgres("orders", postgresOptions)
    .addStaticRole("legacy", { username: "legacy", rotatesAtOnce: true, rotation });
const policy = (capability: "subscribe" | "recover" | "read") => (stack: TerraformStack) =>
  new VaultPolicy(stack, "Policy", {
    name: "events",
    rules: [{ path: "secret/data/app", capabilities: [capability], reason: "a test" }],
  });
const workloadIdentity = AwsCredentials.workloadIdentity({
  audience: "sts.amazonaws.com",
  roleArn: "arn:aws:iam::123456789012:role/vault",
});

type Declare = (stack: TerraformStack) => unknown;

/** What lacks it, what has it, and the beginning of the refusal. */
const cases: [string, VaultServer, VaultServer, Declare, string][] = [
  [
    "AwsAuth",
    openbao,
    vault,
    (s) => new AwsAuth(s, "Aws"),
    "[dev/Aws] auth method aws is given, and OpenBao 2.7 lacks",
  ],
  [
    "AwsAuth with workload identity",
    vault,
    enterprise,
    (s) => new AwsAuth(s, "Aws", { credentials: workloadIdentity }),
    "[dev/Aws] credentials.workloadIdentity is given, and Vault Community 1.21 lacks",
  ],
  [
    "AwsSecretsEngine",
    openbao,
    vault,
    (s) => new AwsSecretsEngine(s, "Aws"),
    "[dev/Aws] secrets engine aws is given, and OpenBao 2.7 lacks",
  ],
  [
    "AwsSecretsEngine with workload identity",
    vault,
    enterprise,
    (s) => new AwsSecretsEngine(s, "Aws", { credentials: workloadIdentity }),
    "[dev/Aws] credentials.workloadIdentity is given, and Vault Community 1.21 lacks",
  ],
  [
    "GitHubAuth",
    openbao,
    vault,
    (s) => new GitHubAuth(s, "GitHub", { organization: "company" }),
    "[dev/GitHub] auth method github is given, and OpenBao 2.7 lacks",
  ],
  [
    "LdapAuth",
    openbao,
    vault,
    (s) => new LdapAuth(s, "Ldap", { url: "ldaps://ldap.company.com", userDn: "dc=company" }),
    "[dev/Ldap] auth method ldap is given, and OpenBao 2.7 lacks",
  ],
  [
    "FileAuditDevice",
    openbao,
    vault,
    (s) => new FileAuditDevice(s, "Audit", { filePath: "/var/log/audit.log" }),
    "[dev/Audit] audit device file is given, and OpenBao 2.7 lacks an API that makes audit devices",
  ],
  [
    "StaticRole with a schedule",
    openbao,
    vault,
    rotating({ schedule: "0 3 * * 6" }),
    "[dev/Database/orders/legacy] rotation.schedule is given, and OpenBao 2.7 lacks",
  ],
  [
    "a policy with subscribe",
    openbao,
    vault,
    policy("subscribe"),
    "[dev/Policy] capability subscribe is given, and OpenBao 2.7 lacks",
  ],
  [
    "a policy with recover",
    { product: "vault", edition: "enterprise", version: "1.19" },
    vault,
    policy("recover"),
    "[dev/Policy] capability recover is given, and Vault Enterprise 1.19 lacks",
  ],
  [
    "MongoDbConnection",
    openbao,
    vault,
    (s) => engine(s).addMongoDb("orders", { hosts: ["mongodb.company.com"], admin }),
    "[dev/Database/orders] connection orders is given, and OpenBao 2.7 lacks a built-in plug-in for MongoDB",
  ],
  ...(
    [
      ["couchbase", { hosts: ["a"] }, "Couchbase"],
      ["elasticsearch", { url: "https://a" }, "Elasticsearch"],
      ["hana", { connectionUrl: "hdb://{{username}}:{{password}}@a:1" }, "SAP HANA"],
      ["mongodbatlas", { projectId: "a" }, "MongoDB Atlas"],
      ["mssql", { connectionUrl: "sqlserver://{{username}}:{{password}}@a:1433" }, "SQL Server"],
      ["redis_elasticache", { url: "a" }, "ElastiCache"],
      ["redshift", { connectionUrl: "postgresql://{{username}}:{{password}}@a:5439/dev" }, "Redshift"],
      ["snowflake", { connectionUrl: "{{username}}:{{password}}@a/b" }, "Snowflake"],
    ] as [CustomEngine, Record<string, string | string[]>, string][]
  ).map(([name, settings, title]): [string, VaultServer, VaultServer, Declare, string] => [
    `a connection to ${title}`,
    openbao,
    vault,
    custom(name, settings),
    `[dev/Database/orders] connection orders is given, and OpenBao 2.7 lacks a built-in plug-in for ${title}`,
  ]),
];

describe("what a server lacks", () => {
  it.each(cases)("%s: is refused there, and passes elsewhere", (_title, lacking, having, declare, refusal) => {
    expect(refusalOf(() => declare(stackWithVault({ server: lacking })))).toContain(refusal);
    expect(() => declare(stackWithVault({ server: having }))).not.toThrow();
  });

  it.each<[string, Declare]>([
    ["a period", rotating({ period: "24h" })],
    ["a policy without such capabilities", policy("read")],
    ["a plug-in of its own", custom("redshift", { connectionUrl: "x://{{username}}:{{password}}@a" }, "redshift-acme")],
    ["an engine that it has", custom("cassandra", { hosts: ["a"] })],
  ])("is not %s", (_title, declare) => {
    expect(() => declare(stackWithVault({ server: openbao }))).not.toThrow();
  });
});
