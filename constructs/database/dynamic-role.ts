import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { type Duration, formatDuration, parseDuration, parseTtlPair } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { revocationId } from "../guardrails/sql/revocation";
import { superuserId } from "../guardrails/sql/superuser";
import { acknowledge } from "../provider/acknowledge";
import { claimName } from "../provider/claim";
import { placeWith } from "../provider/placement";
import type { IDatabaseConnection, IDatabaseRole } from "./database-interfaces";
import { passwordArguments } from "./password-arguments";
import { leaseManagementRules, leaseRenewalRules } from "../policy/lease-rules";
import { requireSoundStatements } from "./statements/check";
import { isPostgresGrammarLoaded } from "./statements/postgres-grammar";
import type { StatementSet } from "./statements/statement-set";

export interface DynamicRoleOptions {
  /** What makes and ends the role's users. */
  readonly statements: StatementSet;
  /** How long a user lives before it must be renewed. */
  readonly defaultTtl: Duration;
  /** How long a user lives at most, however often it is renewed. */
  readonly maxTtl: Duration;
}

export interface DynamicRoleProps extends DynamicRoleOptions {
  /** The role's name, once in the whole mount. */
  readonly name: string;
  readonly connection: IDatabaseConnection;
}

/**
 * A role: on request Vault makes a database user by its statements, and drops it when the lease ends.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role
 */
export class DynamicRole extends Construct implements IDatabaseRole {
  readonly kind = "dynamic";
  readonly name: string;
  readonly connection: IDatabaseConnection;

  /**
   * @throws LeaseholdError when a TTL is malformed, inverted or over the mount's, the name is taken in the mount, or the
   * statements are unsound.
   */
  constructor(scope: Construct, id: string, props: DynamicRoleProps) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireName(where, "name", props.name);
    this.connection = props.connection;
    const { engine } = this.connection;
    placeWith(this, this.connection);
    claimName(this, `role of mount ${engine.path}`, this.name);
    const ttl = parseTtlPair(where, props);
    if (engine.maxLeaseTtl !== undefined && ttl.max > parseDuration(where, "maxLeaseTtl", engine.maxLeaseTtl)) {
      throw new LeaseholdError(
        where,
        `maxTtl ${props.maxTtl} exceeds maxLeaseTtl ${engine.maxLeaseTtl} of mount ${engine.path}`,
        "lower maxTtl or raise the mount's maxLeaseTtl",
      );
    }
    requireFittingStatements(where, props, ttl.max);
    if (props.statements.dialect === "postgresql" && !isPostgresGrammarLoaded()) {
      Annotations.of(this).addWarning(
        "its statements were not held against PostgreSQL's grammar: await loadPostgresGrammar() before building constructs",
      );
    }
    this.acknowledgeStatements(props.statements);
    this.connection.registerRole(this);
    this.node.defaultChild = new DatabaseSecretBackendRole(this, "Resource", {
      backend: engine.path,
      dbName: this.connection.nameReference,
      name: this.name,
      creationStatements: [...props.statements.creation],
      revocationStatements: [...props.statements.revocation],
      renewStatements: props.statements.renewal.length > 0 ? [...props.statements.renewal] : undefined,
      defaultTtl: ttl.default,
      maxTtl: ttl.max,
      ...passwordArguments(this.connection),
    });
  }

  /** The path whose reading makes a user. */
  get credentialsPath(): string {
    return `${this.connection.engine.path}/creds/${this.name}`;
  }

  /** Lets the subject have users of this role. */
  grantCredentials(subject: IPolicySubject): Grant {
    return grant(this, subject, this.credentialsRule());
  }

  /**
   * Lets the subject renew leases of this role, whoever holds them: `sys/leases/renew/<lease id>`. A login renews those that it
   * asked for without this.
   */
  grantLeaseRenewal(subject: IPolicySubject): Grant {
    return grant(this, subject, ...this.leaseRenewalRules());
  }

  /** Lets the subject list, renew and revoke leases of this role, whoever holds them. */
  grantManageLeases(subject: IPolicySubject): Grant {
    return grant(this, subject, ...this.leaseManagementRules());
  }

  /** What the statements themselves say why they do, the guardrails need not ask again. */
  private acknowledgeStatements({ superuserReason, dialect, revocation }: StatementSet): void {
    if (superuserReason !== undefined) acknowledge(this, superuserId, superuserReason);
    if (dialect === "other" && revocation.length === 0) {
      acknowledge(this, revocationId, "pluginDefault says that what the plug-in does by itself serves");
    }
  }

  credentialsRule(): PolicyRule {
    return {
      path: this.credentialsPath,
      capabilities: ["read"],
      reason: `Users of role ${this.name} in database ${this.connection.name}`,
    };
  }

  leaseRenewalRules(): readonly PolicyRule[] {
    return leaseRenewalRules(this.credentialsPath);
  }

  leaseManagementRules(): readonly PolicyRule[] {
    return leaseManagementRules(this.credentialsPath);
  }
}

/** The statements are sound, in the database's language, and let a user live as long as its lease may. */
function requireFittingStatements(
  where: string,
  { statements, connection, maxTtl }: DynamicRoleProps,
  maxSeconds: number,
): void {
  if (statements.dialect !== connection.dialect) {
    throw new LeaseholdError(
      where,
      `statements are for ${statements.dialect}, and connection ${connection.name} is to ${connection.dialect}`,
      `use statements for ${connection.dialect}`,
    );
  }
  requireSoundStatements(where, statements);
  if (statements.longestTtl !== undefined && maxSeconds >= statements.longestTtl) {
    throw new LeaseholdError(
      where,
      `maxTtl ${maxTtl} outlasts the statements, which end a user after ${formatDuration(statements.longestTtl)}`,
      "lower maxTtl, or have the statements let a user live longer (passwordExpiryDays, longestTtl)",
    );
  }
}
