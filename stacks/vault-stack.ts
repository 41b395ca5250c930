import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { DatabaseConnection } from "../constructs/database/database-connection";
import { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import type { DynamicRole } from "../constructs/database/dynamic-role";
import type { StaticRole } from "../constructs/database/static-role";
import { GuardrailAspect } from "../constructs/guardrails/guardrail-aspect";
import { VaultPolicy } from "../constructs/policy/vault-policy";
import { VaultEndpoint } from "../constructs/provider/vault-endpoint";
import type { DatabaseDefinition } from "../environments/databases/schema";
import { parentsFirst } from "../environments/engines/pki";
import type { PolicyLibrary } from "../environments/subjects/policy-library";
import type { Environment } from "../environments/schema";
import { AuthMethods } from "./auth-methods";
import { declareAudit } from "./declared-audit";
import { declareIdentity } from "./declared-identity";
import { found } from "./found";
import { SecretsEngines } from "./secrets-engines";
import { declareBackend } from "./state-backend";
import { SubjectGrants } from "./subject-grants";

export interface VaultStackProps {
  readonly environment: Environment;
  /** The rules of the policy files that it names. @default none */
  readonly library?: PolicyLibrary | undefined;
  /** The day as of which waivers count, `2026-01-31`. */
  readonly today: string;
}

/** The Vault configuration of one environment. The schema has seen to it that every reference leads somewhere. */
export class VaultStack extends TerraformStack {
  private readonly databases = new Map<string, DatabaseSecretsEngine>();
  private readonly roles = new Map<string, DynamicRole | StaticRole>();
  private judged: object | undefined;

  constructor(scope: Construct, id: string, { environment, library = new Map(), today }: VaultStackProps) {
    super(scope, id);
    const { tier, waivers, preventDestroy } = environment;
    Aspects.of(this).add(new GuardrailAspect({ tier, waivers, today, onRendered: (stack) => (this.judged = stack) }));
    declareBackend(this, environment);
    new VaultEndpoint(this, "Vault", environment.vault);
    declareAudit(this, environment);
    for (const mount of environment.mounts) {
      this.databases.set(
        mount.path,
        new DatabaseSecretsEngine(this, `mount-${mount.path}`, { ...mount, preventDestroy }),
      );
    }
    for (const database of environment.databases) this.addDatabase(database, preventDestroy);

    const engines = new SecretsEngines(this, preventDestroy);
    for (const engine of parentsFirst(environment.engines)) engines.add(engine);

    const grants = new SubjectGrants(this.databases, engines, this.roles);
    const policies = new Map<string, VaultPolicy>();
    for (const { name, rules = [], library: file, ...granted } of environment.policies) {
      const written = file === undefined ? rules : [...found(library, file), ...rules];
      const policy = new VaultPolicy(this, `policy-${name}`, { name, rules: written });
      policies.set(name, policy);
      grants.give(policy, granted);
    }
    const logins = new AuthMethods(this, policies, grants);
    const methods = new Map(environment.auth.map((method) => [method.path, logins.add(method)]));
    declareIdentity(this, environment.identity, { methods, policies, grants });
  }

  /** What the guardrails judged is what is written, without rendering it a second time. */
  override toTerraform(): unknown {
    const { judged } = this;
    this.judged = undefined;
    return judged ?? super.toTerraform();
  }

  private addDatabase(database: DatabaseDefinition, preventDestroy: boolean): void {
    const { mount, roles, staticRoles } = database;
    const connection = connect(found(this.databases, mount), database, preventDestroy);
    for (const role of roles) this.roles.set(`${mount}/${role.name}`, connection.addRole(role.name, role));
    for (const role of staticRoles) this.roles.set(`${mount}/${role.name}`, connection.addStaticRole(role.name, role));
  }
}

function connect(
  mount: DatabaseSecretsEngine,
  database: DatabaseDefinition,
  preventDestroy: boolean,
): DatabaseConnection {
  switch (database.engine) {
    case "postgres":
      return mount.addPostgres(database.name, { ...database, preventDestroy });
    case "mysql":
    case "mariadb":
      return mount.addMySql(database.name, { ...database, product: database.engine, preventDestroy });
    case "mongodb":
      return mount.addMongoDb(database.name, { ...database, preventDestroy });
    case "custom":
      return mount.addCustom(database.name, { ...database, preventDestroy });
  }
}
