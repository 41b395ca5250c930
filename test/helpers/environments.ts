import { LeaseholdError } from "../../constructs/core/errors";
import { SecretInput } from "../../constructs/core/secret-input";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../environments/schema";

/** The message of the LeaseholdError that `run` throws; anything else fails the test. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof LeaseholdError) return thrown.message;
    throw thrown;
  }
  throw new Error("nothing was refused");
}

/** An environment that fits, with two of everything that can be declared twice. */
export function soundEnvironment(): EnvironmentDefinition {
  return {
    name: "test",
    vault: { address: "https://vault.example.com" },
    state: { backend: "local" },
    mounts: [
      { path: "database", type: "database", defaultLeaseTtl: "1h", maxLeaseTtl: "24h" },
      { path: "reports/database", type: "database" },
    ],
    databases: [database("orders", ["orders-reader", "orders-writer"]), database("billing", ["billing-reader"])],
    auth: [
      { method: "approle", path: "approle", roles: [login("app"), login("worker")] },
      { method: "approle", path: "approle-ci", roles: [login("ci")] },
    ],
    policies: [
      { name: "developers", credentials: ["database/orders-reader"] },
      { name: "dbas", allCredentialsOf: ["database"] },
    ],
  };
}

/**
 * The sound environment with values put at paths such as `databases[0].name`. It is `unknown`, since the point of most changes
 * is that they don't fit.
 */
export function environmentWith(changes: Readonly<Record<string, unknown>>): unknown {
  return withChanges(soundEnvironment(), changes);
}

/** The very object, with values put at paths such as `databases[0].name`. */
export function withChanges(changed: object, changes: Readonly<Record<string, unknown>>): unknown {
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
    const last = steps.pop() ?? "";
    let holder = changed as Record<string, unknown>;
    for (const step of steps) holder = holder[step] as Record<string, unknown>;
    holder[last] = value;
  }
  return changed;
}

function database(name: string, roles: readonly string[]): EnvironmentDefinition["databases"][number] {
  return {
    engine: "postgres",
    name,
    mount: "database",
    host: `${name}.example.com`,
    database: name,
    admin: { username: "vault_admin", password: SecretInput.variable(`${name}_admin_password`) },
    bootstrap: { version: 16, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
    roles: roles.map((role) => ({
      name: role,
      statements: PostgresStatements.memberOf("app_ro"),
      defaultTtl: "1h",
      maxTtl: "8h",
    })),
  };
}

function login(name: string) {
  return {
    name,
    tokenTtl: "20m" as const,
    tokenMaxTtl: "1h" as const,
    credentials: ["database/orders-reader"],
    policies: ["developers"],
  };
}
