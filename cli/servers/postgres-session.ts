import { Client, type ClientConfig } from "pg";

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** @default no TLS */
  readonly ssl?: ClientConfig["ssl"];
}

/** A server that its superuser can reach. */
export interface SuperuserSessions {
  /** A session of the superuser, closed when `use` is done. */
  asSuperuser<T>(database: string, use: (client: Client) => Promise<T>): Promise<T>;
}

/** The superuser `postgres` of a server that listens on 127.0.0.1. */
export function superuserSessions(port: number, password: string): SuperuserSessions {
  return {
    asSuperuser: (database, use) => withSession({ host: "127.0.0.1", port, database, user: "postgres", password }, use),
  };
}

/** A session as a user, closed when `use` is done. */
export async function withSession<T>(options: SessionOptions, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...options, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined); // a server that goes away is seen by the query that fails
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
