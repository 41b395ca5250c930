import type { PolicyServer } from "./policy-server";

/** On both. */
const shared = [
  "sys/audit",
  "sys/audit/*",
  "sys/auth/*",
  "sys/config/auditing/*",
  "sys/config/cors",
  "sys/config/ui/headers/*",
  "sys/internal/inspect/*",
  "sys/leases",
  "sys/leases/lookup/*",
  "sys/leases/revoke-force/*",
  "sys/leases/revoke-prefix/*",
  "sys/plugins/catalog/*",
  "sys/raw",
  "sys/raw/*",
  "sys/remount",
  "sys/revoke-force/*",
  "sys/revoke-prefix/*",
  "sys/rotate",
  "sys/seal",
  "sys/step-down",
];

/**
 * The paths on which a request needs `sudo` besides its capability; `*` at the end stands for any rest. These are the ones of
 * mounts that every server has. A PKI mount adds `root` and `root/sign-self-issued` below its own path.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#root-protected-api-endpoints
 */
export const rootProtectedPaths: Readonly<Record<PolicyServer, readonly string[]>> = {
  vault: [
    ...shared,
    "auth/token/accessors/",
    "auth/token/revoke-orphan",
    "sys/internal/counters/activity/export",
    "sys/plugins/runtimes/catalog/*",
    "sys/replication/dr/primary/secondary-token",
    "sys/replication/dr/reindex",
    "sys/replication/performance/primary/secondary-token",
    "sys/replication/performance/reindex",
    "sys/replication/primary/secondary-token",
    "sys/replication/reindex",
    "sys/reporting/scan",
    "sys/storage/raft/snapshot-auto/config/*",
  ],
  openbao: [...shared, "auth/token/accessors*", "auth/token/revoke-orphan/*", "sys/rotate/keyring", "sys/rotate/root"],
};

/** The same, parted into whole paths and beginnings of paths. */
const byServer = { vault: parted(rootProtectedPaths.vault), openbao: parted(rootProtectedPaths.openbao) };

function parted(paths: readonly string[]) {
  const beginnings = paths.filter((path) => path.endsWith("*")).map((path) => path.slice(0, -1));
  return { whole: new Set(paths), beginnings };
}

/** Whether a request for the path needs `sudo` too. A listing's path ends in `/`. */
export function isRootProtected(path: string, server: PolicyServer): boolean {
  const { whole, beginnings } = byServer[server];
  return whole.has(path) || beginnings.some((beginning) => path.startsWith(beginning));
}
