import { dev } from "../../environments/dev";
import { environmentNames, loadEnvironments, parseEnvironment } from "../../environments/load";
import { loginsOf } from "../../environments/logins/logins";
import type { Environment, EnvironmentDefinition } from "../../environments/schema";
import { VaultStack } from "../../stacks/vault-stack";
import {
  addresses,
  namedResource,
  onlyResource,
  resources,
  synth,
  type Synthesised,
  testApp,
  validate,
} from "../helpers/synth";

const environments = loadEnvironments({});

function stackOf(environment: Environment): VaultStack {
  return new VaultStack(testApp(), environment.name, { environment, today: "2026-01-31" });
}

function synthesised(change: Partial<EnvironmentDefinition> = {}): Synthesised {
  return synth(stackOf(parseEnvironment({ ...dev, ...change })));
}

function policyPaths(result: Synthesised, name: string): (string | undefined)[] {
  const text = namedResource(result, "vault_policy", name)["policy"] as string;
  return [...text.matchAll(/^path "(.*)" \{$/gm)].map((match) => match[1]);
}

describe("VaultStack", () => {
  it("is one for each environment, by its name", () => {
    expect(environmentNames).toEqual(["dev", "staging", "prod", "lab"]);
    expect(environments.map((environment) => stackOf(environment).node.id)).toEqual(environmentNames);
  });

  it("has resources whose addresses are a contract: another address destroys what was deployed", () => {
    expect(addresses(synthesised())).toEqual([
      "vault_approle_auth_backend_role.auth-approle_ci_46FB738E",
      "vault_auth_backend.auth-approle_FA18E3F2",
      "vault_auth_backend.auth-kubernetes_01B4493F",
      "vault_auth_backend.auth-userpass_7EF9854D",
      "vault_database_secret_backend_connection.mount-analytics_data-warehouse_832BE72B",
      "vault_database_secret_backend_connection.mount-database_mysql-analytics_E611DFCB",
      "vault_database_secret_backend_connection.mount-database_postgres-dev_C2D392B6",
      "vault_database_secret_backend_role.mount-analytics_data-warehouse_admin_376D60CE",
      "vault_database_secret_backend_role.mount-analytics_data-warehouse_analyst_5F95BE4F",
      "vault_database_secret_backend_role.mount-analytics_data-warehouse_etl-writer_A0B224EA",
      "vault_database_secret_backend_role.mount-database_mysql-analytics_analytics-readonly_4F40C6FB",
      "vault_database_secret_backend_role.mount-database_mysql-analytics_analytics-writer_CF7971A7",
      "vault_database_secret_backend_role.mount-database_postgres-dev_admin_9D70E35C",
      "vault_database_secret_backend_role.mount-database_postgres-dev_app-readonly_2E24F0EE",
      "vault_database_secret_backend_role.mount-database_postgres-dev_app-writer_19EFDE4B",
      "vault_generic_endpoint.mount-pki-root_Crl_3B636226",
      "vault_generic_endpoint.mount-pki-root_Tidy_AC6E1B55",
      "vault_generic_endpoint.mount-pki_Crl_EFB60F8D",
      "vault_generic_endpoint.mount-pki_Tidy_B707491A",
      "vault_generic_endpoint.mount-secret_secret-dev--app--payments--api-key_Metadata_94F08E95",
      "vault_identity_entity.auth-userpass_analyst_Entity_DE39A4AF",
      "vault_identity_entity.auth-userpass_developer_Entity_69482926",
      "vault_identity_entity_alias.auth-userpass_analyst_Entity_Alias-userpass_AF44E67B",
      "vault_identity_entity_alias.auth-userpass_developer_Entity_Alias-userpass_37340357",
      "vault_kubernetes_auth_backend_config.auth-kubernetes_Config_05607338",
      "vault_kubernetes_auth_backend_role.auth-kubernetes_app_012ECB2F",
      "vault_kubernetes_auth_backend_role.auth-kubernetes_etl_4A620357",
      "vault_kv_secret_backend_v2.mount-secret_Config_C7DE5621",
      "vault_mount.mount-analytics_FA8D1016",
      "vault_mount.mount-database_AF84B0BA",
      "vault_mount.mount-pki-root_0F3B78E7",
      "vault_mount.mount-pki_7EB13D81",
      "vault_mount.mount-secret_3C010D0C",
      "vault_mount.mount-transit_BBB4BD99",
      "vault_password_policy.password-policy-strong_6C9B5003",
      "vault_pki_secret_backend_config_cluster.mount-pki-root_Cluster_FE912212",
      "vault_pki_secret_backend_config_cluster.mount-pki_Cluster_159E79EC",
      "vault_pki_secret_backend_config_issuers.mount-pki-root_Issuers_AA6C8BEB",
      "vault_pki_secret_backend_config_issuers.mount-pki_Issuers_2B99E8E6",
      "vault_pki_secret_backend_config_urls.mount-pki-root_Urls_07A4D8F1",
      "vault_pki_secret_backend_config_urls.mount-pki_Urls_7E52E855",
      "vault_pki_secret_backend_intermediate_cert_request.mount-pki_services-2026_Request_CE97E7B9",
      "vault_pki_secret_backend_intermediate_set_signed.mount-pki_services-2026_Import_63E5399C",
      "vault_pki_secret_backend_issuer.mount-pki-root_root-2026_73884A28",
      "vault_pki_secret_backend_issuer.mount-pki_services-2026_8BE56213",
      "vault_pki_secret_backend_key.mount-pki-root_root-2026_Key_D86486ED",
      "vault_pki_secret_backend_key.mount-pki_services-2026_Key_D166437A",
      "vault_pki_secret_backend_role.mount-pki_services_89200390",
      "vault_pki_secret_backend_root_cert.mount-pki-root_root-2026_Certificate_84A5E128",
      "vault_pki_secret_backend_root_sign_intermediate.mount-pki_services-2026_Signature_03F90797",
      "vault_policy.auth-approle_ci_Policy_416DF6CA",
      "vault_policy.auth-kubernetes_app_Policy_92CC0102",
      "vault_policy.auth-kubernetes_etl_Policy_04D67D5C",
      "vault_policy.auth-userpass_analyst_Entity_Policy_E40B4E63",
      "vault_policy.auth-userpass_developer_Entity_Policy_BDB30E34",
      "vault_policy.policy-analysts_3CBA0DC4",
      "vault_policy.policy-data-platform_F6373B0D",
      "vault_policy.policy-dbas_4C2A824D",
      "vault_policy.policy-developers_83B0A48C",
      "vault_transit_secret_backend_key.mount-transit_key-app-data_0C9AC7F5",
      "vault_transit_secret_backend_key.mount-transit_key-app-tokens_F459C33B",
    ]);
  });

  it("writes down who does what before anything lets credentials out", () => {
    const result = synthesised({
      audit: [
        { type: "file", filePath: "/var/log/vault/audit.log" },
        { type: "syslog" },
        { type: "socket", address: "127.0.0.1:9090" },
        { type: "server-configuration", path: "stdout", document: "infrastructure/vault.hcl" },
      ],
      auditedHeaders: [{ name: "X-Forwarded-For" }],
    });
    expect(resources(result, "vault_audit").map(({ type }) => type)).toEqual(["file", "socket", "syslog"]);
    expect(onlyResource(result, "vault_audit_request_header")).toMatchObject({ name: "X-Forwarded-For" });
    const devices = addresses(result).filter((address) => address.startsWith("vault_audit."));
    expect(devices).toEqual([
      "vault_audit.audit-file_BF5A5F56",
      "vault_audit.audit-socket_141A7B38",
      "vault_audit.audit-syslog_A3FCB709",
    ]);
    const issuers = [...resources(result, "vault_mount"), ...resources(result, "vault_auth_backend")];
    expect(issuers).toHaveLength(9);
    // A request that is under way while a device is enabled may fail once it is carried out.
    const others = [...resources(result, "vault_policy"), ...resources(result, "vault_identity_entity")];
    expect(others.length).toBeGreaterThan(0);
    for (const each of [...issuers, ...others]) expect([...(each["depends_on"] as string[])].sort()).toEqual(devices);
  });

  it("keeps mounts and connections from being destroyed where the environment says so, and roles never", () => {
    const lifecycles = (result: Synthesised, type: string) => resources(result, type).map(({ lifecycle }) => lifecycle);
    const kept = synthesised({ preventDestroy: true });
    const keep = { prevent_destroy: true };
    expect(lifecycles(kept, "vault_mount")).toEqual(Array.from({ length: 6 }, () => keep));
    expect(lifecycles(kept, "vault_database_secret_backend_connection")).toEqual([keep, keep, keep]);
    expect(new Set(lifecycles(kept, "vault_database_secret_backend_role"))).toEqual(new Set([undefined]));
    expect(new Set(lifecycles(synthesised(), "vault_mount"))).toEqual(new Set([undefined]));
    expect(new Set(lifecycles(synthesised(), "vault_database_secret_backend_connection"))).toEqual(
      new Set([undefined]),
    );
  });

  it("grants dev's developers and programs what they were given, and its dbas every role", () => {
    const result = synthesised();
    expect(policyPaths(result, "developers")).toEqual(["database/creds/app-readonly", "database/creds/app-writer"]);
    expect(policyPaths(result, "approle-ci")).toEqual([
      "auth/token/lookup-self",
      "auth/token/renew-self",
      "auth/token/revoke-self",
      "database/creds/app-readonly",
      "sys/leases/lookup",
      "sys/leases/renew",
    ]);
    const credentials = (name: string) => policyPaths(result, name).filter((path) => path?.includes("/creds/"));
    expect(credentials("dbas").filter((path) => path?.startsWith("database/"))).toEqual([
      "database/creds/admin",
      "database/creds/analytics-readonly",
      "database/creds/analytics-writer",
      "database/creds/app-readonly",
      "database/creds/app-writer",
    ]);
    expect(policyPaths(result, "dbas").filter((path) => path?.includes("analytics/"))).toEqual([]);
    expect(policyPaths(result, "analysts")).toEqual(["analytics/creds/analyst", "database/creds/analytics-readonly"]);
    expect(policyPaths(result, "data-platform")).toEqual([
      "analytics/creds/admin",
      "analytics/creds/analyst",
      "analytics/creds/etl-writer",
    ]);
    expect(credentials("kubernetes-app")).toEqual(["database/creds/app-writer"]);
    expect(credentials("kubernetes-etl")).toEqual(["analytics/creds/etl-writer"]);
  });

  it("keeps developers of prod from writing", () => {
    const prod = environments.find(({ name }) => name === "prod") as Environment;
    expect(policyPaths(synth(stackOf(prod)), "developers")).toEqual(["database/creds/app-readonly"]);
  });

  it("attaches declared policies to a login, besides its own", () => {
    const auth = [
      {
        method: "approle" as const,
        path: "approle",
        roles: [{ name: "app", policies: ["developers"], credentials: ["database/admin"] }],
      },
    ];
    const role = onlyResource(synthesised({ auth }), "vault_approle_auth_backend_role");
    expect(role["token_policies"]).toEqual(["approle-app", "developers"]);
  });

  it("passes on whatever an environment says of its mounts", () => {
    const mounts = [
      { path: "database", type: "database" as const, maxLeaseTtl: "48h" as const, description: "Users of dev" },
      { path: "team-a/database", type: "database" as const, defaultLeaseTtl: "1h" as const },
    ];
    const databases = dev.databases.filter(({ mount }) => mount === "database");
    const found = resources(synthesised({ mounts, databases, engines: [], auth: [], policies: [] }), "vault_mount");
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({
      type: "database",
      path: "database",
      description: "Users of dev",
      max_lease_ttl_seconds: 172_800,
    });
    expect(found).toContainEqual({
      type: "database",
      path: "team-a/database",
      description: "Short-lived database users",
      default_lease_ttl_seconds: 3600,
    });
  });

  it("refuses an environment that went round the schema", () => {
    const environment = parseEnvironment(dev);
    expect(() => stackOf({ ...environment, mounts: [] })).toThrow(
      "database passed the environment's schema without being declared",
    );
  });
});

describe.each(environments)("the stack of $name", (environment) => {
  it("passes its own validations", () => {
    expect(() => validate(stackOf(environment))).not.toThrow();
  });

  it("names its own Vault server and provider", () => {
    const { provider, terraform } = synth(stackOf(environment));
    expect(provider["vault"]).toEqual([expect.objectContaining({ address: environment.vault.address })]);
    expect(terraform.required_providers["vault"]).toEqual({
      source: "hashicorp/vault",
      version: environment.vault.provider ?? "~> 5.6",
    });
  });

  it("logs in as its environment says", () => {
    const login = synth(stackOf(environment)).provider["vault"]?.[0]?.["auth_login"];
    const expected = [
      {
        path: "auth/deployer/login",
        parameters: { role_id: "${var.vault_role_id}", secret_id: "${var.vault_secret_id}" },
      },
    ];
    expect(login).toEqual(environment.vault.login?.method === "approle" ? expected : undefined);
  });

  it("keeps its state where its environment says", () => {
    expect(Object.keys(synth(stackOf(environment)).terraform.backend)).toEqual([environment.state.backend]);
  });

  it("has every declared database, role, login and policy", () => {
    const result = synth(stackOf(environment));
    const names = (type: string) => resources(result, type).map((fields) => fields["name"] ?? fields["role_name"]);
    const { databases, auth } = environment;
    expect(names("vault_database_secret_backend_connection").sort()).toEqual(databases.map(({ name }) => name).sort());
    expect(names("vault_database_secret_backend_role").sort()).toEqual(
      databases.flatMap(({ roles }) => roles.map(({ name }) => name)).sort(),
    );
    for (const type of ["approle", "kubernetes", "jwt"] as const) {
      const logins = auth.filter(({ method }) => method === type).flatMap(loginsOf);
      expect(names(`vault_${type}_auth_backend_role`)).toEqual(logins.map(({ login }) => login.name));
    }
    const people = auth.filter(({ method }) => method === "ldap").flatMap(loginsOf);
    expect(
      resources(result, "vault_ldap_auth_backend_group")
        .map(({ groupname }) => groupname)
        .sort(),
    ).toEqual(people.map(({ login }) => login.name).sort());
    expect(names("vault_policy")).toEqual(expect.arrayContaining(environment.policies.map(({ name }) => name)));
  });

  it("is destroyed from the roles to the mount, for each refers to what it needs", () => {
    const { resource } = synth(stackOf(environment));
    const ofDatabases = Object.entries(resource["vault_mount"] ?? {}).filter(([, { type }]) => type === "database");
    const mounts = ofDatabases.map(([id]) => id);
    const connections = Object.entries(resource["vault_database_secret_backend_connection"] ?? {});
    const roles = Object.values(resource["vault_database_secret_backend_role"] ?? {});
    for (const [, { backend }] of connections)
      expect(mounts.map((id) => `\${vault_mount.${id}.path}`)).toContain(backend);
    const references = connections.map(([id]) => `\${vault_database_secret_backend_connection.${id}.name}`);
    for (const { db_name } of roles) expect(references).toContain(db_name);
    const { mounts: declared, databases } = environment;
    expect([mounts.length, connections.length, roles.length]).toEqual([
      declared.length,
      databases.length,
      databases.reduce((count, database) => count + database.roles.length, 0),
    ]);
  });

  it("holds no secret, only references to sensitive variables without defaults", () => {
    const { variable, resource, provider, terraform } = synth(stackOf(environment));
    const text = JSON.stringify({ resource, provider, terraform });
    const names = Object.keys(variable);
    expect(names).toEqual(expect.arrayContaining(secretNames(environment)));
    expect(names).toHaveLength(secretNames(environment).length);
    for (const name of names) {
      expect(variable[name]).toMatchObject({ sensitive: true, nullable: false, type: "string" });
      expect(variable[name]).not.toHaveProperty("default");
      const uses = text.split(name).length - 1;
      expect(uses).toBeGreaterThan(0);
      expect(text.split(`"\${var.${name}}"`)).toHaveLength(uses + 1);
    }
  });

  it("keeps every secret out of plan and state: ephemeral variables, write-only arguments", () => {
    const result = synth(stackOf(environment));
    // The provider has no write-only argument for it below 5.7: the directory's login can search, and nothing else.
    const { ldap_bind_password: bindPassword, ...others } = result.variable;
    if (bindPassword !== undefined) expect(bindPassword).not.toHaveProperty("ephemeral");
    for (const variable of Object.values(others)) expect(variable).toMatchObject({ ephemeral: true });
    for (const connection of resources(result, "vault_database_secret_backend_connection")) {
      const block = connection["postgresql"] ?? connection["mysql"];
      expect(block).toHaveProperty("password_wo");
      expect(block).not.toHaveProperty("password");
    }
  });

  it("does not look at the values of its secrets", () => {
    const canary = "canary-8c1f";
    const secrets = secretNames(environment).map((name) => [`TF_VAR_${name}`, canary]);
    const host = { ...(Object.fromEntries(secrets) as Record<string, string>), VAULT_TOKEN: canary };
    const replaced = jest.replaceProperty(process, "env", host);
    try {
      const loaded = loadEnvironments().find(({ name }) => name === environment.name) as Environment;
      expect(JSON.stringify(synth(stackOf(loaded)))).not.toContain(canary);
    } finally {
      replaced.restore();
    }
  });
});

/** The variables of all secrets that an environment declares. */
function secretNames({ vault: { login }, databases, auth }: Environment): string[] {
  const ofLogin = login?.method === "approle" ? [login.roleId, login.secretId] : [];
  const ofDirectory = auth.flatMap((method) =>
    method.method === "ldap" && method.bindPassword !== undefined ? [method.bindPassword] : [],
  );
  return [...ofLogin, ...databases.map(({ admin }) => admin.password), ...ofDirectory].map(
    ({ variableName }) => variableName,
  );
}
