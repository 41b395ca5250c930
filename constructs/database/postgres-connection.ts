import { DatabaseSecretBackendConnection } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { Annotations, Lazy } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { SecretInput } from "../core/secret-input";
import { claimName } from "../provider/claim";
import { secretVariable } from "../provider/secret-variable";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IDatabaseConnection, IDatabaseMount, IDatabaseRole } from "./database-interfaces";
import { DynamicRole, type DynamicRoleOptions } from "./dynamic-role";
import { postgresUsernameTemplate } from "./statements/username-template";

/**
 * How Vault checks the server it connects to.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export const postgresTlsModes = ["disable", "require", "verify-ca", "verify-full"] as const;

export type PostgresTlsMode = (typeof postgresTlsModes)[number];

/** The user that Vault itself works as. It should be Vault's own: after a rotation nobody else knows its password. */
export interface DatabaseAdmin {
  readonly username: string;
  readonly password: SecretInput;
  /** Raise it to have a changed password sent (providers from 5.0 on). @default 1 */
  readonly passwordVersion?: number;
}

export interface PostgresConnectionOptions {
  /** Host name or address, as the Vault server reaches it. */
  readonly host: string;
  /** @default 5432 */
  readonly port?: number;
  /** The database to connect to, and the one that the bootstrap ran in. */
  readonly database: string;
  /** @default "verify-full" */
  readonly tls?: PostgresTlsMode;
  readonly admin: DatabaseAdmin;
  /** Connections that Vault holds to the server at most, 1 to 1000. @default 4 */
  readonly maxOpenConnections?: number;
  /** Whether to connect while applying, so that a wrong password or host fails the deployment. @default true */
  readonly verifyConnection?: boolean;
}

export interface PostgresConnectionProps extends PostgresConnectionOptions {
  /** The connection's name in the engine. */
  readonly name: string;
  readonly engine: IDatabaseMount;
}

/** A host name, an IPv4 address, or an IPv6 address in brackets. */
const hostPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/;

/**
 * A PostgreSQL database that Vault makes users in.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases/postgresql
 */
export class PostgresConnection extends Construct implements IDatabaseConnection {
  readonly name: string;
  readonly engine: IDatabaseMount;
  readonly nameReference: string;

  private readonly declaredRoles: IDatabaseRole[] = [];

  /**
   * @throws LeaseholdError when an option can't be used. A connection without roles fails the synthesis.
   */
  constructor(scope: Construct, id: string, props: PostgresConnectionProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireName(where, "name", props.name);
    this.engine = props.engine;
    claimName(this, `connection of mount ${this.engine.path}`, this.name);
    this.engine.registerConnection(this);
    const resource = new DatabaseSecretBackendConnection(this, "Resource", {
      backend: this.engine.pathReference,
      name: this.name,
      pluginName: "postgresql-database-plugin",
      allowedRoles: Lazy.listValue({ produce: () => this.declaredRoles.map((role) => role.name).sort() }),
      verifyConnection: props.verifyConnection ?? true,
      postgresql: {
        connectionUrl: connectionUrl(where, props),
        username: requireName(where, "admin.username", props.admin.username),
        usernameTemplate: postgresUsernameTemplate,
        maxOpenConnections: requireWhole(where, "maxOpenConnections", props.maxOpenConnections ?? 4, 1, 1000),
        ...this.adminPassword(props.admin),
      },
    });
    this.node.defaultChild = resource;
    this.nameReference = resource.name;
    this.node.addValidation({
      validate: () =>
        this.declaredRoles.length > 0 ? [] : [`connection ${this.name} has no roles: add one or remove the connection`],
    });
  }

  get roles(): readonly IDatabaseRole[] {
    return this.declaredRoles;
  }

  /** Declares a role: a kind of user that Vault makes in this database on request. */
  addRole(name: string, options: DynamicRoleOptions): DynamicRole {
    return new DynamicRole(this, name, { ...options, name, connection: this });
  }

  registerRole(role: IDatabaseRole): void {
    this.declaredRoles.push(role);
  }

  private adminPassword(admin: DatabaseAdmin) {
    const secret = SecretInput.require(this.node.path, "admin.password", admin.password);
    const version = requireWhole(
      this.node.path,
      "admin.passwordVersion",
      admin.passwordVersion ?? 1,
      1,
      Number.MAX_SAFE_INTEGER,
    );
    const { features } = VaultEndpoint.of(this);
    if (features.has("passwordWriteOnly")) {
      return { passwordWo: secretVariable(this, secret, "ephemeral").stringValue, passwordWoVersion: version };
    }
    Annotations.of(this).addWarning(features.explainAbsence("passwordWriteOnly"));
    return { password: secretVariable(this, secret, "stored").stringValue };
  }
}

/** The URL that Vault fills the admin into: it never holds a credential itself. */
function connectionUrl(
  where: string,
  { host, port = 5432, database, tls = "verify-full" }: PostgresConnectionOptions,
): string {
  if (!hostPattern.test(host)) {
    throw new LeaseholdError(
      where,
      `host ${JSON.stringify(host)} is not a host name or address`,
      "give it as in postgres.company.com, 10.0.0.5 or [fd00::5], the port apart",
    );
  }
  if (!postgresTlsModes.includes(tls)) {
    throw new LeaseholdError(
      where,
      `tls ${JSON.stringify(tls)} is unknown`,
      `use one of ${postgresTlsModes.join(", ")}`,
    );
  }
  requireName(where, "database", database);
  const checkedPort = requireWhole(where, "port", port, 1, 65_535);
  return `postgresql://{{username}}:{{password}}@${host}:${checkedPort}/${database}?sslmode=${tls}`;
}

function requireWhole(where: string, field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new LeaseholdError(where, `${field} ${value} is out of range`, `give a whole number from ${least} to ${most}`);
}
