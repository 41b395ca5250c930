/** A change as Terraform writes it. */
export interface RawChange {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: unknown;
  readonly mode?: string;
  readonly deposed?: string;
}

interface RawPlan {
  readonly changes?: readonly RawChange[];
  readonly drift?: readonly RawChange[];
  readonly resources?: readonly { readonly address: string; readonly values: unknown; readonly sensitive?: unknown }[];
  /** Whatever else stands at the top. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What `terraform show -json` would print. */
export function planJson({ changes = [], drift = [], resources = [], extra = {} }: RawPlan): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {
      root_module: {
        resources: resources.map(({ address, values, sensitive = {} }) => ({
          address,
          mode: "managed",
          type: typeOf(address),
          values,
          sensitive_values: sensitive,
        })),
      },
    },
    resource_changes: changes.map(written),
    resource_drift: drift.map(written),
    ...extra,
  });
}

function written({ address, mode = "managed", deposed, ...change }: RawChange): unknown {
  return { address, mode, type: typeOf(address), ...(deposed === undefined ? {} : { deposed }), change };
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? address;
}
