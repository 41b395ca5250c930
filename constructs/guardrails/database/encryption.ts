import { errorFromStaging } from "../../core/rule";
import { textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionsOf, type DeclaredConnection } from "./connection";

/** What is said of a connection whose traffic can be read; undefined where it is encrypted, or where it can't be told. */
function unencrypted({ engine, settings }: DeclaredConnection): string | undefined {
  const url = textOf(settings, "connection_url") ?? textOf(settings, "url") ?? "";
  const parameter = (name: string) => new RegExp(`[?&;\\s]${name}=([\\w-]+)`, "i").exec(url)?.[1]?.toLowerCase();
  switch (engine) {
    case "postgresql":
    case "redshift": {
      const mode = parameter("sslmode");
      if (["require", "verify-ca", "verify-full"].includes(mode ?? "")) return undefined;
      return mode === undefined ? "the URL has no sslmode, so the server decides" : `the URL has sslmode=${mode}`;
    }
    case "mysql": {
      const mode = parameter("tls");
      if (settings["tls_ca"] !== undefined || ["true", "skip-verify", "custom"].includes(mode ?? "")) return undefined;
      return mode === undefined ? "the URL has no tls=, and there is no tls_ca" : `the URL has tls=${mode}`;
    }
    case "mongodb": {
      const mode = parameter("tls") ?? parameter("ssl") ?? (url.startsWith("mongodb+srv://") ? "true" : undefined);
      if (mode === "true" || settings["tls_ca"] !== undefined) return undefined;
      return mode === undefined ? "the URL has no tls=true" : `the URL has tls=${mode}`;
    }
    case "elasticsearch":
      return url.startsWith("http:") ? "the URL begins with http:" : undefined;
    case "redis":
    case "couchbase":
      return settings["tls"] === true ? undefined : "tls is not true";
    default:
      return settings["tls"] === false ? "tls is false" : undefined;
  }
}

export const encryption: Guardrail = {
  id: "LH-DB-004",
  title: "connections are encrypted",
  why: "the admin's password, every new user's password and all rows cross the network as they are",
  remedy: "ask for TLS and have the certificate checked: sslmode=verify-full, or tls=true",
  severity: errorFromStaging,
  references: ["https://www.postgresql.org/docs/current/libpq-ssl.html", "https://github.com/go-sql-driver/mysql#tls"],
  check: (declaration) =>
    connectionsOf(declaration).flatMap((connection) => {
      const problem = unencrypted(connection);
      return problem === undefined ? [] : [{ resource: connection.resource, problem }];
    }),
};
