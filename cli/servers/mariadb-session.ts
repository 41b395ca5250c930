import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";

/** A session as a user; whoever opens it closes it. */
export async function openMariaDbSession(options: ConnectionOptions): Promise<Connection> {
  const connection = await createConnection({ connectTimeout: 10_000, ...options });
  connection.on("error", () => undefined); // a server that goes away is seen by the query that fails
  return connection;
}

/** A session as a user, closed when `use` is done. */
export async function withMariaDbSession<T>(
  options: ConnectionOptions,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openMariaDbSession(options);
  try {
    return await use(connection);
  } finally {
    await connection.end().catch(() => connection.destroy());
  }
}
