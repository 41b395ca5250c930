import {
  DatabaseSecretBackendConnection,
  type DatabaseSecretBackendConnectionConfig,
} from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { PluginPinnedVersion } from "@cdktf/provider-vault/lib/plugin-pinned-version";
import { Annotations, Lazy } from "cdktf";
import { Construct } from "constructs";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { requireWhole } from "../core/numbers";
import { SecretInput } from "../core/secret-input";
import { serverFeatures } from "../core/server-features";
import { claimEverywhere, claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import { protection } from "../provider/protection";
import { secretVariable } from "../provider/secret-variable";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IPasswordPolicy } from "../system/password-policy";
import type { IDatabaseConnection, IDatabaseMount, IDatabaseRole } from "./database-interfaces";
import { DynamicRole, type DynamicRoleOptions } from "./dynamic-role";
import { isSharedUser, requireOwnAdmin } from "./statements/admin-user";
import { requireSoundRotation } from "./statements/check";
import type { Dialect } from "./statements/statement-set";
import { StaticRole, type StaticRoleOptions } from "./static-role";

/** The user that Vault itself works as. It should be Vault's own: after a rotation nobody else knows its password. */
export interface DatabaseAdmin {
  readonly username: string;
  readonly password: SecretInput;
  /** Raise it when the password was changed, to have it sent (and rotated again, with `rotateRoot`). @default 1 */
  readonly passwordVersion?: number | undefined;
}

/** Which plug-in of Vault serves a connection. */
export interface DatabasePlugin {
  /** Name in the plug-in catalogue. @default the engine's built-in plug-in */
  readonly name?: string | undefined;
  /**
   * Version in the plug-in catalogue, such as `v1.2.3`; it is pinned for all connections of that plug-in. Only plug-ins that
   * were registered can be pinned. @default the newest
   */
  readonly version?: string | undefined;
}

/** What a connection to any kind of database can be told. */
export interface ConnectionOptions {
  readonly admin: DatabaseAdmin;
  /** Connections that Vault holds to the server at most, 1 to 1000. @default 4 */
  readonly maxOpenConnections?: number | undefined;
  /** Of these, how many it keeps while they are idle, 0 to maxOpenConnections. @default maxOpenConnections */
  readonly maxIdleConnections?: number | undefined;
  /** How long one connection is used before it is replaced. @default without end */
  readonly maxConnectionLifetime?: Duration | undefined;
  /** How long Vault waits for the server to accept a connection. @default "5s" */
  readonly connectTimeout?: Duration | undefined;
  /** Whether to connect while applying, so that a wrong password or host fails the deployment. @default true */
  readonly verifyConnection?: boolean | undefined;
  /**
   * Has Vault change the admin's password as soon as the connection stands, to one that nobody knows, and again whenever the
   * connection is replaced or `admin.passwordVersion` is raised. The admin must then be a user of Vault's own. @default false
   */
  readonly rotateRoot?: boolean | undefined;
  /** Statements that change the admin's password. @default the plug-in's */
  readonly rootRotationStatements?: readonly string[] | undefined;
  /** How Vault names users. @default a template that no login's name can write SQL with */
  readonly usernameTemplate?: string | undefined;
  /**
   * Rules for the passwords that Vault makes for the roles' users. The admin's own, which `rotateRoot` changes, stays Vault's.
   * @default 20 letters, digits and `-`
   */
  readonly passwordPolicy?: IPasswordPolicy | undefined;
  readonly plugin?: DatabasePlugin | undefined;
  /**
   * Whether Terraform refuses to destroy the connection, also where a change would make it anew: Vault revokes users through
   * it, and a rotated password is in it alone. @default false
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
   */
  readonly preventDestroy?: boolean | undefined;
}

