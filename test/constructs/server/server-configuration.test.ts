import { serverFeatures, ServerFeatures } from "../../../constructs/core/server-features";
import { ServerConfiguration } from "../../../constructs/server/server-configuration";
import { readHcl, readJson } from "./parse-back";
import { configured, enterprise, openbao, sound, tls } from "./sound-server";

const read = (change: object) => readJson(configured(change).toJson()) as Record<string, never>;

describe("a server's configuration", () => {
  it("is safe where nothing is said: TLS 1.2 at least, no user interface, memory that may be swapped stated", () => {
    expect(new ServerConfiguration(sound).toHcl()).toBe(
      [
        'api_addr = "https://vault-1.company.com:8200"',
        'cluster_addr = "https://vault-1.company.com:8201"',
        "ui = false",
        "disable_mlock = true",
        'log_level = "info"',
        'log_format = "json"',
        "",
        'storage "raft" {',
        '  path = "/opt/vault/data"',
        '  node_id = "vault-1"',
        "  performance_multiplier = 1",
        "}",
        "",
        'listener "tcp" {',
        '  address = "0.0.0.0:8200"',
        '  tls_cert_file = "/etc/vault/tls/vault.crt"',
        '  tls_key_file = "/etc/vault/tls/vault.key"',
        '  tls_min_version = "tls12"',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("locks its memory where the storage lets it, and says nothing of that to OpenBao, which can't", () => {
    expect(read({ storage: { type: "file", path: "/d" } })).toMatchObject({ disable_mlock: false });
    expect(read({ server: openbao })).not.toHaveProperty("disable_mlock");
  });

  const everything: readonly (readonly [string, object])[] = [
    [
      "raft with all options",
      {
        storage: {
          ...sound.storage,
          retryJoin: [
            {
              leaderApiAddress: "https://b:8200",
              leaderCaCertFile: "/ca",
              leaderClientCertFile: "/c",
              leaderClientKeyFile: "/k",
              leaderTlsServername: "b",
            },
            { leaderApiAddress: "https://c:8200" },
          ],
          performanceMultiplier: 2,
          trailingLogs: 5000,
          snapshotThreshold: 4096,
          maxEntrySize: 1_048_576,
          autopilotReconcileInterval: "20s",
          autopilotUpdateInterval: "4s",
        },
      },
    ],
    [
      "Consul, with a lock elsewhere",
      {
        storage: {
          type: "consul",
          address: "consul.company.com:8501",
          tls: { caFile: "/ca", certFile: "/c", keyFile: "/k" },
          path: "vault/",
          consistencyMode: "strong",
          sessionTtl: "15s",
          lockWaitTime: "1m",
          maxParallel: 64,
        },
        haStorage: { type: "postgresql", haEnabled: true },
      },
    ],
    [
      "PostgreSQL",
      {
        storage: {
          type: "postgresql",
          table: "kv",
          haEnabled: true,
          haTable: "locks",
          maxParallel: 64,
          maxIdleConnections: 4,
        },
      },
    ],
    [
      "every seal's fields",
      {
        seal: {
          type: "transit",
          address: "https://other:8200",
          mountPath: "transit",
          keyName: "unseal",
          namespace: "ops",
          disableRenewal: true,
          tlsCaCert: "/ca",
          tlsClientCert: "/c",
          tlsClientKey: "/k",
          tlsServerName: "other",
          disabled: true,
        },
      },
    ],
    [
      "AWS",
      {
        seal: { type: "awskms", region: "eu-central-1", kmsKeyId: "alias/vault", endpoint: "https://kms.company.com" },
      },
    ],
    ["Google Cloud", { seal: { type: "gcpckms", project: "p", region: "global", keyRing: "r", cryptoKey: "k" } }],
    [
      "Azure",
      { seal: { type: "azurekeyvault", tenantId: "t", vaultName: "v", keyName: "k", environment: "AZUREPUBLICCLOUD" } },
    ],
    ["a static key", { server: openbao, seal: { type: "static", currentKeyId: "one", currentKeyFile: "/run/key" } }],
    [
      "audit devices",
      {
        server: openbao,
        audit: [
          { type: "file", path: "file", filePath: "/var/log/audit.log" },
          { type: "file", path: "out", filePath: "stdout", description: "d" },
          { type: "syslog", path: "syslog", facility: "LOCAL0", tag: "bao" },
          { type: "socket", path: "socket", address: "127.0.0.1:9090", socketType: "tcp", elideListResponses: true },
        ],
      },
    ],
    [
      "listeners of both types",
      {
        listeners: [
          {
            type: "tcp",
            address: "0.0.0.0:8200",
            clusterAddress: "0.0.0.0:8201",
            tls: {
              ...tls,
              minVersion: "tls12",
              cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
              clientCaFile: "/ca",
              clientCertificates: "require",
            },
            proxyProtocol: { behavior: "deny_unauthorized", authorizedAddresses: ["10.0.0.7", "10.1.0.0/16"] },
            xForwardedFor: {
              authorizedAddresses: ["10.0.0.7"],
              hopSkips: 1,
              rejectNotPresent: false,
              rejectNotAuthorized: true,
            },
            customResponseHeaders: { default: { "X-A": ["b"] }, "4xx": { "X-C": ["d", "e"] }, "404": { "X-F": ["g"] } },
            unauthenticatedMetricsReason: "Prometheus has no token",
            maxRequestSize: 1_000_000,
            maxRequestDuration: "2m",
            redactAddresses: true,
            redactClusterName: true,
            redactVersion: true,
          },
          {
            type: "unix",
            address: "/run/vault.sock",
            socketMode: "0660",
            socketUser: "vault",
            socketGroup: "apps",
          },
          {
            type: "tcp",
            address: "127.0.0.1:8300",
            tlsDisable: true,
            proxyProtocol: { behavior: "use_always", reason: "Only the balancer reaches it" },
          },
        ],
      },
    ],
    [
      "telemetry",
      {
        telemetry: {
          prometheusRetentionTime: "24h",
          statsdAddress: "127.0.0.1:8125",
          statsiteAddress: "127.0.0.1:8126",
          dogstatsdAddress: "127.0.0.1:8127",
          dogstatsdTags: ["env:prod"],
          disableHostname: true,
          enableHostnameLabel: true,
          metricsPrefix: "vault",
          usageGaugePeriod: "5m",
          maximumGaugeCardinality: 100,
          leaseMetricsEpsilon: "30m",
          numLeaseMetricsBuckets: 10,
          addLeaseMetricsNamespaceLabels: false,
          filterDefault: true,
          prefixFilter: ["-vault.route", "+vault.expire"],
        },
      },
    ],
    [
      "registration in Consul",
      {
        serviceRegistration: {
          type: "consul",
          address: "127.0.0.1:8500",
          service: "vault",
          serviceTags: ["a", "b"],
          serviceAddress: "10.0.0.1",
          checkTimeout: "5s",
        },
      },
    ],
    ["registration in Kubernetes", { serviceRegistration: { type: "kubernetes" } }],
    [
      "Enterprise",
      {
        server: enterprise,
        licensePath: "/etc/vault/licence",
        entropyAugmentation: true,
        seal: { type: "awskms", region: "r", kmsKeyId: "k" },
      },
    ],
    [
      "the top level",
      {
        clusterName: "prod",
        ui: true,
        logLevel: "warn",
        logFormat: "standard",
        logFile: "/var/log/vault.log",
        logRotateDuration: "1d",
        logRotateMaxFiles: 7,
        defaultLeaseTtl: "1h",
        maxLeaseTtl: "2d",
        defaultMaxRequestDuration: "90s",
        disableMlock: false,
        rawStorageEndpointReason: "A migration by hand until Friday",
        pluginDirectory: "/opt/plugins",
        pidFile: "/run/vault.pid",
        allowAuditLogPrefixing: true,
      },
    ],
  ];

  it.each(everything)("says the same in HCL and in JSON: %s", async (_name, change) => {
    const configuration = configured(change);
    expect(await readHcl(configuration.toHcl())).toEqual(readJson(configuration.toJson()));
  });

  it.each(everything)("renders every option that is given: %s", (_name, change) => {
    const configuration = configured(change);
    const bare = configured("server" in change ? { server: change.server } : {});
    expect(configuration.toHcl()).not.toBe(bare.toHcl());
    expect(configured(change).toHcl()).toBe(configuration.toHcl());
  });

  it("gives durations in Go's units, which have no days", () => {
    expect(read({ defaultLeaseTtl: "2d", maxLeaseTtl: "30d" })).toMatchObject({
      default_lease_ttl: "48h",
      max_lease_ttl: "720h",
    });
  });

  it("says which variables carry secrets", () => {
    const names = (change: object) =>
      configured(change).environment.map(({ name, required }) => `${name}${required ? "" : "?"}`);
    expect(names({})).toEqual([]);
    expect(names({ storage: { type: "postgresql" } })).toEqual(["VAULT_PG_CONNECTION_URL"]);
    expect(names({ server: openbao, storage: { type: "postgresql" } })).toEqual(["BAO_PG_CONNECTION_URL"]);
    expect(names({ storage: { type: "consul" } })).toEqual(["CONSUL_HTTP_TOKEN?"]);
    expect(names({ seal: { type: "transit", address: "https://o:8200", mountPath: "transit", keyName: "k" } })).toEqual(
      ["VAULT_TOKEN"],
    );
    expect(names({ seal: { type: "awskms", region: "r", kmsKeyId: "k" } })).toEqual([
      "AWS_ACCESS_KEY_ID?",
      "AWS_SECRET_ACCESS_KEY?",
    ]);
    expect(names({ seal: { type: "azurekeyvault", tenantId: "t", vaultName: "v", keyName: "k" } })).toEqual([
      "AZURE_CLIENT_ID?",
      "AZURE_CLIENT_SECRET?",
    ]);
    expect(names({ seal: { type: "gcpckms", project: "p", region: "r", keyRing: "r", cryptoKey: "k" } })).toEqual([
      "GOOGLE_APPLICATION_CREDENTIALS?",
    ]);
    expect(names({ server: enterprise })).toEqual(["VAULT_LICENSE"]);
    expect(names({ server: openbao, serviceRegistration: { type: "kubernetes" } })).toEqual([
      "BAO_K8S_NAMESPACE",
      "BAO_K8S_POD_NAME",
    ]);
    expect(names({ server: openbao, seal: { type: "static", currentKeyId: "a", currentKeyVariable: "KEY" } })).toEqual([
      "KEY",
    ]);
  });
});

describe("what servers have no more", () => {
  it("is told by the version", () => {
    const has = (version: string) => ServerFeatures.of({ product: "openbao", version }).has("fileStorage");
    expect(["2.2", "2.6", "2.7", "2.8"].map(has)).toEqual([true, true, false, false]);
    expect(serverFeatures).toContain("fileStorage");
  });
});
