import { SecretInput } from "../constructs/core/secret-input";
import type { EnvironmentDefinition } from "./schema";
import { standardBootstrap, standardRoles } from "./standard";

/** The lab on one machine. `npm run lab` overrides the addresses and the provider with what it starts and finds. */
export const lab: EnvironmentDefinition = {
  name: "lab",
  tier: "lab",
  vault: { address: "http://127.0.0.1:8200" },
  state: { backend: "local" },
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
      bootstrap: { ...standardBootstrap, version: 18 },
      roles: standardRoles,
    },
  ],
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
        },
      ],
    },
  ],
  policies: [
    { name: "developers", credentials: ["database/app-readonly", "database/app-writer"] },
    { name: "dbas", allCredentialsOf: ["database"] },
  ],
};
