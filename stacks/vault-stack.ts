import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AppRoleAuth } from "../constructs/auth/approle-auth";
import type { DatabaseConnection } from "../constructs/database/database-connection";
import { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import type { DynamicRole } from "../constructs/database/dynamic-role";
import type { StaticRole } from "../constructs/database/static-role";
import type { IPolicySubject } from "../constructs/policy/policy-subject";
import { VaultPolicy } from "../constructs/policy/vault-policy";
import { VaultEndpoint } from "../constructs/provider/vault-endpoint";
import type { DatabaseDefinition } from "../environments/databases/schema";
import type { Environment } from "../environments/schema";
import { declareBackend } from "./state-backend";

/** The Vault configuration of one environment. The schema has seen to it that every reference leads somewhere. */
export class VaultStack extends TerraformStack {
  private readonly engines = new Map<string, DatabaseSecretsEngine>();
  private readonly roles = new Map<string, DynamicRole | StaticRole>();
  private readonly policies = new Map<string, VaultPolicy>();

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    declareBackend(this, environment);
    new VaultEndpoint(this, "Vault", environment.vault);
    for (const mount of environment.mounts) {
      this.engines.set(mount.path, new DatabaseSecretsEngine(this, `mount-${mount.path}`, mount));
    }
    for (const database of environment.databases) this.addDatabase(database);
    for (const policy of environment.policies) this.addPolicy(policy);
    for (const method of environment.auth) this.addAppRoles(method);
  }

  private addDatabase(database: DatabaseDefinition): void {
    const { mount, roles, staticRoles } = database;
    const connection = connect(found(this.engines, mount), database);
    for (const role of roles) this.roles.set(`${mount}/${role.name}`, connection.addRole(role.name, role));
    for (const role of staticRoles) this.roles.set(`${mount}/${role.name}`, connection.addStaticRole(role.name, role));
  }

  private addPolicy({ name, credentials, allCredentialsOf = [] }: Environment["policies"][number]): void {
    const policy = new VaultPolicy(this, `policy-${name}`, { name });
    this.policies.set(name, policy);
    this.grantCredentials(policy, credentials);
    for (const mount of allCredentialsOf) found(this.engines, mount).grantCredentials(policy);
  }

  private addAppRoles({ path, roles }: Environment["auth"][number]): void {
    const method = new AppRoleAuth(this, `auth-${path}`, { path });
    for (const { name, credentials, policies = [], ...options } of roles) {
      const login = method.addRole(name, {
        ...options,
        policies: policies.map((policy) => found(this.policies, policy)),
      });
      this.grantCredentials(login, credentials);
    }
  }

  private grantCredentials(subject: IPolicySubject, references: readonly string[] = []): void {
    for (const reference of references) found(this.roles, reference).grantCredentials(subject);
  }
}

function connect(mount: DatabaseSecretsEngine, database: DatabaseDefinition): DatabaseConnection {
  switch (database.engine) {
    case "postgres":
      return mount.addPostgres(database.name, database);
    case "mysql":
    case "mariadb":
      return mount.addMySql(database.name, { ...database, product: database.engine });
    case "mongodb":
      return mount.addMongoDb(database.name, database);
    case "custom":
      return mount.addCustom(database.name, database);
  }
}

function found<T>(declared: ReadonlyMap<string, T>, name: string): T {
  const value = declared.get(name);
  if (value === undefined) throw new Error(`${name} passed the environment's schema without being declared`);
  return value;
}
