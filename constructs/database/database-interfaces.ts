import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Duration } from "../core/duration";
import type { IPasswordPolicy } from "../system/password-policy";
import type { Dialect } from "./statements/statement-set";

/** What mount, connection and role know of each other, so that none of them needs the others' classes. */

/** A dynamic or static role of a database, as its connection and its mount see it. */
export interface IDatabaseRole {
  readonly kind: "dynamic" | "static";
  readonly name: string;
  /** What having users of this role, or the static user's password, takes. */
  credentialsRule(): PolicyRule;
  /** What renewing its leases takes; nothing where there are none. */
  leaseRenewalRules(): readonly PolicyRule[];
  /** What listing, renewing and revoking its leases takes; nothing where there are none. */
  leaseManagementRules(): readonly PolicyRule[];
}

/** A connection to a database, as its roles and its mount see it. */
export interface IDatabaseConnection {
  /** The connection's name in the engine. */
  readonly name: string;
  /** A reference to the connection that makes Terraform create it before, and destroy it after, whatever uses it. */
  readonly nameReference: string;
  readonly engine: IDatabaseMount;
  /** What its roles' statements must be written in. */
  readonly dialect: Dialect;
  /** Vault's own user in the database. */
  readonly adminUsername: string;
  /** Rules for the passwords of its roles' users. @default Vault's own */
  readonly passwordPolicy?: IPasswordPolicy | undefined;
  readonly roles: readonly IDatabaseRole[];
  /** Called by each role that names this connection, wherever it stands in the tree. */
  registerRole(role: IDatabaseRole): void;
}

/** A mount of the database secrets engine, as its connections and roles see it. */
export interface IDatabaseMount {
  readonly path: string;
  /** A reference to the mount, where it is declared here: Terraform then creates it before, and destroys it after, its parts. */
  readonly pathReference: string;
  /** Longest TTL of the mount, where it is known. */
  readonly maxLeaseTtl: Duration | undefined;
  /** Called by each connection that names this engine, wherever it stands in the tree. */
  registerConnection(connection: IDatabaseConnection): void;
}
