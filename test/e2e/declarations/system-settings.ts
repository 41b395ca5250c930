import { SecretInput } from "../../../constructs/core/secret-input";
import { PostgresStatements } from "../../../constructs/database/statements/postgres-statements";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export const settings = "system-settings";
export const passwordPolicy = "system-settings-strong";
export const rateLimit = "system-settings-logins";
export const origin = "https://portal.example.com";
export const uiHeader = "X-Leasehold-Trial";

export interface SystemSettings {
  readonly port: number;
  /** Whether the connection names the policy, and there is one. */
  readonly withPolicy: boolean;
  /** Length of a password by the declaration's own rule; with undefined it is Vault's. */
  readonly length?: number;
  readonly withBrowser: boolean;
  readonly allowedHeaders: string[];
}

/** A database whose users have passwords by a policy of its own, a login that is limited, and a server for browsers. */
export function declare({
  port,
  withPolicy,
  length,
  withBrowser,
  allowedHeaders,
  ...server
}: SystemSettings & TrialServer): EnvironmentDefinition {
  return {
    name: settings,
    ...server,
    mounts: [{ path: `${settings}/database`, type: "database" }],
    databases: [
      {
        engine: "postgres",
        name: "orders",
        mount: `${settings}/database`,
        host: "127.0.0.1",
        port,
        database: "orders",
        tls: "disable",
        admin: { username: "vault_admin", password: SecretInput.variable("admin_password") },
        ...(withPolicy ? { passwordPolicy } : {}),
        bootstrap: { version: 18, ownerRole: "app_owner", groups: { app_ro: "read-only" }, schemas: ["public"] },
        staticRoles: [{ name: "legacy", username: "legacy", rotation: { period: "1d" }, rotatesAtOnce: true }],
        roles: [
          {
            name: "reader",
            statements: PostgresStatements.memberOf("app_ro"),
            defaultTtl: "1h",
            maxTtl: "4h",
          },
        ],
      },
    ],
    auth: [
      {
        method: "approle",
        path: `${settings}/approle`,
        roles: [{ name: "app", tokenTtl: "20m", secretIdUses: 40, secretIdTtl: "1h" }],
      },
    ],
    policies: [],
    passwordPolicies: withPolicy
      ? [
          {
            name: passwordPolicy,
            length: length ?? 20,
            charsets:
              length === undefined
                ? [{ charset: "lowercase" }, { charset: "uppercase" }, { charset: "digits" }, { characters: "-" }]
                : [
                    { charset: "lowercase", minChars: 4 },
                    { charset: "uppercase", minChars: 4 },
                    { charset: "digits", minChars: 4 },
                    { characters: "._~", minChars: 2 },
                  ],
          },
        ]
      : [],
    rateLimits: [
      { name: rateLimit, path: `auth/${settings}/approle`, role: "app", rate: 5, interval: "1m", blockInterval: "1m" },
      { name: `${rateLimit}-below`, path: `${settings}/database`, below: "creds/reader", rate: 100 },
    ],
    ...(withBrowser
      ? { cors: { allowedOrigins: [origin], allowedHeaders }, uiHeaders: [{ name: uiHeader, value: "tried, twice" }] }
      : {}),
  };
}