/** What a kind of connection adds to the options that all have. */
export interface ConnectionKind {
  readonly dialect: Dialect;
  /** Name of the built-in plug-in. */
  readonly pluginName: string;
  /** Name of the provider's block, and what is in it apart from the admin and the pool. */
  readonly block: keyof DatabaseSecretBackendConnectionConfig;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether passwords and rows cross the network as they are. */
  readonly unencrypted?: boolean;
  /** Where the admin logs in, so that no two connections share a login; undefined where it is not known. */
  readonly loginPlace: string | undefined;
  /** The block's arguments for the admin, where it has no write-only password. @default username and password, write-only */
  readonly storedLogin?: { readonly username: string; readonly password: string } | undefined;
}

export interface DatabaseConnectionProps extends ConnectionOptions {
  /** The connection's name in the engine. */
  readonly name: string;
  readonly engine: IDatabaseMount;
}

/**
 * A database that Vault makes users in, of whatever kind.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#configure-connection
 */
export abstract class DatabaseConnection extends Construct implements IDatabaseConnection {
  readonly name: string;
  readonly engine: IDatabaseMount;
  readonly nameReference: string;
  readonly dialect: Dialect;
  readonly adminUsername: string;
  readonly passwordPolicy: IPasswordPolicy | undefined;

  private readonly declaredRoles: IDatabaseRole[] = [];

