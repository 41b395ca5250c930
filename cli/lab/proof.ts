import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { formatDuration } from "../../constructs/core/duration";
import type { VaultClient } from "../vault-client";
import { type SessionOptions, withSession } from "../servers/postgres-session";

/** What a program could do with a role's credentials. */
export interface ProofRow {
  readonly role: string;
  readonly user: string;
  readonly ttl: string;
  /** The number of orders that it read. */
  readonly ordersRead: number;
  readonly couldWrite: boolean;
}

const insert = "INSERT INTO orders (customer_id, amount) SELECT min(id), 1 FROM customers";

/** Logs in as the sample application, and does with each role's credentials what the role is for, and what it is not. */
export async function proveCredentials(
  operator: VaultClient,
  database: Pick<SessionOptions, "host" | "port" | "database">,
): Promise<ProofRow[]> {
  const [roleId, secretId] = [
    await operator.readRoleId("approle", "orders-app"),
    await operator.issueSecretId("approle", "orders-app"),
  ];
  const application = operator.withToken(await operator.loginByAppRole("approle", roleId, secretId));
  const rows: ProofRow[] = [];
  for (const { role, writes } of [
    { role: "app-readonly", writes: false },
    { role: "app-writer", writes: true },
  ]) {
    const { username: user, password, leaseDuration } = await application.issueCredentials("database", role);
    const row = await withSession({ ...database, user, password }, async (client) => {
      const { rows: counted } = await client.query<{ count: number }>("SELECT count(*)::integer AS count FROM orders");
      return { ordersRead: counted[0]?.count ?? 0, couldWrite: await mayInsert(client.query.bind(client)) };
    });
    if (row.couldWrite !== writes) {
      throw new LeaseholdError(
        `role ${role}`,
        `could ${row.couldWrite ? "" : "not "}write`,
        `it should${writes ? "" : " not"}: check its groups`,
      );
    }
    rows.push({ role, user, ttl: formatDuration(leaseDuration), ...row });
  }
  return rows;
}

/** Tries to write an order, and takes it back. */
async function mayInsert(query: (sql: string) => Promise<unknown>): Promise<boolean> {
  await query("BEGIN");
  try {
    await query(insert);
    return true;
  } catch (thrown) {
    if (messageOf(thrown).includes("permission denied")) return false;
    throw thrown;
  } finally {
    await query("ROLLBACK");
  }
}
