/**
 * What a server is hardened with where nobody says otherwise: once for the construct `Hardening` and for the environments of
 * `environments/standard.ts`. Everything else that is safe is so by default in the construct that it is about.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/production-hardening
 */
export const hardened = {
  /** The client that a load balancer names. */
  auditedHeaders: [{ name: "X-Forwarded-For" }, { name: "X-Real-IP" }],
  /** 145 bits, of characters that no statement, URL or shell needs quoted. */
  passwordPolicy: {
    name: "strong",
    length: 24,
    charsets: [{ charset: "lowercase" }, { charset: "uppercase" }, { charset: "digits" }, { charset: "symbols" }],
  },
  /** What one client may ask the server: far above what a program needs, and below what stops the server. */
  requests: { rate: 500, interval: "1s" },
  /** How often one client may try to log in by one method. */
  // Logins alone: Terraform reads what a method is made of, and is a client too.
  logins: { below: "login*", rate: 60, interval: "1m" },
  /** What browsers are told besides the Content-Security-Policy that Vault itself sends. */
  uiHeaders: [
    { name: "X-Content-Type-Options", value: "nosniff" },
    { name: "Referrer-Policy", value: "no-referrer" },
  ],
  /** A pool that can't exhaust a database, and lets go of what a firewall or a failover has cut. */
  connection: { maxOpenConnections: 5, maxIdleConnections: 2, maxConnectionLifetime: "5m" },
  /** Writes name the version that they replace, and ten can be gone back to. */
  kv: { casRequired: true, maxVersions: 10 },
} as const;
