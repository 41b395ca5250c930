import type { TerraformStack } from "cdktf";
import { DevStack } from "../../../constructs/docker/dev-stack";
import { DockerEngine } from "../../../constructs/docker/docker-engine";
import type { StackModel } from "../../../constructs/docker/model/container-model";
import { devStack } from "../../../constructs/docker/model/dev-stack";
import { refusalOf } from "../../helpers/environments";
import {
  addresses,
  bareStack,
  namedResource,
  onlyResource,
  resources,
  synth,
  type Synthesised,
} from "../../helpers/synth";

const secretsFolder = "/home/me/.lab/default/secrets";
const labels = [{ label: "leasehold.stack", value: "lab" }];

const single = devStack({
  name: "lab",
  vaultPorts: [8200],
  databases: [{ engine: "postgres", port: 5432, database: "orders" }],
});

function synthesised(model: StackModel = single, folder: string = secretsFolder): Synthesised {
  const stack = bareStack();
  new DockerEngine(stack, "Docker");
  new DevStack(stack, "containers", { model, secretsFolder: folder });
  return synth(stack);
}

const container = (result: Synthesised, name: string) => namedResource(result, "docker_container", `lab-${name}`);

describe("a dev stack on a Docker engine", () => {
  const result = synthesised();

  it("has one network, which is the stack's own", () => {
    expect(onlyResource(result, "docker_network")).toMatchObject({ name: "lab", driver: "bridge", labels });
  });

  it("has a volume for each that is mounted, under the stack's name", () => {
    expect(resources(result, "docker_volume")).toMatchObject([
      { name: "lab-postgres", labels },
      { name: "lab-vault", labels },
    ]);
  });

  it("leaves images where they are when it goes", () => {
    expect(namedResource(result, "docker_image", "hashicorp/vault:1.21.1")).toMatchObject({ keep_locally: true });
    expect(namedResource(result, "docker_image", "postgres:18.6")).toMatchObject({ keep_locally: true });
    expect(resources(result, "docker_image")).toHaveLength(2);
  });

  it("runs a database as the model says, and waits until it answers", () => {
    expect(container(result, "postgres")).toMatchObject({
      name: "lab-postgres",
      image: expect.stringMatching(/^\$\{docker_image\.containers_image-postgres_\w+\.image_id\}$/) as string,
      user: "postgres",
      env: ["POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password", "POSTGRES_USER=postgres", "POSTGRES_DB=orders"],
      mounts: [
        {
          type: "volume",
          source: expect.stringMatching(/^\$\{docker_volume\.containers_volume-postgres_\w+\.name\}$/) as string,
          target: "/var/lib/postgresql",
        },
        {
          type: "bind",
          source: `${secretsFolder}/postgres-password`,
          target: "/run/secrets/postgres-password",
          read_only: true,
        },
      ],
      ports: [{ ip: "127.0.0.1", external: 5432, internal: 5432 }],
      networks_advanced: [{ aliases: ["postgres"], name: expect.stringContaining("docker_network.") as string }],
      // As the engine says it: "60s" would be a change in every plan.
      healthcheck: { interval: "2s", timeout: "10s", retries: 15, start_period: "1m0s" },
      wait: true,
      wait_timeout: 240,
      capabilities: { drop: ["ALL"] },
      security_opts: ["no-new-privileges:true"],
      restart: "unless-stopped",
      stop_timeout: 30,
      destroy_grace_seconds: 30,
      labels,
    });
  });

  it("uploads Vault's configuration, which holds no secret", () => {
    const vault = container(result, "vault");
    expect(vault["command"]).toEqual(["vault", "server", "-config=/vault/config/server.hcl"]);
    expect(vault["upload"]).toEqual([
      { file: "/vault/config/server.hcl", content: single.containers.at(-1)?.files[0]?.content },
    ]);
  });

  it("starts Vault after its storage", () => {
    const stored = synthesised(devStack({ name: "lab", vaultPorts: [8200], storage: { type: "postgresql" } }));
    expect(container(stored, "vault")["depends_on"]).toEqual([
      expect.stringMatching(/^docker_container\.containers_container-storage_\w+$/),
    ]);
    expect(container(stored, "storage")["depends_on"]).toEqual([]);
  });

  it("does not wait for an agent, which works only once Vault is deployed to", () => {
    const agent = { role: "orders-app", database: "database/app-readonly" };
    const withAgent = container(synthesised(devStack({ name: "lab", vaultPorts: [8200], agent })), "agent");
    expect(withAgent).not.toHaveProperty("wait");
    expect(withAgent).not.toHaveProperty("healthcheck");
    expect(withAgent["mounts"]).toContainEqual({
      type: "bind",
      source: `${secretsFolder}/agent-login`,
      target: "/run/secrets/agent-login",
      read_only: true,
    });
  });

  it("has one image for all nodes that run it", () => {
    const three = synthesised(devStack({ name: "lab", vaultPorts: [1, 2, 3], storage: { type: "raft", nodes: 3 } }));
    expect(onlyResource(three, "docker_image")).toMatchObject({ name: "hashicorp/vault:1.21.1" });
    expect(resources(three, "docker_container")).toHaveLength(3);
    expect(resources(three, "docker_volume")).toHaveLength(3);
  });

  it("keeps what a container may keep, and Terraform from filling in what stands in a text", () => {
    const [first] = single.containers;
    if (first === undefined) throw new Error("the stack is empty");
    const odd = { ...first, capabilities: ["IPC_LOCK"], variables: { HOME_IS: "${HOME} %{x}" } };
    const result = container(synthesised({ ...single, containers: [odd] }), "postgres");
    expect(result["capabilities"]).toEqual({ drop: ["ALL"], add: ["IPC_LOCK"] });
    expect(result["env"]).toEqual(["HOME_IS=$${HOME} %%{x}"]);
  });

  it("has resources whose addresses are a contract: another address makes an empty volume", () => {
    expect(addresses(result)).toEqual([
      "docker_container.containers_container-postgres_B8E61774",
      "docker_container.containers_container-vault_47B8EC53",
      "docker_image.containers_image-postgres_DED7CBD5",
      "docker_image.containers_image-vault_377CB5A0",
      "docker_network.containers_network_AD974250",
      "docker_volume.containers_volume-postgres_3D7870C9",
      "docker_volume.containers_volume-vault_168AC6A3",
    ]);
  });

  it.each(["secrets", "/home/me/secrets/", "/home/me:here/secrets", "/home/${me}/secrets", "/"])(
    "refuses %s as the folder of secrets",
    (folder) => {
      expect(refusalOf(() => synthesised(single, folder))).toBe(
        `[dev/containers/container-postgres] secretsFolder ${JSON.stringify(folder)} is no absolute path that the engine takes: write it from / on, without : and without / at the end`,
      );
    },
  );
});

describe("the engine of a stack", () => {
  it("is found by DOCKER_HOST: nothing of it is in the declaration", () => {
    const stack = bareStack();
    new DockerEngine(stack, "Docker");
    const { provider, terraform } = synth(stack);
    expect(provider).toEqual({ docker: [{}] });
    expect(terraform.required_providers).toEqual({
      docker: { source: "kreuzwerker/docker", version: ">= 3.6.0, < 5.0.0" },
    });
  });

  it("is reached by the provider that is asked for", () => {
    const stack = bareStack();
    new DockerEngine(stack, "Docker", { provider: "4.6.0" });
    expect(synth(stack).terraform.required_providers["docker"]).toMatchObject({ version: "4.6.0" });
  });

  it("refuses a constraint that is none", () => {
    expect(refusalOf(() => new DockerEngine(bareStack(), "Docker", { provider: " " }))).toMatch(
      /^\[dev\/Docker\] provider " " /,
    );
  });

  it("is one", () => {
    const stack: TerraformStack = bareStack();
    new DockerEngine(stack, "Docker");
    expect(refusalOf(() => new DockerEngine(stack, "Other"))).toBe(
      "[dev/Other] the stack names a second engine: use one stack for each engine",
    );
  });
});
