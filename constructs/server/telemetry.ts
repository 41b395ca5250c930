import type { Duration } from "../core/duration";
import { checked, type Fields, flag, hostAndPort, requireSome, plainText, text, time, whole } from "./fields";
import { LeaseholdError, show } from "../core/errors";

/**
 * What the server measures, and who is told.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/telemetry
 */
export interface Telemetry {
  /** How long values are kept for Prometheus, longer than between two of its visits. @default not served */
  readonly prometheusRetentionTime?: Duration;
  /** Host and port of statsd, by UDP. @default none */
  readonly statsdAddress?: string;
  /** Host and port of statsite, by TCP. @default none */
  readonly statsiteAddress?: string;
  /** Host and port of Datadog's agent. @default none */
  readonly dogstatsdAddress?: string;
  /** `name:value`. @default none */
  readonly dogstatsdTags?: readonly string[];
  /** Leave the host's name out of the names of measurements. @default false */
  readonly disableHostname?: boolean;
  /** Have the host's name as a label. @default false */
  readonly enableHostnameLabel?: boolean;
  /** @default "vault" */
  readonly metricsPrefix?: string;
  /** How often what takes long to count is counted. @default "10m" */
  readonly usageGaugePeriod?: Duration;
  /** @default 500 */
  readonly maximumGaugeCardinality?: number;
  /** Width of a bucket of leases that end. @default "1h" */
  readonly leaseMetricsEpsilon?: Duration;
  /** @default 168 */
  readonly numLeaseMetricsBuckets?: number;
  /** @default false */
  readonly addLeaseMetricsNamespaceLabels?: boolean;
  /** Whether measurements that no filter names are kept. @default true */
  readonly filterDefault?: boolean;
  /** `+` or `-` and the beginning of names. @default none */
  readonly prefixFilter?: readonly string[];
}

export const telemetryFields: Fields<Telemetry> = {
  prometheusRetentionTime: time("prometheus_retention_time"),
  statsdAddress: hostAndPort("statsd_address"),
  statsiteAddress: hostAndPort("statsite_address"),
  dogstatsdAddress: hostAndPort("dogstatsd_addr"),
  dogstatsdTags: checked("dogstatsd_tags", (where, option, values) =>
    requireSome(where, option, values).map((each) => requireForm(where, option, each, /^[^:\s]+:\S+$/, "env:prod")),
  ),
  disableHostname: flag("disable_hostname"),
  enableHostnameLabel: flag("enable_hostname_label"),
  metricsPrefix: text("metrics_prefix"),
  usageGaugePeriod: time("usage_gauge_period"),
  maximumGaugeCardinality: whole("maximum_gauge_cardinality", 1, 100_000),
  leaseMetricsEpsilon: time("lease_metrics_epsilon"),
  numLeaseMetricsBuckets: whole("num_lease_metrics_buckets", 1, 10_000),
  addLeaseMetricsNamespaceLabels: flag("add_lease_metrics_namespace_labels"),
  filterDefault: flag("filter_default"),
  prefixFilter: checked("prefix_filter", (where, option, values) =>
    requireSome(where, option, values).map((each) => requireForm(where, option, each, /^[+-]\S+$/, "-vault.expire")),
  ),
};

function requireForm(where: string, option: string, value: string, form: RegExp, example: string): string {
  if (form.test(plainText(where, option, value))) return value;
  throw new LeaseholdError(where, `${option} ${show(value)} is none`, `write each as in "${example}"`);
}
