import { SecretInput } from "../constructs/core/secret-input";
import { authorities, passingKeys, secrets } from "./company/engines";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardConnection, standardHardening, standardRoles } from "./standard";

/** The lab on one machine. `npm run lab` overrides the addresses and the provider with what it starts and finds. */
export const lab: EnvironmentDefinition = {
  name: "lab",
  tier: "lab",
  vault: { address: "http://127.0.0.1:8200" },
  state: { backend: "local" },
  containers: { databases: [{ engine: "postgres", port: 5432, database: "orders" }] },
  passwordPolicies: standardHardening.passwordPolicies,
  mounts: [{ path: "database", type: "database", maxLeaseTtl: "24h" }],
  databases: [
    {
      engine: "postgres",
      name: "orders",
      mount: "database",
      host: "127.0.0.1",
      database: "orders",
      // The lab's server listens on loopback only and has no certificate.
      tls: "disable",
      admin: { username: "vault_admin", password: SecretInput.variable("orders_admin_password") },
      ...standardConnection,
      bootstrap: { ...standardBootstrap, version: 18 },
      roles: standardRoles,
    },
  ],
  engines: [secrets("lab"), passingKeys, ...authorities({ from: "http://127.0.0.1:8200" })],
  auth: [
    {
      method: "approle",
      path: "approle",
      roles: [
        {
          name: "orders-app",
          tokenTtl: "1h",
          tokenMaxTtl: "8h",
          secretIdTtl: "10m",
          secretIdUses: 1,
          credentials: ["database/app-readonly", "database/app-writer"],
          kv: [{ mount: "secret", path: "lab/app", may: ["read"] }],
          transit: [{ mount: "transit", key: "app-data", may: ["encrypt", "decrypt"] }],
          pki: [{ mount: "pki", role: "services", may: ["issue"] }],
        },
      ],
    },
  ],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
