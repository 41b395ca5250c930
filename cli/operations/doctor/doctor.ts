import type { DatabaseDefinition } from "../../../environments/databases/schema";
import type { DatabaseAdministrator } from "../../database/administrator";
import { clusterStatus } from "../nodes";
import type { VaultPlace } from "../vault-place";
import { type Diagnosis, examine } from "./diagnosis";
import { leases, orphans, token } from "./lease-checks";
import { audit, certificate, clock, cluster, reachability, seal } from "./server-checks";

export interface DoctorOptions {
  /** Nodes by their own addresses. */
  readonly nodes: readonly string[];
  /** Databases whose users are compared with leases, and logins to them. */
  readonly databases: readonly {
    readonly database: DatabaseDefinition;
    readonly administrator: DatabaseAdministrator;
  }[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Looks at a server from outside to inside, and changes nothing. */
export async function examineServer(place: VaultPlace, { nodes, databases, now }: DoctorOptions): Promise<Diagnosis[]> {
  const status = await clusterStatus(place, nodes);
  const outside = [
    ...status.nodes.map(reachability),
    ...(await Promise.all(status.nodes.map(({ address }) => certificate(place.learned(address), now)))),
    ...status.nodes.flatMap(clock),
    ...status.nodes.flatMap(seal),
    ...cluster(status),
  ];
  const serves = status.nodes.some(({ state }) => state === "active" || state === "standby");
  if (!serves) return [...outside, unseen("no node serves", "do what is said of the nodes first")];
  if (!place.hasToken)
    return [...outside, unseen("VAULT_TOKEN is not set", "set it to a token that may read sys/audit and sys/leases")];
  const vault = place.client();
  return [
    ...outside,
    ...(await examine("audit", () => audit(vault))),
    ...(await examine("leases", () => leases(vault))),
    ...(databases.length === 0
      ? [
          {
            check: "orphans",
            verdict: "skipped" as const,
            finding: "no login to a database was given",
            remedy: "name an environment, --database and --user, with its password in LEASEHOLD_DATABASE_PASSWORD",
          },
        ]
      : (await Promise.all(databases.map((each) => orphans(vault, each.database, each.administrator)))).flat()),
    ...(await examine("token in VAULT_TOKEN", () => token(vault))),
  ];
}

function unseen(finding: string, remedy: string): Diagnosis {
  return { check: "audit, leases, token", verdict: "unseen", finding, remedy };
}
