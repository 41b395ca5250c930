import { resolve } from "node:path";
import { dev } from "../../environments/dev";
import { parseEnvironment } from "../../environments/load";
import type { EnvironmentDefinition } from "../../environments/schema";
import { declareBackend } from "../../stacks/state-backend";
import { bareStack, synth } from "../helpers/synth";

/** What Terraform gets for a declared state. */
function backend(state: EnvironmentDefinition["state"]) {
  const stack = bareStack();
  declareBackend(stack, parseEnvironment({ ...dev, state }));
  return synth(stack).terraform.backend;
}

describe("declareBackend", () => {
  it("keeps a local state at an absolute path, for Terraform runs in a folder of its own", () => {
    expect(backend({ backend: "local" })).toEqual({ local: { path: resolve("terraform.dev.tfstate") } });
    expect(backend({ backend: "local", path: "states/dev.tfstate" })).toEqual({
      local: { path: resolve("states/dev.tfstate") },
    });
    expect(backend({ backend: "local", path: "/var/lib/dev.tfstate" })).toEqual({
      local: { path: "/var/lib/dev.tfstate" },
    });
  });

  it("encrypts a state in S3 and locks it by a file", () => {
    expect(backend({ backend: "s3", bucket: "states", key: "dev.tfstate", region: "eu-central-1" })).toEqual({
      s3: { bucket: "states", key: "dev.tfstate", region: "eu-central-1", encrypt: true, use_lockfile: true },
    });
  });

  it("keeps a state in Google Cloud Storage", () => {
    expect(backend({ backend: "gcs", bucket: "states", prefix: "dev" })).toEqual({
      gcs: { bucket: "states", prefix: "dev" },
    });
  });

  it("keeps a state in Azure", () => {
    expect(
      backend({
        backend: "azurerm",
        resourceGroupName: "group",
        storageAccountName: "account",
        containerName: "container",
        key: "dev.tfstate",
      }),
    ).toEqual({
      azurerm: {
        resource_group_name: "group",
        storage_account_name: "account",
        container_name: "container",
        key: "dev.tfstate",
      },
    });
  });

  it("keeps a state behind HTTP, with a lock where there is one", () => {
    const address = "https://states.company.com/dev";
    expect(backend({ backend: "http", address })).toEqual({ http: { address } });
    expect(
      backend({ backend: "http", address, lockAddress: `${address}/lock`, unlockAddress: `${address}/unlock` }),
    ).toEqual({ http: { address, lock_address: `${address}/lock`, unlock_address: `${address}/unlock` } });
  });

  it("keeps a state in PostgreSQL, its connection string left to PG_CONN_STR", () => {
    expect(backend({ backend: "pg", schemaName: "dev" })).toEqual({ pg: { schema_name: "dev" } });
  });

  it("keeps a state in Consul, its token left to CONSUL_HTTP_TOKEN", () => {
    expect(backend({ backend: "consul", path: "leasehold/dev" })).toEqual({
      consul: { path: "leasehold/dev", gzip: true },
    });
    expect(backend({ backend: "consul", path: "leasehold/dev", address: "consul.company.com:8501" })).toEqual({
      consul: { path: "leasehold/dev", address: "consul.company.com:8501", gzip: true },
    });
  });
});
