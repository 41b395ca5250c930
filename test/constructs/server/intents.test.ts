import { ServerConfiguration } from "../../../constructs/server/server-configuration";
import { readJson } from "./parse-back";
import { tls } from "./sound-server";

const addresses = { apiAddress: "https://vault.company.com:8200", clusterAddress: "https://vault.company.com:8201" };
const listeners = [{ type: "tcp", address: "0.0.0.0:8200", clusterAddress: "0.0.0.0:8201", tls }] as const;
const telemetry = { prometheusRetentionTime: "30s", disableHostname: true } as const;

/** What people mean by the files that guides show, without what is wrong with them. */
describe("what people mean", () => {
  it("by Consul twice, with its token and its key pair: one storage, which holds the lock too", () => {
    const configuration = new ServerConfiguration({
      ...addresses,
      clusterName: "vault-prod",
      storage: {
        type: "consul",
        address: "consul.service.consul:8501",
        path: "vault/",
        tls: { caFile: "/vault/tls/ca.pem", certFile: "/vault/tls/client.pem", keyFile: "/vault/tls/client-key.pem" },
      },
      listeners,
      seal: { type: "awskms", region: "us-east-1", kmsKeyId: "alias/vault-unseal" },
      ui: true,
      telemetry: { ...telemetry, statsdAddress: "statsd.company.com:8125", dogstatsdTags: ["environment:production"] },
    });
    expect(readJson(configuration.toJson())).toMatchObject({
      cluster_name: "vault-prod",
      storage: { consul: [{ scheme: "https", tls_min_version: "tls12", path: "vault/" }] },
      seal: { awskms: [{ kms_key_id: "alias/vault-unseal" }] },
    });
    expect(configuration.toJson()).not.toContain("ha_storage");
    expect(configuration.environment.map(({ name }) => name)).toContain("CONSUL_HTTP_TOKEN");
  });

  it("by PostgreSQL with a lock in Consul: the agent of the same machine, and a password in the environment", () => {
    const configuration = new ServerConfiguration({
      ...addresses,
      storage: { type: "postgresql", table: "vault_kv_store", maxParallel: 128 },
      haStorage: { type: "consul", address: "127.0.0.1:8500", path: "vault/" },
      listeners,
      defaultLeaseTtl: "7d",
      maxLeaseTtl: "30d",
      telemetry,
    });
    expect(readJson(configuration.toJson())).toMatchObject({
      storage: { postgresql: [{ table: "vault_kv_store", max_parallel: 128 }] },
      ha_storage: { consul: [{ address: "127.0.0.1:8500" }] },
      default_lease_ttl: "168h",
      max_lease_ttl: "720h",
    });
    expect(configuration.environment.map(({ name }) => name)).toEqual(["CONSUL_HTTP_TOKEN", "VAULT_PG_CONNECTION_URL"]);
  });

  it("by raft beside Consul: raft", () => {
    const configuration = new ServerConfiguration({
      ...addresses,
      storage: { type: "raft", path: "/vault/data", nodeId: "vault-1" },
      listeners,
      telemetry,
    });
    expect(readJson(configuration.toJson())).toMatchObject({ storage: { raft: [{ node_id: "vault-1" }] } });
  });

  it("by Kubernetes as a storage: raft on a volume, and labels on the pod", () => {
    const configuration = new ServerConfiguration({
      ...addresses,
      storage: { type: "raft", path: "/vault/data", nodeId: "vault-0" },
      serviceRegistration: { type: "kubernetes" },
      listeners,
    });
    expect(configuration.toHcl()).toContain('service_registration "kubernetes" {}');
    expect(configuration.environment.map(({ name }) => name)).toEqual(["VAULT_K8S_NAMESPACE", "VAULT_K8S_POD_NAME"]);
  });
});