  protected constructor(
    scope: Construct,
    id: string,
    props: DatabaseConnectionProps,
    describe: (where: string, connection: Construct) => ConnectionKind,
  ) {
    super(scope, id);
    const where = this.node.path;
    const kind = describe(where, this);
    this.name = requireName(where, "name", props.name);
    this.engine = props.engine;
    this.dialect = kind.dialect;
    this.passwordPolicy = props.passwordPolicy;
    this.adminUsername = requireName(where, "admin.username", props.admin.username);
    placeWith(this, this.engine);
    claimName(this, `connection of mount ${this.engine.path}`, this.name);
    if (kind.loginPlace !== undefined) {
      claimEverywhere(this, "admin login", `${this.adminUsername} at ${kind.loginPlace}`);
    }
    this.engine.registerConnection(this);
    const resource = new DatabaseSecretBackendConnection(this, "Resource", {
      backend: this.engine.pathReference,
      name: this.name,
      pluginName: this.plugin(kind, props.plugin),
      allowedRoles: Lazy.listValue({ produce: () => this.declaredRoles.map((role) => role.name).sort() }),
      verifyConnection: props.verifyConnection ?? true,
      rootRotationStatements: this.rootRotation(props.rootRotationStatements),
      [kind.block]: { ...kind.settings, ...this.adminLogin(kind, props.admin) },
      lifecycle: protection(where, props.preventDestroy),
    });
    this.node.defaultChild = resource;
    this.nameReference = resource.name;
    if (props.rotateRoot === true) this.rotate(resource, props.admin);
    this.warn(kind);
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

  /** Declares a static role: a user that exists, whose password Vault rotates. */
  addStaticRole(name: string, options: StaticRoleOptions): StaticRole {
    return new StaticRole(this, name, { ...options, name, connection: this });
  }

  registerRole(role: IDatabaseRole): void {
    this.declaredRoles.push(role);
  }

  private warn({ unencrypted }: ConnectionKind): void {
    if (unencrypted === true) {
      Annotations.of(this).addWarning(
        `tls disable: passwords and rows cross the network unencrypted; use verify-full where the server is not on loopback`,
      );
    }
    if (isSharedUser(this.adminUsername)) {
      Annotations.of(this).addWarning(
        `admin ${this.adminUsername} is a user that others log in as, often a superuser: have the bootstrap make one of Vault's own`,
      );
    }
  }

  private plugin({ pluginName, block }: ConnectionKind, plugin: DatabasePlugin = {}): string {
    const feature = serverFeatures.find((each) => each === `${block}Plugin`);
    if (feature !== undefined && plugin.name === undefined) {
      VaultEndpoint.of(this).server.require(this.node.path, `connection ${this.name}`, feature);
    }
    const name = requireName(this.node.path, "plugin.name", plugin.name ?? pluginName);
    if (plugin.version === undefined) return name;
    if (!/^v\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(plugin.version)) {
      throw new LeaseholdError(
        this.node.path,
        `plugin.version ${show(plugin.version)} is not a semantic version`,
        'write it as in the plug-in catalogue, such as "v1.2.3"',
      );
    }
    claimEverywhere(this, "pinned plug-in", name);
    return new PluginPinnedVersion(this, "PinnedPlugin", { type: "database", name, version: plugin.version }).name;
  }

  private rootRotation(statements: readonly string[] | undefined): string[] | undefined {
    if (statements === undefined) return undefined;
    requireSoundRotation(this.node.path, "rootRotationStatements", this.dialect, statements);
    return [...statements];
  }

  private adminLogin({ block, storedLogin }: ConnectionKind, admin: DatabaseAdmin) {
    const secret = SecretInput.require(this.node.path, "admin.password", admin.password);
    const version = this.passwordVersion(admin);
    const { features } = VaultEndpoint.of(this);
    if (storedLogin === undefined && features.has("passwordWriteOnly")) {
      return {
        username: this.adminUsername,
        passwordWo: secretVariable(this, secret, "ephemeral").stringValue,
        passwordWoVersion: version,
      };
    }
    Annotations.of(this).addWarning(
      storedLogin === undefined
        ? features.explainAbsence("passwordWriteOnly")
        : `the provider's ${block} block has no write-only ${storedLogin.password}: the admin's lies in the Terraform state. ` +
            "Guard the state as you would guard it",
    );
    const { username, password } = storedLogin ?? { username: "username", password: "password" };
    return { [username]: this.adminUsername, [password]: secretVariable(this, secret, "stored").stringValue };
  }

  private passwordVersion({ passwordVersion = 1 }: DatabaseAdmin): number {
    return requireWhole(this.node.path, "admin.passwordVersion", passwordVersion, 1, Number.MAX_SAFE_INTEGER);
  }

  /**
   * Writes to `rotate-root` once, and again when the connection is replaced or a new password was sent: Vault then knows a
   * password that is in somebody's hands. What the provider sends otherwise leaves the rotated password alone.
   *
   * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#rotate-root-credentials
   */
  private rotate(connection: DatabaseSecretBackendConnection, admin: DatabaseAdmin): void {
    requireOwnAdmin(this.node.path, this.adminUsername);
    const rotation = new GenericEndpoint(this, "RootRotation", {
      path: `${this.engine.path}/rotate-root/${this.name}`,
      // The endpoint takes no parameters and ignores this one: its change is what makes Terraform write again.
      dataJson: JSON.stringify({ password_version: this.passwordVersion(admin) }),
      disableRead: true,
      disableDelete: true,
      dependsOn: [connection],
    });
    rotation.addOverride("lifecycle.replace_triggered_by", [
      `${connection.terraformResourceType}.${connection.friendlyUniqueId}.id`,
    ]);
  }
}

/** Vault reads 0 as "as many as are open", and a negative number as none. */
function idleSetting(where: string, idle: number, open: number): number {
  return requireWhole(where, "maxIdleConnections", idle, 0, open) === 0 ? -1 : idle;
}

/** The pool as the provider's SQL blocks take it. */
export function poolSettings(where: string, options: ConnectionOptions): Readonly<Record<string, number | undefined>> {
  const open = requireWhole(where, "maxOpenConnections", options.maxOpenConnections ?? 4, 1, 1000);
  const { maxIdleConnections, maxConnectionLifetime } = options;
  return {
    maxOpenConnections: open,
    maxIdleConnections: maxIdleConnections === undefined ? undefined : idleSetting(where, maxIdleConnections, open),
    maxConnectionLifetime:
      maxConnectionLifetime === undefined
        ? undefined
        : parseDuration(where, "maxConnectionLifetime", maxConnectionLifetime),
  };
}
