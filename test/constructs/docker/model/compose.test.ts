import { parse } from "yaml";
import { composeFiles, type ComposeOptions } from "../../../../constructs/docker/model/compose";
import type { StackModel } from "../../../../constructs/docker/model/container-model";
import { devStack } from "../../../../constructs/docker/model/dev-stack";

interface Service {
  readonly [field: string]: unknown;
  readonly volumes: readonly { readonly type: string; readonly source: string; readonly target: string }[];
}

interface Document {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
}

const stack = devStack({
  name: "leasehold-lab",
  vaultPorts: [8200],
  storage: { type: "postgresql" },
  databases: [{ engine: "postgres", port: 5432, database: "orders" }],
  agent: { role: "orders-app", database: "database/app-readonly" },
});

function documentOf(model: StackModel, options?: ComposeOptions): Document {
  return parse(composeFiles(model, options)["compose.yaml"]) as Document;
}

describe("a dev stack for Compose", () => {
  const { name, services, volumes } = documentOf(stack);

  it("has the stack's name, its containers and its volumes", () => {
    expect(name).toBe("leasehold-lab");
    expect(Object.keys(services)).toEqual(["storage", "postgres", "vault", "agent"]);
    expect(volumes).toEqual({ storage: {}, postgres: {}, agent: {} });
  });

  it("runs each container as the model says", () => {
    expect(services["postgres"]).toEqual({
      image: "postgres:18.6",
      user: "postgres",
      environment: {
        POSTGRES_PASSWORD_FILE: "/run/secrets/postgres-password",
        POSTGRES_USER: "postgres",
        POSTGRES_DB: "orders",
      },
      volumes: [
        { type: "volume", source: "postgres", target: "/var/lib/postgresql" },
        {
          type: "bind",
          source: "./secrets/postgres-password",
          target: "/run/secrets/postgres-password",
          read_only: true,
          bind: { create_host_path: false },
        },
      ],
      ports: ["127.0.0.1:5432:5432"],
      healthcheck: {
        test: ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1"],
        interval: "2s",
        timeout: "10s",
        retries: 15,
        start_period: "60s",
      },
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      restart: "unless-stopped",
      stop_grace_period: "30s",
    });
    expect(services["vault"]).toMatchObject({
      command: ["vault", "server", "-config=/vault/config/server.hcl"],
      ports: ["127.0.0.1:8200:8200"],
      depends_on: { storage: { condition: "service_healthy" } },
    });
    expect(services["agent"]).toMatchObject({ depends_on: { vault: { condition: "service_healthy" } } });
    expect(services["agent"]).not.toHaveProperty("healthcheck");
  });

  it("lets nothing listen beyond loopback", () => {
    const ports = Object.values(services).flatMap((each) => (each["ports"] ?? []) as readonly string[]);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it("mounts every file of configuration that lies beside it, and nothing else", () => {
    const files = Object.fromEntries(Object.entries(composeFiles(stack)).filter(([path]) => path !== "compose.yaml"));
    expect(Object.keys(files).sort()).toEqual([
      "config/agent/agent.hcl",
      "config/storage/vault.sql",
      "config/vault/server.hcl",
    ]);
    expect(files["config/vault/server.hcl"]).toBe(
      stack.containers.find((each) => each.name === "vault")?.files[0]?.content,
    );
    const sources = Object.values(services).flatMap((each) =>
      each.volumes.filter(({ type, source }) => type === "bind" && source.startsWith("./config/")),
    );
    expect(sources.map(({ source }) => source.replace("./", "")).sort()).toEqual(Object.keys(files).sort());
  });

  it("mounts the secrets from where they lie", () => {
    const moved = documentOf(stack, { secretsFolder: "/home/me/.lab/default/secrets" });
    const sources = Object.values(moved.services).flatMap((each) => each.volumes.map(({ source }) => source));
    expect(sources.filter((source) => source.includes("secrets"))).toEqual([
      "/home/me/.lab/default/secrets/storage-password",
      "/home/me/.lab/default/secrets/postgres-password",
      "/home/me/.lab/default/secrets/storage-pgpass",
      "/home/me/.lab/default/secrets/agent-login",
    ]);
  });

  it("keeps Compose from filling in what stands in a text", () => {
    const [container] = stack.containers;
    if (container === undefined) throw new Error("the stack is empty");
    const model = { ...stack, containers: [{ ...container, variables: { PRICE: "$5 and ${HOME}" } }] };
    expect(documentOf(model).services["storage"]?.["environment"]).toEqual({ PRICE: "$$5 and $${HOME}" });
  });

  it("adds the capabilities that a container keeps", () => {
    const [container] = stack.containers;
    if (container === undefined) throw new Error("the stack is empty");
    const model = { ...stack, containers: [{ ...container, capabilities: ["IPC_LOCK"] }] };
    expect(documentOf(model).services["storage"]).toMatchObject({ cap_drop: ["ALL"], cap_add: ["IPC_LOCK"] });
  });

  it("waits only for the start of what has no health check", () => {
    const [storage, , vault] = stack.containers;
    if (storage === undefined || vault === undefined) throw new Error("the stack is empty");
    const model = { ...stack, containers: [{ ...storage, healthCheck: undefined }, vault] };
    expect(documentOf(model).services["vault"]).toMatchObject({
      depends_on: { storage: { condition: "service_started" } },
    });
  });
});
