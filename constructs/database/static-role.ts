import { DatabaseSecretBackendStaticRole } from "@cdktf/provider-vault/lib/database-secret-backend-static-role";
import { Construct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { staticRotatesAtOnceId } from "../guardrails/database/static-rotates-at-once";
import { acknowledge } from "../provider/acknowledge";
import { claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IDatabaseConnection, IDatabaseRole } from "./database-interfaces";
import { staticPasswordArguments } from "./password-arguments";
import { requireSoundRotation } from "./statements/check";

/** When Vault changes a static user's password: each time a period is over, or at set times. */
export type StaticRotation =
  /** At least 5 seconds. */
  | { readonly period: Duration }
  | {
      /** Five cron fields in UTC, such as `"0 3 * * 6"`. Vault 1.15 and later; OpenBao does not keep it. */
      readonly schedule: string;
      /** How long after the set time a rotation may still begin, 1h at least. @default without end */
      readonly window?: Duration | undefined;
    };

export interface StaticRoleOptions {
  /** The user, which exists in the database and belongs to no other static role. */
  readonly username: string;
  readonly rotation: StaticRotation;
  /** Statements that change the password. @default the plug-in's */
  readonly rotationStatements?: readonly string[] | undefined;
  /**
   * Says that whoever uses the password now is prepared: Vault changes it the moment the static role is made, and what they
   * hold opens nothing from then on.
   */
  readonly rotatesAtOnce: true;
}

export interface StaticRoleProps extends StaticRoleOptions {
  /** The role's name, once in the whole mount, dynamic roles included. */
  readonly name: string;
  readonly connection: IDatabaseConnection;
}

/**
 * A static role: a user that exists, whose password Vault changes at set times. For programs that can't live with users that
 * come and go, and as the first step away from a password in a file.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#create-static-role
 */
export class StaticRole extends Construct implements IDatabaseRole {
  readonly kind = "static";
  readonly name: string;
  readonly connection: IDatabaseConnection;
  readonly username: string;

  /**
   * @throws LeaseholdError when an option can't be used, the user is the connection's admin or another static role's, or it is
   * not said that creation rotates at once.
   */
  constructor(scope: Construct, id: string, props: StaticRoleProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireName(where, "name", props.name);
    this.username = requireName(where, "username", props.username);
    this.connection = props.connection;
    const { engine } = this.connection;
    placeWith(this, this.connection);
    claimName(this, `role of mount ${engine.path}`, this.name);
    claimName(this, `static user of connection ${engine.path}/${this.connection.name}`, this.username);
    if (this.username === this.connection.adminUsername) {
      throw new LeaseholdError(
        where,
        `username ${this.username} is the connection's admin: the first rotation would lock Vault out`,
        "rotate the admin with rotateRoot of the connection, and give the static role another user",
      );
    }
    if ((props.rotatesAtOnce as unknown) !== true) {
      throw new LeaseholdError(
        where,
        `rotatesAtOnce is ${show(props.rotatesAtOnce)}: Vault changes the password of ${this.username} as soon as the role is made`,
        "have its users take the password from Vault, then set rotatesAtOnce: true",
      );
    }
    const rotation = requireRotation(where, props.rotation);
    if ("schedule" in props.rotation) {
      VaultEndpoint.of(this).server.require(where, "rotation.schedule", "staticRoleSchedule");
    }
    if (props.rotationStatements !== undefined) {
      requireSoundRotation(where, "rotationStatements", this.connection.dialect, props.rotationStatements);
    }
    acknowledge(this, staticRotatesAtOnceId, "rotatesAtOnce says that its users are prepared");
    this.connection.registerRole(this);
    this.node.defaultChild = new DatabaseSecretBackendStaticRole(this, "Resource", {
      backend: engine.path,
      dbName: this.connection.nameReference,
      name: this.name,
      username: this.username,
      rotationStatements: props.rotationStatements === undefined ? undefined : [...props.rotationStatements],
      ...rotation,
      ...staticPasswordArguments(this, this.connection),
    });
  }

  /** The path whose reading gives the user's password. */
  get credentialsPath(): string {
    return `${this.connection.engine.path}/static-creds/${this.name}`;
  }

  /** Lets the subject read the user's password. It has no lease: there is nothing to renew. */
  grantStaticCredentials(subject: IPolicySubject): Grant {
    return grant(this, subject, this.credentialsRule());
  }

  credentialsRule(): PolicyRule {
    return {
      path: this.credentialsPath,
      capabilities: ["read"],
      reason: `Password of user ${this.username} in database ${this.connection.name}`,
    };
  }

  leaseRenewalRules(): readonly PolicyRule[] {
    return [];
  }

  leaseManagementRules(): readonly PolicyRule[] {
    return [];
  }
}

const cronPattern = /^(?:[\d*,/-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)$/;

function requireRotation(where: string, rotation: StaticRotation) {
  const { period, schedule, window } = rotation as { period?: Duration; schedule?: string; window?: Duration };
  if ((period === undefined) === (schedule === undefined)) {
    throw new LeaseholdError(
      where,
      `rotation has ${period === undefined ? "neither period nor schedule" : "both period and schedule"}`,
      "give one of the two",
    );
  }
  if (period !== undefined) {
    if (window !== undefined) {
      throw new LeaseholdError(
        where,
        "rotation.window goes with a schedule, not with a period",
        "leave one of them out",
      );
    }
    return { rotationPeriod: atLeast(where, "rotation.period", period, 5) };
  }
  if (schedule === undefined || !isCron(schedule)) {
    throw new LeaseholdError(
      where,
      `rotation.schedule ${show(schedule)} is not a cron expression`,
      'write its five fields, such as "0 3 * * 6"',
    );
  }
  return {
    rotationSchedule: schedule,
    rotationWindow: window === undefined ? undefined : atLeast(where, "rotation.window", window, 3600),
  };
}

function isCron(schedule: string): boolean {
  const fields = schedule.split(" ");
  return fields.length === 5 && fields.every((field) => cronPattern.test(field));
}

function atLeast(where: string, field: string, value: Duration, least: number): number {
  const seconds = parseDuration(where, field, value);
  if (seconds >= least) return seconds;
  throw new LeaseholdError(where, `${field} ${value} is too short`, `give ${least} seconds at least`);
}
