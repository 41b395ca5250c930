import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { deploymentEnvironment } from "../../cli/cdktf";
import { writeFileAtomically } from "../../cli/files";
import { StackSecrets } from "../../cli/lab/stack-secrets";
import { findDockerProvider } from "../../cli/parts/docker-provider";
import { findTerraform } from "../../cli/parts/terraform";
import { run, runOrFail, type RunResult } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import { withSession } from "../../cli/servers/postgres-session";
import { VaultClient } from "../../cli/vault-client";
import { composeFiles } from "../../constructs/docker/model/compose";
import type { StackModel } from "../../constructs/docker/model/container-model";
import { stackDatabases } from "../../constructs/docker/model/images";
import { containers, declaredStack } from "../../environments/containers";
import type { HostEnvironment } from "../../environments/load";
import { describeOnDocker, DockerRig } from "./docker-rig";
import { readParts, testContext } from "./parts";
import { plan } from "./terraform";

type Declared = z.input<typeof containers>;

const everyDatabase = stackDatabases.map((engine, at) => ({ engine, port: 23_000 + at, database: "orders" }));

/** Every choice that a stack has, by the name of its stack. */
const choices: Readonly<Record<string, Declared>> = {
  raft: {},
  "raft-openbao": { server: "openbao" },
  "raft-3": { storage: { type: "raft", nodes: 3 } },
  "raft-3-openbao": { server: "openbao", storage: { type: "raft", nodes: 3 } },
  postgresql: { storage: { type: "postgresql" } },
  "postgresql-openbao": { server: "openbao", storage: { type: "postgresql" } },
  consul: { storage: { type: "consul" } },
  databases: { databases: everyDatabase },
  agent: {
    databases: [{ engine: "postgres", port: 5432, database: "orders" }],
    agent: { role: "orders-app", database: "database/app-readonly" },
  },
};

function modelOf(name: string, declared: Declared): StackModel {
  const stack = declaredStack({ name, containers: containers.parse(declared) });
  if (stack === undefined) throw new Error(`${name} declares nothing`);
  return stack.model;
}

