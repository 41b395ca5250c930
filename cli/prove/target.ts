import type { Outcome } from "./finding";

/** Something to try as a user. */
export interface Probe {
  /** What is tried, such as `DELETE on public.orders`. */
  readonly what: string;
  /** The statement. Unless `alone`, it runs in a transaction that is taken back. */
  readonly sql: string;
  readonly expected: boolean;
  /** Statements that can't run in a transaction; `undo` takes them back where they were allowed. */
  readonly alone?: { readonly undo?: string };
}

/** A session as a user. */
export interface ProofSession {
  attempt(probe: Pick<Probe, "sql" | "alone">): Promise<Outcome>;
  /** Whether the server still answers it. */
  isAlive(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a role is held to. */
export interface ProvenRole {
  readonly name: string;
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
  readonly renewal: readonly string[];
  /** Seconds. */
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly probes: readonly Probe[];
  /** Statements after each of which a session must still end with its user; the empty one leaves the session as it began. */
  readonly sessions: readonly string[];
  /** Makes something that outlives the user; undefined where the users may make nothing. */
  readonly creates?: { readonly sql: string; readonly heir: string; readonly heirQuery: string; readonly undo: string };
}

/** A static role that is tried. */
export interface ProvenStaticRole {
  readonly name: string;
  readonly username: string;
  readonly rotationStatements?: readonly string[] | undefined;
}

/** A throw-away server with a declared database in it, bootstrapped as the declaration says. */
export interface ProofTarget {
  /** Such as `PostgreSQL 16.14`. */
  readonly server: string;
  /** What Vault's connection is written with, the admin's first password among it. */
  readonly connection: Readonly<Record<string, unknown>>;
  readonly roles: readonly ProvenRole[];
  readonly staticRoles: readonly ProvenStaticRole[];
  /**
   * Opens a session.
   *
   * @returns undefined when the login is refused.
   */
  logIn(username: string, password: string): Promise<ProofSession | undefined>;
  /** Whether there is a user of that name. */
  hasUser(username: string): Promise<boolean>;
  /** The end that the server itself has set for a user, in milliseconds since 1970; undefined where it has none. */
  validUntil(username: string): Promise<number | undefined>;
  /** Removes a user as a person would. */
  dropUser(username: string): Promise<void>;
  /** What a query of the administrator answers first. */
  ask(sql: string): Promise<string | undefined>;
  /** First password of a static user. */
  readonly staticPassword: string;
}
