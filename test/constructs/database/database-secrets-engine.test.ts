import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { PostgresConnection } from "../../../constructs/database/postgres-connection";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { addresses, onlyResource, stackWithVault, synth, validate } from "../../helpers/synth";
import { postgresOptions, roleOptions } from "./declarations";

function mount(props?: ConstructorParameters<typeof DatabaseSecretsEngine>[2]) {
  const stack = stackWithVault();
  const engine = new DatabaseSecretsEngine(stack, "Database", props);
  return { engine, stack, fields: () => onlyResource(synth(stack), "vault_mount") };
}

describe("DatabaseSecretsEngine", () => {
  it("mounts the engine at database, with the server's TTLs", () => {
    const { engine, fields } = mount();
    expect(fields()).toEqual({ type: "database", path: "database", description: "Short-lived database users" });
    expect(engine).toMatchObject({ path: "database", maxLeaseTtl: undefined });
  });

  it("takes a path, a description and TTLs, which Vault gets in seconds", () => {
    const { engine, fields } = mount({
      path: "team-a/database",
      description: "Users of team A",
      defaultLeaseTtl: "90m",
      maxLeaseTtl: "2d",
    });
    expect(fields()).toEqual({
      type: "database",
      path: "team-a/database",
      description: "Users of team A",
      default_lease_ttl_seconds: 5400,
      max_lease_ttl_seconds: 172_800,
    });
    expect(engine).toMatchObject({ path: "team-a/database", maxLeaseTtl: "2d" });
  });

  it("takes either TTL without the other, and both alike", () => {
    expect(mount({ defaultLeaseTtl: "1h" }).fields()).toMatchObject({ default_lease_ttl_seconds: 3600 });
    expect(mount({ defaultLeaseTtl: "1h" }).fields()).not.toHaveProperty("max_lease_ttl_seconds");
    expect(mount({ maxLeaseTtl: "1h" }).fields()).not.toHaveProperty("default_lease_ttl_seconds");
    expect(() => mount({ defaultLeaseTtl: "60m", maxLeaseTtl: "1h" })).not.toThrow();
  });

  it("is kept from being destroyed where it says so, and not otherwise", () => {
    expect(mount({ preventDestroy: true }).fields()).toHaveProperty("lifecycle", { prevent_destroy: true });
    expect(mount({ preventDestroy: false }).fields()).not.toHaveProperty("lifecycle");
  });

  it("refuses a preventDestroy that is neither true nor false", () => {
    expect(() => mount({ preventDestroy: "yes" as never })).toThrow(
      '[dev/Database] preventDestroy "yes" is not true or false: use one of them',
    );
  });

  it("refuses a default TTL above the maximum", () => {
    expect(() => mount({ defaultLeaseTtl: "48h", maxLeaseTtl: "24h" })).toThrow(
      "[dev/Database] defaultLeaseTtl 48h exceeds maxLeaseTtl 24h: lower defaultLeaseTtl or raise maxLeaseTtl",
    );
  });

  it.each(["defaultLeaseTtl", "maxLeaseTtl"])("refuses a malformed %s", (field) => {
    expect(() => mount({ [field]: "0h" })).toThrow(
      `[dev/Database] ${field} "0h" is not a duration: write a whole number of s, m, h or d`,
    );
  });

  it.each(["/database", "database/", "a//b", "", "data base", "${var.path}"])("refuses the path %j", (path) => {
    expect(() => mount({ path })).toThrow(
      `[dev/Database] path ${JSON.stringify(path)} can't be used in a Vault path: use names joined by "/"`,
    );
  });

  it("refuses a path that another mount of the stack has", () => {
    const { stack } = mount();
    expect(() => new DatabaseSecretsEngine(stack, "Second")).toThrow(
      '[dev/Second] mount "database" is declared already, by dev/Database: give one of the two another name',
    );
  });

  it("gives its resource to whoever must reach what it lacks", () => {
    const { engine, stack } = mount();
    (engine.node.defaultChild as { addOverride: (path: string, value: unknown) => void } | undefined)?.addOverride(
      "local",
      true,
    );
    expect(onlyResource(synth(stack), "vault_mount")).toMatchObject({ local: true });
  });

  it("declares connections below itself", () => {
    const { engine } = mount();
    const connection = engine.addPostgres("orders", postgresOptions);
    expect(connection.node.path).toBe("dev/Database/orders");
    expect(connection.engine).toBe(engine);
  });
});