describeOnDocker("every choice of a dev stack", () => {
  const { compose } = readParts();
  let rig: DockerRig;

  beforeAll(async () => {
    rig = await DockerRig.open("openbao", "postgres");
  }, 10 * 60_000);

  afterAll(() => rig.close("leasehold-choices"));

  describe("by Terraform's provider", () => {
    let env: HostEnvironment;
    let output: string;

    beforeAll(async () => {
      const { root } = testContext();
      const folder = rig.place.folderFor("choices");
      output = join(folder, "cdktf.out");
      const terraform = await findTerraform(rig.engine.env);
      const found = await findDockerProvider(rig.engine.env, terraform, () => undefined);
      const declared = Object.entries(choices).map(([name, each]) => [
        name,
        {
          ...each,
          provider: found.constraint,
          secretsFolder: join(folder, "secrets"),
          statePath: join(folder, `${name}.tfstate`),
        },
      ]);
      env = {
        ...deploymentEnvironment(rig.engine.env, {
          terraform,
          provider: { source: "kreuzwerker/docker", mirror: found.mirror },
          overrides: {},
          secrets: {},
          folder,
        }),
        TRIAL_PARAMETERS: JSON.stringify(Object.fromEntries(declared)),
        CDKTF_OUTDIR: output,
      };
      await runOrFail(process.execPath, ["--import", "tsx", "test/e2e/infra-app.ts"], { cwd: root, env });
    });

    it.each(Object.keys(choices))("%s is valid, and is planned", async (name) => {
      const cwd = join(output, "stacks", `${name}-infra`);
      const { command } = await findTerraform(env);
      await runOrFail(command, ["init", "-input=false"], { cwd, env });
      await runOrFail(command, ["validate"], { cwd, env });
      const { code, json } = await plan(cwd, env);
      expect(code).toBe(2);
      const { resource_changes: changes } = JSON.parse(json) as { resource_changes: { type: string }[] };
      const model = modelOf(name, choices[name] ?? {});
      const count = (type: string) => changes.filter((change) => change.type === type).length;
      expect(count("docker_container")).toBe(model.containers.length);
      expect(count("docker_volume")).toBe(model.volumes.length);
      expect(count("docker_network")).toBe(1);
    });
  });

  const itByCompose = compose === undefined ? it.skip : it;
  const without =
    compose === undefined ? " (there is no Compose 2; LEASEHOLD_E2E_COMPOSE=1 builds it, in minutes)" : "";

  /** Compose in the folder of a stack. */
  function inCompose(folder: string, ...args: readonly string[]): Promise<RunResult> {
    const [program = "", ...rest] = compose ?? [];
    return run(program, [...rest, ...args], { cwd: folder, env: rig.engine.env, timeoutMs: 180_000 });
  }

  function writeStack(model: StackModel): string {
    const folder = rig.place.folderFor(model.name);
    for (const [path, content] of Object.entries(composeFiles(model))) writeFileAtomically(join(folder, path), content);
    new StackSecrets(join(folder, "secrets")).prepare(model.secrets);
    return folder;
  }

  itByCompose(`Compose takes each of them${without}`, async () => {
    for (const [name, declared] of Object.entries(choices)) {
      const model = modelOf(name, declared);
      const { code, stdout, stderr } = await inCompose(writeStack(model), "config", "--format", "json");
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: "" });
      const { services, ...rest } = JSON.parse(stdout) as { name: string; services: Record<string, unknown> };
      expect(rest.name).toBe(model.name);
      expect(Object.keys(services).sort()).toEqual(model.containers.map((each) => each.name).sort());
      expect(services["vault"] ?? services["openbao"] ?? services["vault-1"] ?? services["openbao-1"]).toMatchObject({
        cap_drop: ["ALL"],
        ports: [{ host_ip: "127.0.0.1" }],
      });
    }
  });

  itByCompose(`Compose runs one, and leaves nothing of it${without}`, async () => {
    const [vaultPort, port] = [await freePort(), await freePort()];
    const model = modelOf("choices", {
      server: "openbao",
      storage: { type: "postgresql" },
      vaultPorts: [vaultPort],
      databases: [{ engine: "postgres", port, database: "orders" }],
      images: rig.images,
    });
    const folder = writeStack(model);
    try {
      const { code, stderr } = await inCompose(folder, "up", "--detach", "--wait");
      if (code !== 0) throw new Error(stderr);
      const vault = new VaultClient({ address: `http://127.0.0.1:${vaultPort}` });
      const { keys, rootToken } = await vault.initialise(1, 1);
      await vault.unseal(keys[0] ?? "");
      expect(await vault.sealStatus()).toMatchObject({ sealed: false, storage_type: "postgresql" });
      await vault.withToken(rootToken).write("sys/mounts/kept", { type: "kv" });
      const password = (await runOrFail("cat", [join(folder, "secrets", "postgres-password")])).trim();
      const session = { host: "127.0.0.1", port, database: "orders", user: "postgres", password };
      expect(await withSession(session, (client) => client.query("SELECT 1").then(({ rowCount }) => rowCount))).toBe(1);
    } finally {
      await inCompose(folder, "down", "--volumes");
    }
    for (const kind of ["container", "network", "volume"] as const)
      expect(await rig.engine.names(kind, model.name)).toEqual([]);
  });

  itByCompose(`Compose says which secret is not there${without}`, async () => {
    const model = modelOf("choices-bare", {
      server: "openbao",
      vaultPorts: [await freePort()],
      databases: [{ engine: "postgres", port: await freePort() }],
      images: rig.images,
    });
    const folder = rig.place.folderFor(model.name);
    for (const [path, content] of Object.entries(composeFiles(model))) writeFileAtomically(join(folder, path), content);
    mkdirSync(join(folder, "secrets"), { mode: 0o700 });
    try {
      const { code, stderr } = await inCompose(folder, "up", "--detach");
      expect(code).not.toBe(0);
      expect(stderr).toContain("postgres-password");
      expect(existsSync(join(folder, "secrets", "postgres-password"))).toBe(false);
    } finally {
      await inCompose(folder, "down", "--volumes");
    }
  });

  const { mysql: noMySql, mongodb: noMongoDb } = readParts().containers;
  const noPull = noMySql ?? noMongoDb;
  (noPull === undefined ? it : it.skip)(
    `every database becomes healthy in its official image${noPull === undefined ? "" : `: ${noPull}`}`,
    async () => {
      const model = modelOf("choices-databases", {
        vaultPorts: [await freePort()],
        databases: stackDatabases.map((engine) => ({ engine, database: "orders" })),
      });
      const folder = writeStack(model);
      try {
        const { code, stderr } = await inCompose(folder, "up", "--detach", "--wait");
        expect({ code, stderr }).toMatchObject({ code: 0 });
      } finally {
        await inCompose(folder, "down", "--volumes");
      }
    },
    15 * 60_000,
  );
});
