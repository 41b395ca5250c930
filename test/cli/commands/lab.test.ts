import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { labCommand } from "../../../cli/commands/lab";
import { hostEnvironment } from "../../../environments/load";
import { rejection, scratchFolder } from "../scratch";
import { SocketEngine } from "../docker/socket-engine";
import { runInProcess, testCommand } from "../in-process";

const scratch = scratchFolder();
const lab = testCommand(labCommand);

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, { readonly image: string; readonly ports?: readonly string[] }>>;
}
const compose = async (...args: string[]) => parse(await lab(["compose", "--name", "unit", ...args])) as Compose;
const digest = `sha256:${"a".repeat(64)}`;

describe("leasehold lab compose", () => {
  it("prints the declared containers, on the ports that everybody knows", async () => {
    const { name, services } = await compose();
    expect(name).toBe("leasehold-unit");
    expect(Object.keys(services).sort()).toEqual(["postgres", "vault"]);
    expect(services["vault"]?.ports).toEqual(["127.0.0.1:8200:8200"]);
    expect(services["postgres"]?.ports).toEqual(["127.0.0.1:5432:5432"]);
  });

  it.each([
    ["raft-3", ["postgres", "vault-1", "vault-2", "vault-3"]],
    ["postgresql", ["postgres", "storage", "vault"]],
    ["consul", ["consul", "postgres", "vault"]],
  ])("has the storage %s", async (storage, services) => {
    expect(Object.keys((await compose("--storage", storage)).services).sort()).toEqual(services);
  });

  it("has images of one's own, and the other server", async () => {
    const image = "registry.company.com/bao:2.7.2";
    const { services } = await compose(
      "--server",
      "openbao",
      "--image",
      `openbao=${image}`,
      "--image",
      "postgres=pg:18.6",
    );
    expect([services["openbao"]?.image, services["postgres"]?.image]).toEqual([image, "pg:18.6"]);
  });

  it.each([["vault"], ["vault="], ["oracle=x:1"]])("refuses --image %s", async (text) => {
    const { thrown } = await runInProcess(labCommand, ["compose", "--image", text]);
    expect(String(thrown)).toContain("Give it as in vault=NAME, for one of vault, openbao, consul, postgres");
  });

  it("refuses an image without a tag, and a storage that the server lacks", async () => {
    expect((await rejection(compose("--image", "vault=mine"))).message).toMatch(/images\.vault "mine" is no name/);
    expect((await rejection(compose("--server", "openbao", "--storage", "consul"))).message).toContain(
      "storage.type is consul, which OpenBao lacks",
    );
  });

  it("writes all that Compose needs, the secrets to their owner alone and out of git", async () => {
    const output = join(scratch(), "compose");
    const written = (await lab(["compose", "--storage", "postgresql", "--output", output])).split("\n");
    expect(written).toEqual(expect.arrayContaining(["compose.yaml", ".gitignore"].map((each) => join(output, each))));
    expect(written.filter((path) => !existsSync(path))).toEqual([]);
    expect(statSync(join(output, "secrets")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(output, ".gitignore"), "utf8")).toBe("/secrets/\n");
    const password = readFileSync(join(output, "secrets", "storage-password"), "utf8");
    for (const path of written.filter((each) => !each.includes("/secrets/"))) {
      expect(readFileSync(path, "utf8")).not.toContain(password);
    }
  });

  it("pins images to the digests that the engine knows", async () => {
    const engine = await new SocketEngine(scratch()).answers({
      "GET /images/one/vault:1.21.1/json": [200, { Id: "1", RepoDigests: [`one/vault@${digest}`] }],
      "GET /images/one/postgres:18.6/json": [200, { Id: "2", RepoDigests: [] }],
    });
    const args = ["compose", "--digests", "--image", "vault=one/vault:1.21.1", "--image"];
    const pinned = [...args, `postgres=one/postgres:18.6@${digest}`];
    try {
      const refused = await rejection(lab([...args, "postgres=one/postgres:18.6"], { DOCKER_HOST: engine.host }));
      expect(refused.message).toContain("[image one/postgres:18.6] was built here");
      expect((await rejection(lab(pinned, { DOCKER_HOST: engine.host }))).message).toContain(
        `[image one/postgres:18.6@${digest}] is not there`,
      );
    } finally {
      await engine.close();
    }
  });
});

describe("leasehold lab up", () => {
  it.each([[["--storage", "raft-3"]], [["--image", "vault=one:1"]]])("refuses --no-docker with %j", async (options) => {
    const name = `unit-${process.pid}`;
    expect((await rejection(lab(["up", "--no-docker", "--name", name, ...options], hostEnvironment()))).message).toBe(
      "[lab up] --storage and --image are of containers: leave them out, or --no-docker",
    );
    await lab(["reset", "--name", name]);
  });

  it("refuses a storage that there is none of", async () => {
    const { thrown } = await runInProcess(labCommand, ["up", "--storage", "mysql"]);
    expect(String(thrown)).toContain("Allowed choices are raft, raft-3, consul, postgresql");
  });
});
