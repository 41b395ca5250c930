import type { ProviderFeatures } from "../core/provider-features";
import type { Rule } from "../core/rule";

/** A resource as it was synthesised, whether one of our constructs declared it or somebody's own binding. */
export interface DeclaredResource {
  /** Terraform's type, such as `vault_database_secret_backend_role`. */
  readonly type: string;
  /** Terraform's address, such as `vault_mount.database`. */
  readonly address: string;
  /** Path of the construct that stands for it, without the stack's name. */
  readonly construct: string;
  /**
   * The arguments by Terraform's names. A reference to another resource's argument is replaced by that argument where it is
   * known at synthesis; any other reference stays the text `${...}`.
   */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Guardrails that the code that declares it has answered, each with the reason. */
  readonly acknowledged: Readonly<Record<string, string>>;
  /** Path of the namespace that it lies in, as far as provider and `namespace` say; `""` is the root namespace. @default "" */
  readonly namespace?: string;
}

/** All that a stack declares, as guardrails judge it. */
export interface Declaration {
  readonly resources: readonly DeclaredResource[];
  /** What the provider promises. */
  readonly provider: ProviderFeatures;
  /** Audit devices that the server's own configuration declares. @default none */
  readonly serverAudit?: readonly ServerAudit[] | undefined;
}

/** An audit device that is not deployed, because the server's own configuration declares it. */
export interface ServerAudit {
  readonly path: string;
  /** Where that configuration is kept. */
  readonly document: string;
}

/** What a guardrail has against a resource. */
export interface GuardrailFinding {
  readonly resource: DeclaredResource;
  /** What was given and what was expected, in a sentence without its full stop. */
  readonly problem: string;
  /** @default the guardrail's */
  readonly remedy?: string | undefined;
  /** Why it does not count, where the resource itself says so. @default it counts */
  readonly waived?: string | undefined;
}

/** A rule that no environment may break by accident. */
export interface Guardrail extends Rule {
  /**
   * Whether it is about the server as a whole. Any other one judges each namespace by itself, whose names and paths meet none of
   * another one. @default false
   */
  readonly acrossNamespaces?: boolean;
  /** Judges all that a stack declares, since some rules are about two resources. A pure function. */
  check(declaration: Declaration): GuardrailFinding[];
}
