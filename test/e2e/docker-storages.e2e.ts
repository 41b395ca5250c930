import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { VaultClient } from "../../cli/vault-client";
import { DockerLab } from "./docker-lab";
import { describeOnDocker, DockerRig } from "./docker-rig";
import type { TestImage } from "./docker-recipes";

/** Builds images, where the engine has none of them; a cold cache of parts takes longer. */
const buildMs = 30 * 60_000;

/** A lab for the tests of `body`, removed whatever becomes of them. */
function describeLab(
  title: string,
  choice: ConstructorParameters<typeof DockerLab>[2] & { readonly images: readonly TestImage[] },
  body: (docker: () => DockerLab, rig: () => DockerRig) => void,
): void {
  describeOnDocker(title, () => {
    let rig: DockerRig;
    let docker: DockerLab;

    beforeAll(async () => {
      rig = await DockerRig.open(...choice.images);
      docker = new DockerLab(rig, `e2e-docker-${choice.storage}-${choice.server}`, choice);
      await docker.command(["reset"]);
    }, buildMs);

    afterAll(async () => {
      await docker.command(["reset"]);
      await rig.close(docker.prefix);
    });

    body(
      () => docker,
      () => rig,
    );
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what}: not within a minute`);
    await sleep(200);
  }
}

const raft = { server: "vault", storage: "raft-3", images: ["vault", "postgres"] } as const;

describeLab("lab up --docker, raft with three nodes of Vault", raft, (lab, rig) => {
  const peers = z.object({
    data: z.object({ config: z.object({ servers: z.array(z.object({ node_id: z.string(), voter: z.boolean() })) }) }),
  });

  const active = async (): Promise<readonly [name: string, node: VaultClient]> => {
    const nodes = Object.entries(await lab().nodes());
    const found = await Promise.all(nodes.map(([, node]) => node.isActive().catch(() => false)));
    const at = nodes.find((_, index) => found[index]);
    if (at === undefined) throw new Error("no node is active");
    return at;
  };

  it("has one active node, and voters in the others", async () => {
    const { status } = await lab().up();
    expect(status.vault.state).toBe("ready");
    expect(Object.keys(await lab().nodes())).toEqual(["vault-1", "vault-2", "vault-3"]);
    const [, node] = await active();
    const voters = async () => (await node.read("sys/storage/raft/configuration", peers)).data.config.servers;
    await until("three voters", async () => (await voters()).filter(({ voter }) => voter).length === 3);
    expect(await lab().ordersBy(node)).toBe(3);
  });

  it("goes on with another leader when one is killed, which comes back unsealed by another lab up", async () => {
    const [killed] = await active();
    const keptBy = Object.keys(await lab().nodes()).filter((name) => name !== killed);
    await rig().engine.docker("kill", `${lab().prefix}${killed}`);
    await until("another leader", async () => keptBy.includes((await active())[0]));
    const [leader, node] = await active();
    expect(leader).not.toBe(killed);
    await until("a credential", async () => (await lab().ordersBy(node)) === 3);

    const others = Object.entries(await lab().containers()).filter(([name]) => name !== killed);
    await lab().up();
    const after = await lab().containers();
    expect(after[killed]?.State.Running).toBe(true);
    for (const [name, { Id, State }] of others)
      expect({ id: after[name]?.Id, since: after[name]?.State.StartedAt }).toEqual({ id: Id, since: State.StartedAt });
    for (const each of Object.values(await lab().nodes()))
      expect(await each.sealStatus()).toMatchObject({ sealed: false, storage_type: "raft" });
  });
});

for (const server of ["vault", "openbao"] as const) {
  const postgresql = { server, storage: "postgresql", images: [server, "postgres"] } as const;

  describeLab(`lab up --docker, PostgreSQL as storage of ${server}`, postgresql, (lab) => {
    it("opens its storage by a password file, and finds its data there again", async () => {
      await lab().up();
      const operator = lab().lab.operator();
      expect(await operator.sealStatus()).toMatchObject({ sealed: false, storage_type: "postgresql" });
      expect(await lab().ordersBy(operator)).toBe(3);
      const containers = await lab().containers();
      expect(Object.keys(containers)).toEqual(["postgres", server, "storage"].sort());
      const password = lab().secrets()["storage-password"] ?? "";
      expect(lab().secrets()["storage-pgpass"]).toBe(`storage:5432:vault:vault:${password}`);
      expect(await lab().told()).not.toContain(password);
      // Whoever reads its storage has Vault's data: nothing outside the network does.
      expect(Object.keys(containers["storage"]?.HostConfig.PortBindings ?? {})).toEqual([]);

      expect((await lab().command(["down"])).code).toBe(0);
      await lab().up();
      expect(await operator.list("sys/policies/acl")).toContain("developers");
      expect((await lab().plan()).code).toBe(0);
    });
  });
}

const consul = { server: "vault", storage: "consul", images: ["vault", "consul", "postgres"] } as const;

describeLab("lab up --docker, Consul as storage of Vault", consul, (lab, rig) => {
  it("keeps its data in Consul, which nobody outside reaches", async () => {
    await lab().up();
    expect(await lab().lab.operator().sealStatus()).toMatchObject({ sealed: false, storage_type: "consul" });
    expect(await lab().ordersBy(lab().lab.operator())).toBe(3);
    const { consul: container } = await lab().containers();
    expect(Object.keys(container?.HostConfig.PortBindings ?? {})).toEqual([]);
    const keys = await rig().engine.docker(
      "exec",
      container?.Name ?? "",
      "consul",
      "kv",
      "get",
      "-keys",
      "vault/core/",
    );
    expect(keys.split("\n")).toContain("vault/core/keyring");
    expect((await lab().plan()).code).toBe(0);
  });
});