describe("DatabaseSecretsEngine.fromPath", () => {
  it("declares nothing for the mount, whose literal path its parts use", () => {
    const stack = stackWithVault();
    const engine = DatabaseSecretsEngine.fromPath(stack, "Imported", "team-a/database");
    const policy = new VaultPolicy(stack, "Readers", { name: "readers" });
    engine.addPostgres("orders", postgresOptions).addRole("app", roleOptions).grantCredentials(policy);
    const synthesised = synth(stack);
    expect(addresses(synthesised).map((address) => address.split(".")[0])).toEqual([
      "vault_database_secret_backend_connection",
      "vault_database_secret_backend_role",
      "vault_policy",
    ]);
    expect(onlyResource(synthesised, "vault_database_secret_backend_connection")).toMatchObject({
      backend: "team-a/database",
    });
    expect(onlyResource(synthesised, "vault_database_secret_backend_role")).toMatchObject({
      backend: "team-a/database",
    });
    expect(policy.toHcl()).toContain('path "team-a/database/creds/app"');
    expect(() => validate(stack)).not.toThrow();
  });

  it("knows no TTL of the mount, so that none is refused for exceeding it", () => {
    const engine = DatabaseSecretsEngine.fromPath(stackWithVault(), "Imported", "database");
    expect(engine.maxLeaseTtl).toBeUndefined();
    const role = { ...roleOptions, maxTtl: "365d" } as const;
    expect(() => engine.addPostgres("orders", postgresOptions).addRole("app", role)).not.toThrow();
  });

  it("refuses a path that can't be one, and one that is declared in the stack", () => {
    const { stack } = mount();
    expect(() => DatabaseSecretsEngine.fromPath(stack, "Bad", "database/")).toThrow(
      '[dev/Bad] path "database/" can\'t be used in a Vault path',
    );
    expect(() => DatabaseSecretsEngine.fromPath(stack, "Imported", "database")).toThrow(
      '[dev/Imported] mount "database" is declared already, by dev/Database',
    );
  });
});

describe("DatabaseSecretsEngine.grantCredentials", () => {
  const statements = PostgresStatements.memberOf("app_ro");

  it("covers each role of the mount by name, also those declared later, and no wildcard", () => {
    const { engine, stack } = mount();
    const policy = new VaultPolicy(stack, "Dbas", { name: "dbas" });
    const orders = engine.addPostgres("orders", postgresOptions);
    orders.addRole("early", roleOptions);
    engine.grantCredentials(policy);
    orders.addRole("late", { ...roleOptions, statements });
    engine.addPostgres("billing", { ...postgresOptions, host: "billing.company.com" }).addRole("latest", roleOptions);
    expect(policy.toHcl().match(/^path .*/gm)).toEqual([
      'path "database/creds/early" {',
      'path "database/creds/late" {',
      'path "database/creds/latest" {',
    ]);
    expect(policy.toHcl()).not.toMatch(/[*+]/);
  });

  it("leaves out the roles of another mount", () => {
    const { engine, stack } = mount();
    const neighbour = new DatabaseSecretsEngine(stack, "Neighbour", { path: "neighbour" });
    const policy = new VaultPolicy(stack, "Dbas", { name: "dbas" });
    engine.addPostgres("orders", postgresOptions).addRole("app", roleOptions);
    neighbour.addPostgres("orders", { ...postgresOptions, host: "neighbour.company.com" }).addRole("app", roleOptions);
    engine.grantCredentials(policy);
    expect(policy.toHcl()).toContain('"database/creds/app"');
    expect(policy.toHcl()).not.toContain("neighbour");
  });

  it("covers a connection that was declared elsewhere in the stack", () => {
    const { engine, stack } = mount();
    const policy = new VaultPolicy(stack, "Dbas", { name: "dbas" });
    const connection = new PostgresConnection(stack, "Orders", { ...postgresOptions, name: "orders", engine });
    connection.addRole("app", roleOptions);
    engine.grantCredentials(policy);
    expect(policy.toHcl()).toContain('"database/creds/app"');
  });

  it("makes a policy that grants nothing where the mount has no roles", () => {
    const { engine, stack } = mount();
    engine.grantCredentials(new VaultPolicy(stack, "Dbas", { name: "dbas" }));
    expect(() => validate(stack)).toThrow("policy dbas grants nothing: grant it something or remove it");
  });
});
