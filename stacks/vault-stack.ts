import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DatabaseSecretsEngine } from "../constructs/database/database-secrets-engine";
import { GuardrailAspect } from "../constructs/guardrails/guardrail-aspect";
import { VaultPolicy } from "../constructs/policy/vault-policy";
import { VaultEndpoint } from "../constructs/provider/vault-endpoint";
import { Namespace } from "../constructs/system/namespace";
import { parentsFirst } from "../environments/engines/pki";
import { inNamespace, type NestingContents } from "../environments/namespaces/contents";
import type { PolicyLibrary } from "../environments/subjects/policy-library";
import type { Environment } from "../environments/schema";
import { AuthMethods } from "./auth-methods";
import { declareAudit } from "./declared-audit";
import { declareDatabase, type DeclaredDatabases } from "./declared-databases";
import { declareIdentity } from "./declared-identity";
import { declareSystem, PasswordPolicies } from "./declared-system";
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
  private judged: object | undefined;

  constructor(scope: Construct, id: string, { environment, library = new Map(), today }: VaultStackProps) {
    super(scope, id);
    const { tier, waivers } = environment;
    Aspects.of(this).add(new GuardrailAspect({ tier, waivers, today, onRendered: (stack) => (this.judged = stack) }));
    declareBackend(this, environment);
    new VaultEndpoint(this, "Vault", environment.vault);
    declareAudit(this, environment);
    declareSystem(this, environment);
    this.declareContents(this, environment, { library, preventDestroy: environment.preventDestroy });
  }

  /** Declares what lies in a namespace, which is then the scope, or beside them all. */
  private declareContents(
    scope: Construct,
    contents: NestingContents,
    all: { readonly library: PolicyLibrary; readonly preventDestroy: boolean },
  ): DeclaredDatabases {
    const { library, preventDestroy } = all;
    const grantable: DeclaredDatabases = { databases: new Map(), roles: new Map() };
    for (const mount of contents.mounts) {
      grantable.databases.set(
        mount.path,
        new DatabaseSecretsEngine(scope, `mount-${mount.path}`, { ...mount, preventDestroy }),
      );
    }
    const passwords = new PasswordPolicies(scope, contents.passwordPolicies);
    for (const database of contents.databases) declareDatabase(grantable, passwords.of(database), preventDestroy);

    const engines = new SecretsEngines(scope, preventDestroy);
    for (const engine of parentsFirst(contents.engines)) engines.add(engine);

    // First all that lies below: what lies here can be granted it.
    for (const { path, customMetadata, ...its } of contents.namespaces ?? []) {
      const namespace = new Namespace(scope, `namespace-${path}`, {
        path,
        preventDestroy,
        ...(customMetadata === undefined ? {} : { customMetadata }),
      });
      const { databases, roles } = this.declareContents(namespace, its, all);
      for (const [name, each] of databases) grantable.databases.set(inNamespace(path, name), each);
      for (const [name, each] of roles) grantable.roles.set(inNamespace(path, name), each);
    }

    const grants = new SubjectGrants(grantable.databases, engines, grantable.roles);
    const policies = new Map<string, VaultPolicy>();
    for (const { name, rules = [], library: file, ...granted } of contents.policies) {
      const written = file === undefined ? rules : [...found(library, file), ...rules];
      const policy = new VaultPolicy(scope, `policy-${name}`, { name, rules: written });
      policies.set(name, policy);
      grants.give(policy, granted);
    }
    const logins = new AuthMethods(scope, policies, grants);
    const methods = new Map(contents.auth.map((method) => [method.path, logins.add(method)]));
    declareIdentity(scope, contents.identity, { methods, policies, grants });
    return grantable;
  }

  /** What the guardrails judged is what is written, without rendering it a second time. */
  override toTerraform(): unknown {
    const { judged } = this;
    this.judged = undefined;
    return judged ?? super.toTerraform();
  }
}
