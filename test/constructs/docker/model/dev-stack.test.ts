import {
  type ContainerModel,
  secondsToHealth,
  type StackModel,
} from "../../../../constructs/docker/model/container-model";
import { administratorOf } from "../../../../constructs/docker/model/database-servers";
import { devStack, type DevStackProps } from "../../../../constructs/docker/model/dev-stack";
import { officialImages, stackDatabases } from "../../../../constructs/docker/model/images";
import { refusalOf } from "../../../helpers/environments";

const props: DevStackProps = { name: "lab", vaultPorts: [8200] };
const stackWith = (change: Partial<DevStackProps> = {}): StackModel => devStack({ ...props, ...change });
const refusal = (change: object): string => refusalOf(() => devStack({ ...props, ...change }));

function containerOf({ containers }: StackModel, name: string): ContainerModel {
  const found = containers.filter((each) => each.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} containers named ${name}`);
  return found[0];
}

function configurationOf(stack: StackModel, name: string): string {
  const { files } = containerOf(stack, name);
  if (files.length !== 1 || files[0] === undefined) throw new Error(`${files.length} files in ${name}`);
  return files[0].content;
}

const namesOf = ({ containers }: StackModel) => containers.map(({ name }) => name);

describe("a dev stack", () => {
  it("is one Vault on raft, unless more is asked for", () => {
    const stack = stackWith();
    expect(stack).toMatchObject({
      name: "lab",
      images: { vault: officialImages.vault },
      volumes: ["vault"],
      secrets: [],
    });
    expect(namesOf(stack)).toEqual(["vault"]);
    expect(containerOf(stack, "vault")).toMatchObject({
      image: officialImages.vault,
      user: "vault",
      command: ["vault", "server", "-config=/vault/config/server.hcl"],
      variables: { SKIP_CHOWN: "true", SKIP_SETCAP: "true" },
      volumes: [{ volume: "vault", path: "/vault/file" }],
      ports: [{ host: 8200, container: 8200 }],
      startsAfter: [],
    });
    expect(configurationOf(stack, "vault")).toMatch(
      /^storage "raft" \{\n {2}path = "\/vault\/file"\n {2}node_id = "vault"$/m,
    );
    expect(configurationOf(stack, "vault")).not.toContain("retry_join");
  });

  it("calls a Vault healthy that is sealed or has no keys yet: whoever initialises it waits for that", () => {
    const asked = containerOf(stackWith(), "vault").healthCheck?.command.at(-1) ?? "";
    const { pathname, searchParams } = new URL(asked);
    expect(pathname).toBe("/v1/sys/health");
    expect(Object.fromEntries(searchParams)).toMatchObject({ sealedcode: "200", uninitcode: "200", standbyok: "true" });
  });

  it("has three nodes that find each other, each on its volume and its port", () => {
    const stack = stackWith({ storage: { type: "raft", nodes: 3 }, vaultPorts: [8200, 8300, 8400] });
    expect(namesOf(stack)).toEqual(["vault-1", "vault-2", "vault-3"]);
    expect(stack.volumes).toEqual(["vault-1", "vault-2", "vault-3"]);
    expect(stack.containers.map(({ ports }) => ports)).toEqual(
      [8200, 8300, 8400].map((host) => [{ host, container: 8200 }]),
    );
    const joined = [...configurationOf(stack, "vault-2").matchAll(/leader_api_addr = "(.*)"/g)].map(([, url]) => url);
    expect(joined).toEqual(["http://vault-1:8200", "http://vault-3:8200"]);
    expect(configurationOf(stack, "vault-2")).toContain('cluster_addr = "https://vault-2:8201"');
  });

  it("keeps Vault's data in Consul, which nothing outside of the stack reaches", () => {
    const stack = stackWith({ storage: { type: "consul" } });
    expect(namesOf(stack)).toEqual(["consul", "vault"]);
    expect(stack.volumes).toEqual(["consul"]);
    expect(stack.images).toEqual({ vault: officialImages.vault, consul: officialImages.consul });
    expect(containerOf(stack, "consul")).toMatchObject({ user: "consul", ports: [] });
    expect(containerOf(stack, "consul").command).toEqual(expect.arrayContaining(["-server", "-bootstrap-expect=1"]));
    expect(containerOf(stack, "vault")).toMatchObject({ startsAfter: ["consul"], volumes: [] });
    const configuration = configurationOf(stack, "vault");
    expect(configuration).toContain('storage "consul" {\n  address = "consul:8500"\n}');
    expect(configuration.match(/^storage /gm)).toHaveLength(1);
    expect(configuration).toContain("disable_mlock = true");
  });

  it("keeps Vault's data in a PostgreSQL of its own, whose password is in a file and in no variable", () => {
    const stack = stackWith({ storage: { type: "postgresql" }, databases: [{ engine: "postgres" }] });
    expect(namesOf(stack)).toEqual(["storage", "postgres", "vault"]);
    expect(stack.secrets).toEqual([
      { holds: "password", name: "storage-password" },
      {
        holds: "pgpass",
        name: "storage-pgpass",
        password: "storage-password",
        host: "storage",
        port: 5432,
        database: "vault",
        user: "vault",
      },
      { holds: "password", name: "postgres-password" },
    ]);
    expect(containerOf(stack, "storage")).toMatchObject({
      variables: {
        POSTGRES_PASSWORD_FILE: "/run/secrets/storage-password",
        POSTGRES_USER: "vault",
        POSTGRES_DB: "vault",
      },
      volumes: [{ volume: "storage", path: "/var/lib/postgresql" }],
      ports: [],
    });
    expect(configurationOf(stack, "storage")).toMatch(/^CREATE TABLE vault_kv_store \($/m);
    expect(containerOf(stack, "vault")).toMatchObject({
      variables: {
        VAULT_PG_CONNECTION_URL: "postgres://vault@storage:5432/vault?sslmode=disable",
        PGPASSFILE: "/run/secrets/storage-pgpass",
      },
      secrets: [{ name: "storage-pgpass", path: "/run/secrets/storage-pgpass" }],
      startsAfter: ["storage"],
      volumes: [],
    });
    expect(configurationOf(stack, "vault")).toContain('storage "postgresql" {}');
  });

  it("runs OpenBao in its own folders, which makes its tables itself and knows no lock on memory", () => {
    const stack = stackWith({ server: "openbao", storage: { type: "postgresql" } });
    expect(containerOf(stack, "storage").files).toEqual([]);
    expect(containerOf(stack, "openbao")).toMatchObject({
      image: officialImages.openbao,
      user: "openbao",
      command: ["bao", "server", "-config=/openbao/config/server.hcl"],
      variables: { BAO_PG_CONNECTION_URL: "postgres://vault@storage:5432/vault?sslmode=disable" },
    });
    expect(configurationOf(stack, "openbao")).not.toContain("mlock");
    expect(containerOf(stackWith({ server: "openbao" }), "openbao").volumes).toEqual([
      { volume: "openbao", path: "/openbao/file" },
    ]);
  });

  it.each([
    ["postgres", "postgres", "POSTGRES_PASSWORD_FILE", "POSTGRES_DB", "/var/lib/postgresql", 5432],
    ["mariadb", "mysql", "MARIADB_ROOT_PASSWORD_FILE", "MARIADB_DATABASE", "/var/lib/mysql", 3306],
    ["mysql", "mysql", "MYSQL_ROOT_PASSWORD_FILE", "MYSQL_DATABASE", "/var/lib/mysql", 3306],
    ["mongodb", "mongodb", "MONGO_INITDB_ROOT_PASSWORD_FILE", "MONGO_INITDB_DATABASE", "/data/db", 27_017],
  ] as const)(
    "has %s, made with a database, on a port of loopback",
    (engine, user, password, made, path, container) => {
      const stack = stackWith({ databases: [{ engine, port: 15_000, database: "orders" }] });
      expect(containerOf(stack, engine)).toMatchObject({
        image: officialImages[engine],
        user,
        variables: { [password]: `/run/secrets/${engine}-password`, [made]: "orders" },
        secrets: [{ name: `${engine}-password`, path: `/run/secrets/${engine}-password` }],
        volumes: [{ volume: engine, path }],
        ports: [{ host: 15_000, container }],
      });
      expect(stack.secrets).toEqual([{ holds: "password", name: `${engine}-password` }]);
      expect(administratorOf(engine).port).toBe(container);
    },
  );

  it("has databases without a port and without a database of their own", () => {
    const stack = stackWith({ databases: stackDatabases.map((engine) => ({ engine })) });
    expect(namesOf(stack)).toEqual([...stackDatabases, "vault"]);
    for (const engine of stackDatabases) {
      const { ports, variables } = containerOf(stack, engine);
      expect(ports).toEqual([]);
      expect(Object.keys(variables).filter((name) => /_(?:DB|DATABASE)$/.test(name))).toEqual([]);
    }
  });

  it("has an agent that reads its login from files and keeps a user on a volume", () => {
    const stack = stackWith({ agent: { role: "orders-app", database: "team/database/app-readonly" } });
    expect(namesOf(stack)).toEqual(["vault", "agent"]);
    expect(stack.secrets).toEqual([{ holds: "login", name: "agent-login", role: "orders-app" }]);
    const agent = containerOf(stack, "agent");
    expect(agent).toMatchObject({
      image: officialImages.vault,
      user: "vault",
      command: ["vault", "agent", "-config=/vault/config/agent.hcl"],
      secrets: [{ name: "agent-login", path: "/run/secrets/agent-login" }],
      volumes: [{ volume: "agent", path: "/vault/file" }],
      ports: [],
      startsAfter: ["vault"],
    });
    // It works once Vault is deployed to: a stack that waited for it would never be.
    expect(agent.healthCheck).toBeUndefined();
    const configuration = configurationOf(stack, "agent");
    expect(configuration).toContain('address = "http://vault:8200"');
    expect(configuration).toContain('"secret_id_file_path" = "/run/secrets/agent-login/secret-id"');
    expect(configuration).toContain('"remove_secret_id_file_after_reading" = false');
    expect(configuration).toContain('with secret \\"team/database/creds/app-readonly\\"');
  });

  it("asks the first of three nodes by its agent, which is OpenBao's where the server is", () => {
    const three = { storage: { type: "raft", nodes: 3 }, vaultPorts: [1, 2, 3] } as const;
    const agent = { role: "app", database: "database/reader" };
    const stack = stackWith({ ...three, agent, server: "openbao" });
    expect(configurationOf(stack, "agent")).toContain('address = "http://openbao-1:8200"');
    expect(containerOf(stack, "agent").command?.[0]).toBe("bao");
  });

  it("takes images of a registry of one's own, pinned by digest", () => {
    const digest = `@sha256:${"0123456789abcdef".repeat(4)}`;
    const images = {
      vault: `registry.company.com:5000/platform/vault:1.21.1${digest}`,
      postgres: "localhost/postgres:18.6",
    };
    const stack = stackWith({ images, databases: [{ engine: "postgres" }] });
    expect(stack.images).toEqual(images);
    expect(containerOf(stack, "vault").image).toBe(images.vault);
    expect(containerOf(stack, "postgres").image).toBe(images.postgres);
  });

  it("pins every official image to one version", () => {
    for (const image of Object.values(officialImages)) expect(image).toMatch(/:\d+\.\d+(?:\.\d+)?$/);
  });

  const variants: readonly Partial<DevStackProps>[] = [
    { storage: { type: "raft", nodes: 3 }, vaultPorts: [1, 2, 3] },
    { storage: { type: "consul" }, agent: { role: "app", database: "database/reader" } },
    { storage: { type: "postgresql" }, databases: stackDatabases.map((engine) => ({ engine })) },
    { server: "openbao", storage: { type: "postgresql" } },
  ];

  it.each(variants)("runs nothing as root, keeps no capability, and waits for what it needs: %j", (change) => {
    const stack = stackWith(change);
    for (const [at, { name, user, capabilities, startsAfter, healthCheck }] of stack.containers.entries()) {
      expect(user).toMatch(/^[a-z]+$/);
      expect(user).not.toBe("root");
      expect(capabilities).toEqual([]);
      const earlier = namesOf(stack).slice(0, at);
      expect(earlier).toEqual(expect.arrayContaining([...startsAfter]));
      expect([name, healthCheck === undefined]).toEqual([name, name === "agent"]);
    }
  });

  it.each(variants)("has each secret that a container reads, and none that nobody reads: %j", (change) => {
    const stack = stackWith(change);
    const read = stack.containers.flatMap(({ secrets }) => secrets.map(({ name }) => name));
    expect(new Set(stack.secrets.map(({ name }) => name))).toEqual(new Set(read));
    expect(new Set(stack.containers.map(({ image }) => image))).toEqual(new Set(Object.values(stack.images)));
  });
});

describe("what a dev stack refuses", () => {
  it.each<[string, object, string]>([
    ["an option that is none", { vaultPort: [8200] }, "vaultPort is no option: did you mean vaultPorts?"],
    [
      "another one",
      { swarm: true },
      "swarm is no option: use some of name, server, storage, vaultPorts, databases, agent, images",
    ],
    [
      "a name that Compose takes for none",
      { name: "Lab" },
      'name "Lab" is no prefix of names that the engine and Compose take: use lower-case letters, digits, _ and -, beginning with a letter or digit, 40 characters at most',
    ],
    ["a server that is none", { server: "consul" }, 'server "consul" is unknown: use vault or openbao'],
    [
      "a storage that is none",
      { storage: { type: "file" } },
      'storage.type "file" is unknown: use raft, consul or postgresql',
    ],
    [
      "two storages",
      { storage: { type: "raft", consul: {} } },
      "storage.consul is no option: use type, and with raft nodes",
    ],
    [
      "nodes of what has none",
      { storage: { type: "consul", nodes: 3 } },
      "storage.nodes is given with consul: leave it out: raft alone has nodes",
    ],
    [
      "two nodes",
      { storage: { type: "raft", nodes: 2 } },
      "storage.nodes is 2: use 1, or 3: two can lose none, and more teach nothing on one machine",
    ],
    [
      "OpenBao on Consul",
      { server: "openbao", storage: { type: "consul" } },
      "storage.type is consul, which OpenBao lacks: use raft or postgresql",
    ],
    [
      "fewer ports than nodes",
      { storage: { type: "raft", nodes: 3 } },
      "vaultPorts has 1 ports for 3 of Vault's nodes: give one port for each node",
    ],
    [
      "a port that is none",
      { vaultPorts: [65_536] },
      "vaultPorts[0] 65536 is out of range: give a whole number from 1 to 65535",
    ],
    [
      "a port of a database that is none",
      { databases: [{ engine: "mysql", port: 0 }] },
      "databases[0].port 0 is out of range: give a whole number from 1 to 65535",
    ],
    [
      "a port twice",
      { databases: [{ engine: "mysql", port: 8200 }] },
      "databases[0].port 8200 is also vaultPorts[0]: give each a port of its own",
    ],
    [
      "an engine that is none",
      { databases: [{ engine: "oracle" }] },
      'databases[0].engine "oracle" is unknown: use postgres, mariadb, mysql or mongodb',
    ],
    [
      "an engine twice",
      { databases: [{ engine: "mysql" }, { engine: "mysql" }] },
      "databases[1] is another mysql: use one server for each engine, with several databases on it",
    ],
    [
      "a database that can't be made",
      { databases: [{ engine: "postgres", database: "orders;" }] },
      'databases[0].database "orders;" is no name that a database can be made with: use letters, digits and _, beginning with a letter, 63 characters at most',
    ],
    [
      "an agent's role that is no name",
      { agent: { role: "a b", database: "database/reader" } },
      'agent.role "a b" can\'t be used in a Vault path: use letters, digits, `_`, `-` and `.`, beginning with a letter or digit, 63 characters at most',
    ],
    [
      "an agent's role of no mount",
      { agent: { role: "app", database: "reader" } },
      'agent.database "reader" is no role of a database: write its mount and its name, as in "database/app-readonly"',
    ],
    [
      "an image for what is no part of any stack",
      { images: { redis: "redis:8.0.0" } },
      'images "redis" is unknown: use vault, openbao, consul, postgres, mariadb, mysql or mongodb',
    ],
    [
      "an image that is another one tomorrow",
      { images: { mysql: "mysql:latest" } },
      'images.mysql "mysql:latest" is another image tomorrow: write it as in "registry.company.com/mysql:8.4.11", with @sha256: and the digest behind it to pin it',
    ],
    ...["vault", "vault@sha256:abc", "Vault:1", "vault:1 --privileged", "https://registry/vault:1", "vault:1${x}"].map(
      (image): [string, object, string] => [
        `the image ${image}`,
        { images: { vault: image } },
        `images.vault ${JSON.stringify(image)} is no name of an image with a tag: write it as in "registry.company.com/hashicorp/vault:1.21.1", with @sha256: and the digest behind it to pin it`,
      ],
    ),
  ])("refuses %s", (_what, change, message) => {
    expect(refusal(change)).toBe(`[containers] ${message}`);
  });
});

it("waits for a container as long as the engine does before it calls it unhealthy", () => {
  expect(secondsToHealth({ command: ["true"], interval: 2, timeout: 5, retries: 10, startPeriod: 30 })).toBe(100);
});
