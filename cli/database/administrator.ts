/** A user in a database that Vault made. */
export interface DynamicUser {
  readonly name: string;
  /** When it was made, in milliseconds since 1970; undefined where neither its name nor the server tells. */
  readonly created: number | undefined;
  /** When the server itself ends it, in milliseconds since 1970; undefined where it never does. */
  readonly validUntil: number | undefined;
  /** Whether it is locked, as a user is that was not made to the end. */
  readonly locked: boolean;
  readonly sessions: number;
}

/** A login that people lend to a command, with rights that Vault's own admin may lack. */
export interface DatabaseAdministrator {
  /** Every dynamic user, whoever's lease it belongs to. */
  users(): Promise<DynamicUser[]>;
  /** Sessions of users that are gone; they are ended when `end` is said. */
  strangerSessions(options: { readonly end: boolean }): Promise<number>;
  /** Ends a dynamic user, its sessions and privileges; what it owns goes to the owner role. */
  drop(username: string): Promise<void>;
  setPassword(username: string, password: string): Promise<void>;
}
