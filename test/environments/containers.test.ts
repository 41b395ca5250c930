import { declaredStack } from "../../environments/containers";
import { loadEnvironment, overridesVariable, parseEnvironment } from "../../environments/load";
import { lab } from "../../environments/lab";
import type { Environment } from "../../environments/schema";
import { refusalOf } from "../helpers/environments";

const withContainers = (containers: unknown): Environment => parseEnvironment({ ...lab, containers });
const refusal = (containers: unknown): string => refusalOf(() => withContainers(containers));

function stackOf(environment: Environment) {
  const stack = declaredStack(environment);
  if (stack === undefined) throw new Error(`${environment.name} declares no containers`);
  return stack;
}

describe("containers of an environment", () => {
  it("are none unless they are declared", () => {
    expect(declaredStack(loadEnvironment("prod", {}))).toBeUndefined();
  });

  it("have defaults of one Vault on raft under the environment's name", () => {
    const { model, ...kept } = stackOf(withContainers({}));
    expect(model).toMatchObject({ name: "leasehold-lab", volumes: ["vault"] });
    expect(model.containers.map(({ name, ports }) => [name, ports[0]?.host])).toEqual([["vault", 8200]]);
    expect(kept).toEqual({
      secretsFolder: ".lab/leasehold-lab/secrets",
      statePath: "terraform.lab-infra.tfstate",
      provider: undefined,
    });
  });

  it("have ports for three nodes without being told", () => {
    const { model } = stackOf(withContainers({ storage: { type: "raft", nodes: 3 } }));
    expect(model.containers.map(({ ports }) => ports[0]?.host)).toEqual([8200, 8202, 8204]);
  });

  it("are as they are declared", () => {
    const { model, ...kept } = stackOf(
      withContainers({
        name: "mine",
        server: "openbao",
        storage: { type: "postgresql" },
        vaultPorts: [18_200],
        databases: [{ engine: "mysql", port: 13_306, database: "reports" }],
        agent: { role: "orders-app", database: "database/app-readonly" },
        images: { openbao: "registry.company.com/bao:2.7.2" },
        secretsFolder: "/srv/secrets",
        provider: "4.6.0",
        statePath: "/srv/infra.tfstate",
      }),
    );
    expect(model.name).toBe("mine");
    expect(model.containers.map(({ name }) => name)).toEqual(["storage", "mysql", "openbao", "agent"]);
    expect(model.containers.flatMap(({ ports }) => ports.map(({ host }) => host))).toEqual([13_306, 18_200]);
    expect(model.images.openbao).toBe("registry.company.com/bao:2.7.2");
    expect(kept).toEqual({ secretsFolder: "/srv/secrets", provider: "4.6.0", statePath: "/srv/infra.tfstate" });
  });

  it.each<[string, unknown, string]>([
    ["an unknown option", { ports: [] }, 'containers Unrecognized key: "ports"'],
    ["what the model refuses", { vaultPorts: [1, 2] }, "containers vaultPorts has 2 ports for 1 of Vault's nodes"],
    ["an image without a tag", { images: { vault: "vault" } }, 'containers images.vault "vault" is no name'],
    ["an unknown engine", { databases: [{ engine: "oracle" }] }, "containers.databases[0].engine"],
    ["an unknown storage", { storage: { type: "file" } }, "containers.storage.type"],
    ["a port that is none", { vaultPorts: [0] }, "containers.vaultPorts[0]"],
    [
      "an agent of a login that is not declared",
      { agent: { role: "nobody", database: "database/app-readonly" } },
      'containers.agent.role AppRole of approle "nobody" is not declared: declare it or use one of orders-app',
    ],
    [
      "an agent of a role that is not declared",
      { agent: { role: "orders-app", database: "database/none" } },
      'containers.agent.database role "database/none" is not declared: declare it or use one of database/app-readonly, ',
    ],
  ])("refuse %s", (_what, containers, message) => {
    expect(refusal(containers)).toContain(`[environments/lab] ${message}`);
  });
});

describe("overrides of containers", () => {
  const overridden = (containers: unknown, environment = "lab"): Environment =>
    loadEnvironment(environment, { [overridesVariable]: JSON.stringify({ [environment]: { containers } }) });

  it("bring them to other ports, images, names and places", () => {
    const { model, ...kept } = stackOf(
      overridden({
        name: "leasehold-default",
        server: "openbao",
        storage: { type: "raft", nodes: 3 },
        vaultPorts: [1, 2, 3],
        databasePorts: { postgres: 4 },
        images: { postgres: "registry.company.com/postgres:18.6" },
        secretsFolder: "/srv/secrets",
        provider: "4.6.0",
        statePath: "/srv/infra.tfstate",
      }),
    );
    expect(model.name).toBe("leasehold-default");
    expect(model.containers.map(({ name, ports }) => [name, ports[0]?.host])).toEqual([
      ["postgres", 4],
      ["openbao-1", 1],
      ["openbao-2", 2],
      ["openbao-3", 3],
    ]);
    expect(model.images.postgres).toBe("registry.company.com/postgres:18.6");
    expect(kept).toEqual({ secretsFolder: "/srv/secrets", provider: "4.6.0", statePath: "/srv/infra.tfstate" });
  });

  it("leave what they do not name as it is declared", () => {
    const plain = loadEnvironment("lab", {}).containers;
    expect(overridden({ name: "mine" }).containers).toEqual({ ...plain, name: "mine" });
  });

  it.each<[string, unknown, string, string]>([
    ["those of an environment that has none", {}, "prod", "prod has no containers: leave containers out"],
    [
      "the port of a database that is not in them",
      { databasePorts: { mysql: 3306 } },
      "lab",
      'lab has no container of the database "mysql": use one of postgres',
    ],
    ["who is in the stack", { databases: [] }, "lab", 'lab.containers Unrecognized key: "databases"'],
  ])("refuse %s", (_what, containers, environment, message) => {
    expect(refusalOf(() => overridden(containers, environment))).toContain(`[${overridesVariable}] ${message}`);
  });
});
