import type { StackModel } from "../../constructs/docker/model/container-model";
import { administratorOf } from "../../constructs/docker/model/database-servers";
import { DockerEngine } from "../docker/engine";
import { EngineContainer } from "../docker/containers";
import { removeOthers, removeStack } from "../docker/stack-remains";
import { openVault, type VaultNode } from "../servers/open-vault";
import { requireFreePort } from "../servers/ports";
import { superuserSessions, type SuperuserSessions } from "../servers/postgres-session";
import { VaultClient } from "../vault-client";
import { keptKeys, keyKeeper } from "./kept-keys";
import { knownResources } from "./known-resources";
import type { ContainersRecord, LabFolder } from "./lab-folder";
import type { LabRuntime, LabStates, LogLine, OtherServer, RuntimeDeployment, ServerAddress } from "./lab-runtime";
import { containersOverride, labStack } from "./lab-stack";
import { StackSecrets } from "./stack-secrets";

/** The container of the database that the lab deploys to. */
const postgres = "postgres";

/** The servers as containers of a Docker engine, which the stack `lab-infra` makes. */
export class ContainerRuntime implements LabRuntime {
  constructor(private readonly folder: LabFolder) {}

  /** Starts what is there and was stopped, and removes what a killed deployment left: Terraform makes what is not there. */
  async startStopped(): Promise<void> {
    const engine = await this.engine();
    const { statePath } = labStack(this.folder, this.folder.record());
    await removeOthers(engine, this.containers().stack, knownResources(statePath));
    for (const { name, ports } of this.model().containers) {
      const container = this.container(engine, name);
      if (await container.isRunning()) continue;
      for (const { host } of ports) {
        await requireFreePort(
          `container ${container.name}`,
          host,
          `end that process, or run "leasehold lab reset --name ${this.folder.name}" to get new ports`,
        );
      }
      await container.start();
    }
  }

  async startPostgres(): Promise<void> {
    const container = this.container(await this.engine(), postgres);
    await container.untilReady(() => this.postgres().asSuperuser("postgres", () => Promise.resolve(true)));
  }

  async startVault(): Promise<void> {
    const nodes = await this.vaultNodes();
    for (const { client, container } of nodes) {
      await container.untilReady(() => client.sealStatus().then(() => true));
    }
    await openVault(nodes, keptKeys(this.folder), keyKeeper(this.folder));
    const [{ client } = { client: undefined }] = nodes;
    if (client !== undefined) this.folder.note({ version: (await client.sealStatus()).version });
  }

  async states(): Promise<LabStates> {
    const container = this.container(await this.engine(), postgres);
    const vaults = await Promise.all((await this.vaultNodes()).map(stateOfNode));
    return {
      vault: vaults.find((state) => state !== "ready") ?? "ready",
      postgres: (await container.isRunning()) ? "ready" : "stopped",
    };
  }

  async others(): Promise<readonly OtherServer[]> {
    const engine = await this.engine();
    const [first, ...nodes] = await this.vaultNodes();
    const rest = this.model().containers.filter(({ name }) => name !== first?.name && name !== postgres);
    return Promise.all(
      rest.map(async ({ name, ports: [port] }) => {
        const node = nodes.find((each) => each.name === name);
        const state = await this.container(engine, name).state();
        return {
          server: name,
          address: port === undefined ? "" : `${node === undefined ? "" : "http://"}127.0.0.1:${port.host}`,
          state: node === undefined ? (state?.Health?.Status ?? state?.Status ?? "stopped") : await stateOfNode(node),
        };
      }),
    );
  }

  async logs(lines: number): Promise<readonly LogLine[]> {
    const engine = await this.engine();
    const all = this.model().containers.map(async ({ name: server }) => {
      const written = await this.container(engine, server).logs(lines);
      return written.map((line) => ({ server, line }));
    });
    return (await Promise.all(all)).flat();
  }

  /** Those first that need others. */
  async stop(): Promise<void> {
    const engine = await this.engine();
    for (const { name } of [...this.model().containers].reverse()) await this.container(engine, name).stop();
  }

  async remove(): Promise<void> {
    await removeStack(await this.engine(), this.containers().stack);
  }

  postgres(): SuperuserSessions {
    return superuserSessions(this.folder.record().postgresPort, this.folder.secrets().postgresSuperuserPassword);
  }

  postgresForVault(): ServerAddress {
    return { host: postgres, port: administratorOf(postgres).port };
  }

  /** A context of Docker's, or its certificates, would lead the provider to another engine. */
  deployment(): RuntimeDeployment {
    return {
      overrides: { containers: containersOverride(this.folder, this.folder.record()) },
      variables: { DOCKER_HOST: this.containers().engine, DOCKER_CONTEXT: "", DOCKER_CERT_PATH: "" },
    };
  }

  /** A SecretID is good for one login, soon: who has it is started anew. */
  async deliverLogins(): Promise<void> {
    const engine = await this.engine();
    const { model, secretsFolder } = labStack(this.folder, this.folder.record());
    for (const secret of model.secrets) {
      if (secret.holds !== "login") continue;
      const operator = this.client(this.folder.record().vaultPort).withToken(this.folder.secrets().rootToken ?? "");
      new StackSecrets(secretsFolder).deliver(
        secret,
        await operator.readRoleId("approle", secret.role),
        await operator.issueSecretId("approle", secret.role),
      );
      for (const { name, secrets } of model.containers) {
        if (secrets.some((each) => each.name === secret.name)) await this.container(engine, name).restart();
      }
    }
  }

  commandLine(): string {
    const [node] = this.nodes();
    return `docker exec -e VAULT_ADDR=http://127.0.0.1:8200 -e VAULT_TOKEN ${this.containers().stack}-${node?.name} ${this.folder.record().binary}`;
  }

  private async engine(): Promise<DockerEngine> {
    return DockerEngine.at(this.containers().engine);
  }

  private containers(): ContainersRecord {
    const { containers } = this.folder.record();
    if (containers === undefined) throw new Error(`lab ${this.folder.name} has no containers`);
    return containers;
  }

  private model(): StackModel {
    return labStack(this.folder, this.folder.record()).model;
  }

  private container(engine: DockerEngine, name: string): EngineContainer {
    return new EngineContainer(engine, `${this.containers().stack}-${name}`);
  }

  /** The nodes of Vault by their ports. */
  private nodes(): readonly { readonly name: string; readonly port: number }[] {
    const ports = [this.folder.record().vaultPort, ...this.containers().otherVaultPorts];
    return this.model().containers.flatMap(({ name, ports: published }) =>
      published.filter(({ host }) => ports.includes(host)).map(({ host: port }) => ({ name, port })),
    );
  }

  private async vaultNodes(): Promise<readonly ContainerNode[]> {
    const engine = await this.engine();
    return this.nodes().map(({ name, port }) => {
      const container = this.container(engine, name);
      return { name, container, client: this.client(port), log: `docker logs ${container.name}` };
    });
  }

  private client(port: number): VaultClient {
    return new VaultClient({ address: `http://127.0.0.1:${port}` });
  }
}

interface ContainerNode extends VaultNode {
  readonly name: string;
  readonly container: EngineContainer;
}

async function stateOfNode({ container, client }: ContainerNode): Promise<LabStates["vault"]> {
  if (!(await container.isRunning())) return "stopped";
  const status = await client.sealStatus().catch(() => undefined); // it starts, or ends
  return status === undefined ? "stopped" : status.sealed ? "sealed" : "ready";
}
