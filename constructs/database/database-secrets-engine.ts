import { Construct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import type { Duration } from "../core/duration";
import { requireMountPath } from "../core/names";
import { grantLater, type IPolicySubject } from "../policy/policy-subject";
import { claimName } from "../provider/claim";
import { declareMount, type MountOptions } from "../provider/declared-mount";
import { CustomConnection, type CustomConnectionOptions } from "./custom-connection";
import type { IDatabaseConnection, IDatabaseMount, IDatabaseRole } from "./database-interfaces";
import { MongoDbConnection, type MongoDbConnectionOptions } from "./mongodb-connection";
import { MySqlConnection, type MySqlConnectionOptions } from "./mysql-connection";
import { PostgresConnection, type PostgresConnectionOptions } from "./postgres-connection";

/** The path is `database` unless another is given. */
export type DatabaseSecretsEngineProps = MountOptions;

/** A mounted database secrets engine, declared here or elsewhere. */
export interface IDatabaseSecretsEngine extends Construct, IDatabaseMount {
  /** Declares a PostgreSQL database that the engine makes users in. */
  addPostgres(name: string, options: PostgresConnectionOptions): PostgresConnection;
  /** Declares a MySQL or MariaDB server that the engine makes users in. */
  addMySql(name: string, options: MySqlConnectionOptions): MySqlConnection;
  /** Declares a MongoDB that the engine makes users in. */
  addMongoDb(name: string, options: MongoDbConnectionOptions): MongoDbConnection;
  /** Declares a database of another kind, which another plug-in of Vault makes users in. */
  addCustom(name: string, options: CustomConnectionOptions): CustomConnection;
  /**
   * Lets the subject have users of every dynamic role declared for the mount, each named: a wildcard would grant later
   * neighbours, and those of other stacks.
   */
  grantCredentials(subject: IPolicySubject): void;
  /** Lets the subject read the password of every static role declared for the mount, each named. */
  grantStaticCredentials(subject: IPolicySubject): void;
  /** Lets the subject renew leases of every dynamic role declared for the mount, each named. */
  grantLeaseRenewal(subject: IPolicySubject): void;
  /** Lets the subject list, renew and revoke leases of every dynamic role declared for the mount, each named. */
  grantManageLeases(subject: IPolicySubject): void;
}

abstract class DatabaseSecretsEngineBase extends Construct implements IDatabaseSecretsEngine {
  abstract readonly path: string;
  abstract readonly pathReference: string;
  abstract readonly maxLeaseTtl: Duration | undefined;

  private readonly connections: IDatabaseConnection[] = [];

  addPostgres(name: string, options: PostgresConnectionOptions): PostgresConnection {
    return new PostgresConnection(this, name, { ...options, name, engine: this });
  }

  addMySql(name: string, options: MySqlConnectionOptions): MySqlConnection {
    return new MySqlConnection(this, name, { ...options, name, engine: this });
  }

  addMongoDb(name: string, options: MongoDbConnectionOptions): MongoDbConnection {
    return new MongoDbConnection(this, name, { ...options, name, engine: this });
  }

  addCustom(name: string, options: CustomConnectionOptions): CustomConnection {
    return new CustomConnection(this, name, { ...options, name, engine: this });
  }

  grantCredentials(subject: IPolicySubject): void {
    this.grantOfEach("dynamic", subject, (role) => [role.credentialsRule()]);
  }

  grantStaticCredentials(subject: IPolicySubject): void {
    this.grantOfEach("static", subject, (role) => [role.credentialsRule()]);
  }

  grantLeaseRenewal(subject: IPolicySubject): void {
    this.grantOfEach("dynamic", subject, (role) => role.leaseRenewalRules());
  }

  grantManageLeases(subject: IPolicySubject): void {
    this.grantOfEach("dynamic", subject, (role) => role.leaseManagementRules());
  }

  registerConnection(connection: IDatabaseConnection): void {
    this.connections.push(connection);
  }

  /** Roles that are declared later are granted too. */
  private grantOfEach(
    kind: IDatabaseRole["kind"],
    subject: IPolicySubject,
    rulesOf: (role: IDatabaseRole) => readonly PolicyRule[],
  ): void {
    grantLater(this, subject, () =>
      this.connections.flatMap(({ roles }) => roles.filter((role) => role.kind === kind).flatMap(rulesOf)),
    );
  }
}

/**
 * The database secrets engine: the part of Vault that makes and drops database users.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases
 */
export class DatabaseSecretsEngine extends DatabaseSecretsEngineBase {
  /** An engine that is mounted already and managed elsewhere; nothing is declared for the mount itself. */
  static fromPath(scope: Construct, id: string, path: string): IDatabaseSecretsEngine {
    return new ImportedDatabaseSecretsEngine(scope, id, path);
  }

  readonly path: string;
  readonly pathReference: string;
  readonly maxLeaseTtl: Duration | undefined;

  /**
   * @throws LeaseholdError when the path can't be used or is taken, or the TTLs are malformed or inverted.
   */
  constructor(scope: Construct, id: string, props: DatabaseSecretsEngineProps = {}) {
    super(scope, id);
    const resource = declareMount(this, props, {
      type: "database",
      path: "database",
      description: "Short-lived database users",
    });
    this.path = props.path ?? "database";
    this.maxLeaseTtl = props.maxLeaseTtl;
    this.pathReference = resource.path;
  }
}

class ImportedDatabaseSecretsEngine extends DatabaseSecretsEngineBase {
  readonly path: string;
  readonly pathReference: string;
  readonly maxLeaseTtl = undefined;

  constructor(scope: Construct, id: string, path: string) {
    super(scope, id);
    this.path = this.pathReference = requireMountPath(this.node.path, "path", path);
    claimName(this, "mount", this.path);
  }
}
