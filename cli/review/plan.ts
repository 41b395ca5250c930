/** What a plan does to one resource. */
export type Action = "create" | "read" | "update" | "delete" | "replace" | "no-op" | "forget";

/**
 * One resource's change, as `terraform show -json` tells of it. Sensitive values are gone from `before` and `after` by the time
 * anything sees them: each is the text `(sensitive)`.
 */
export interface ResourceChange {
  /** Terraform's address, such as `vault_mount.database`. */
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** The attributes before; undefined for what is created. */
  readonly before: Attributes | undefined;
  /** The attributes after, as far as they are known; undefined for what is destroyed. */
  readonly after: Attributes | undefined;
  /** Names of attributes that are known after the apply only. */
  readonly unknown: readonly string[];
  /** Names of attributes that hold something sensitive, and whether it changes. */
  readonly sensitive: readonly { readonly name: string; readonly changes: boolean }[];
  /** Attributes for whose sake it is replaced. */
  readonly replacedFor: readonly string[];
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A plan as the review reads it. */
export interface ReviewedPlan {
  readonly formatVersion: string;
  readonly terraformVersion: string;
  /** What changes, in the plan's order; without what stays as it is. */
  readonly changes: readonly ResourceChange[];
  /** What somebody changed beside Terraform since the last apply. */
  readonly drift: readonly ResourceChange[];
  /** Every resource as it is after the apply, those that stay as they are too. */
  readonly resources: readonly PlannedResource[];
}

export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly attributes: Attributes;
}
