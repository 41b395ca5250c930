import { readJson } from "./parse-back";
import { configured, enterprise, listening, openbao, sound, tls } from "./sound-server";

describe("secrets in a server's configuration", () => {
  it.each<[string, object, RegExp]>([
    [
      "Consul's token",
      { storage: { type: "consul", token: "canary" } },
      /token would hold a secret: leave it out; what carries it is CONSUL_HTTP_TOKEN$/,
    ],
    [
      "the connection string",
      { storage: { type: "postgresql", connectionUrl: "postgres://canary" } },
      /connectionUrl would hold a secret: .* VAULT_PG_CONNECTION_URL/,
    ],
    [
      "the same by Vault's name",
      { storage: { type: "postgresql", connection_url: "postgres://canary" } },
      /connection_url would hold a secret/,
    ],
    [
      "the token of a seal",
      { seal: { type: "transit", address: "https://o", mountPath: "t", keyName: "k", token: "canary" } },
      /token would hold a secret: .* VAULT_TOKEN \(OpenBao: BAO_TOKEN\)/,
    ],
    [
      "a key of AWS",
      { seal: { type: "awskms", region: "r", kmsKeyId: "k", secretKey: "canary" } },
      /secretKey would hold a secret: .* AWS_SECRET_ACCESS_KEY/,
    ],
    [
      "a client's secret",
      { seal: { type: "azurekeyvault", tenantId: "t", vaultName: "v", keyName: "k", clientSecret: "canary" } },
      /AZURE_CLIENT_SECRET/,
    ],
    [
      "credentials of Google's",
      { seal: { type: "gcpckms", project: "p", region: "r", keyRing: "r", cryptoKey: "k", credentials: "canary" } },
      /GOOGLE_APPLICATION_CREDENTIALS/,
    ],
    [
      "the key of a static seal",
      { server: openbao, seal: { type: "static", currentKeyId: "a", currentKey: "canary" } },
      /currentKeyFile/,
    ],
    ["a password in a URL", { apiAddress: "https://user:canary@vault:8200" }, /apiAddress holds a URL with a password/],
    ["a token as a name", { clusterName: "hvs.canarycanarycanarycanary" }, /clusterName holds a token of Vault's/],
    ["an access key as a name", { clusterName: "AKIAIOSFODNN7EXAMPLE" }, /clusterName holds an access key of AWS/],
    [
      "a password in a table's name",
      { storage: { type: "postgresql", table: "t password=canary" } },
      /table holds a password/,
    ],
  ])("are refused and not repeated: %s", (_name, change, message) => {
    expect(() => configured(change)).toThrow(message);
    try {
      configured(change);
    } catch (thrown) {
      expect(String(thrown)).not.toMatch(/canary|AKIA/);
    }
  });
});

describe("what people write by mistake in a server's configuration", () => {
  it.each<[string, object, RegExp]>([
    ["two storages", { storage: [{ type: "consul" }, sound.storage] }, /\[server\] storage has no type/],
    ["the old name of storage beside it", { backend: { consul: {} } }, /\[server\] backend is no option/],
    [
      "a storage that is none",
      { storage: { type: "kubernetes" } },
      /storage "kubernetes" is no storage .* raft on a persistent volume/,
    ],
    ["a lock beside raft", { haStorage: { type: "consul" } }, /haStorage is given, and raft is its own/],
    [
      "a lock on files",
      { storage: { type: "inmem", reason: "a test" }, haStorage: { type: "file", path: "/d" } },
      /haStorage "file" can hold no lock/,
    ],
    [
      "a lock on PostgreSQL that is none",
      { storage: { type: "file", path: "/d" }, haStorage: { type: "postgresql" } },
      /haEnabled/,
    ],
    ["memory without a reason", { storage: { type: "inmem" } }, /reason is not given/],
    [
      "raft without an address for the others",
      { clusterAddress: undefined },
      /clusterAddress is not given, and raft needs it/,
    ],
    ["raft without a folder", { storage: { type: "raft", nodeId: "a" } }, /storage raft\] path is not given/],
    ["a folder from here", { storage: { ...sound.storage, path: "data" } }, /path "data" is no absolute path/],
    [
      "a multiplier of 20",
      { storage: { ...sound.storage, performanceMultiplier: 20 } },
      /performanceMultiplier 20 is out of range/,
    ],
    ["nobody to join", { storage: { ...sound.storage, retryJoin: [] } }, /retryJoin is no list with something in it/],
    [
      "a node without its scheme",
      { storage: { ...sound.storage, retryJoin: [{ leaderApiAddress: "vault-2:8200" }] } },
      /retryJoin\[0\]\] leaderApiAddress "vault-2:8200" is no URL/,
    ],
    [
      "a cluster address in http",
      { clusterAddress: "http://vault:8201" },
      /clusterAddress "http:\/\/vault:8201" is http, and nodes talk TLS/,
    ],
    [
      "an address of no machine",
      { apiAddress: "https://0.0.0.0:8200" },
      /apiAddress "https:\/\/0.0.0.0:8200" is where a server listens/,
    ],
    [
      "http beside TLS",
      { apiAddress: "http://vault:8200" },
      /apiAddress "http:\/\/vault:8200" is http, and every listener serves TLS/,
    ],
    [
      "Consul over a network in plain text",
      { storage: { type: "consul", address: "consul:8500" } },
      /address "consul:8500" is reached over a network in plain text/,
    ],
    ["a prefix with / in front", { storage: { type: "consul", path: "/vault" } }, /path "\/vault" is no prefix/],
    ["no listener", { listeners: [] }, /listeners is no list with something in it/],
    ["a default over the maximum", { maxLeaseTtl: "48h" }, /defaultLeaseTtl 768h exceeds maxLeaseTtl 48h/],
    ["a TTL of 0", { maxLeaseTtl: "0s" }, /maxLeaseTtl "0s" is not a duration/],
    [
      "the raw endpoint without a reason",
      { rawStorageEndpointReason: "yes" },
      /rawStorageEndpointReason "yes" is no reason/,
    ],
    [
      "a licence for Community",
      { licensePath: "/licence" },
      /licensePath is given, and Vault Community 1.21 lacks a licence/,
    ],
    [
      "randomness for Community",
      { entropyAugmentation: true },
      /entropyAugmentation is given, and Vault Community 1.21 lacks/,
    ],
    [
      "randomness from key shares",
      { server: enterprise, entropyAugmentation: true },
      /the seal "shamir", which has no randomness/,
    ],
    ["a lock on OpenBao's memory", { server: openbao, disableMlock: true }, /OpenBao 2.7 lacks a lock on its memory/],
    [
      "audit devices for Vault",
      { audit: [{ type: "file", path: "f", filePath: "stdout" }] },
      /Vault Community 1.21 lacks audit devices of the server's configuration/,
    ],
    [
      "an audit device without a place",
      { server: openbao, audit: [{ type: "file", path: "f" }] },
      /audit\[0\] file\] filePath is not given/,
    ],
    ["a seal that is none", { seal: { type: "pkcs12" } }, /seal "pkcs12" is none/],
    [
      "two keys of a static seal",
      { server: openbao, seal: { type: "static", currentKeyId: "a", currentKeyFile: "/k", currentKeyVariable: "K" } },
      /not one of currentKeyFile and currentKeyVariable/,
    ],
    [
      "a static seal for Vault",
      { seal: { type: "static", currentKeyId: "a", currentKeyFile: "/k" } },
      /lacks a seal by a static key/,
    ],
    ["Consul for OpenBao", { server: openbao, storage: { type: "consul" } }, /OpenBao 2.7 lacks Consul/],
    [
      "files for OpenBao 2.7",
      { server: openbao, storage: { type: "file", path: "/d" } },
      /OpenBao 2.7 lacks files as a storage \(.*OpenBao before 2.7/,
    ],
    [
      "a cloud's key for OpenBao 2.7",
      { server: openbao, seal: { type: "awskms", region: "r", kmsKeyId: "k" } },
      /OpenBao 2.7 lacks built-in seals/,
    ],
    ["a log level that is none", { logLevel: "verbose" }, /logLevel "verbose" is unknown/],
    ["a tag without a value", { telemetry: { dogstatsdTags: ["prod"] } }, /dogstatsdTags "prod" is none/],
    ["a filter without a sign", { telemetry: { prefixFilter: ["vault"] } }, /prefixFilter "vault" is none/],
    [
      "an unknown measurement",
      { telemetry: { prometheusRetention: "1h" } },
      /prometheusRetention is no option: did you mean prometheusRetentionTime/,
    ],
    ["a registration that is none", { serviceRegistration: { type: "dns" } }, /service registration "dns" is none/],
    [
      "a tag with a comma",
      { serviceRegistration: { type: "consul", serviceTags: ["a,b"] } },
      /serviceTags "a,b" has a comma/,
    ],
    ["something to fill in", { clusterName: "${name}" }, /clusterName/],
  ])("is refused: %s", (_name, change, message) => {
    expect(() => configured(change)).toThrow(message);
  });

  it.each<[string, object, RegExp]>([
    ["no TLS, and no word of it", {}, /neither tls nor tlsDisable is given/],
    ["both", { tls, tlsDisable: true }, /both tls and tlsDisable is given/],
    ["none on a network", { tlsDisable: true }, /tlsDisable is true, and "0.0.0.0:8200" is no loopback address/],
    ["none for no reason", { tlsDisable: "yes" }, /tlsDisable "yes" is no reason/],
    ["a key that is missing", { tls: { certFile: "/c" } }, /tls\] keyFile is not given/],
    ["TLS 1.0", { tls: { ...tls, minVersion: "tls10" } }, /minVersion "tls10" is unknown/],
    [
      "a weak suite",
      { tls: { ...tls, cipherSuites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] } },
      /cipherSuites "TLS_RSA_WITH_AES_128_CBC_SHA" is none that is secure/,
    ],
    [
      "suites of TLS 1.3",
      { tls: { ...tls, minVersion: "tls13", cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"] } },
      /cipherSuites are of TLS 1.2/,
    ],
    [
      "callers' certificates of anybody",
      { tls: { ...tls, clientCertificates: "require" } },
      /no clientCaFile is given/,
    ],
    ["an address without a port", { address: "0.0.0.0", tls }, /address "0.0.0.0" is no host with a port/],
    [
      "a network that is none",
      { tls, xForwardedFor: { authorizedAddresses: ["10.0.0.0/33"] } },
      /"10.0.0.0\/33" is not a network/,
    ],
    [
      "a balancer by name",
      { tls, proxyProtocol: { behavior: "allow_authorized", authorizedAddresses: ["lb"] } },
      /authorizedAddresses "lb" is no address/,
    ],
    [
      "the word of anybody",
      { tls, proxyProtocol: { behavior: "use_always" } },
      /proxyProtocol\] reason undefined is no reason/,
    ],
    ["a status that is none", { tls, customResponseHeaders: { "700": { A: ["b"] } } }, /has the status "700"/],
    [
      "a header of Vault's",
      { tls, customResponseHeaders: { default: { "X-Vault-A": ["b"] } } },
      /has a header "X-Vault-A"/,
    ],
    [
      "metrics for all, with no reason",
      { tls, unauthenticatedMetricsReason: "x" },
      /unauthenticatedMetricsReason "x" is no reason/,
    ],
    [
      "a socket without its owner",
      { type: "unix", address: "/run/vault.sock" },
      /listeners\[0\] unix\] socketUser is not given/,
    ],
    [
      "a socket that all may use",
      { type: "unix", address: "/run/vault.sock", socketUser: "vault", socketGroup: "apps", socketMode: "0666" },
      /socketMode "0666" is no mode/,
    ],
    ["a type that is none", { type: "udp" }, /listeners\[0\] is of the type "udp"/],
  ])("is refused of a listener: %s", (_name, change, message) => {
    expect(() => listening(change)).toThrow(message);
  });

  it("is let through with its reason", () => {
    expect(readJson(listening({ tlsDisable: "Envoy on the same machine ends TLS" }).toJson())).toMatchObject({
      listener: { tcp: [{ tls_disable: true }] },
    });
  });
});
