import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { newStackName } from "../../cli/lab/lab-stack";
import { withSession } from "../../cli/servers/postgres-session";
import { describeOnDocker, DockerRig } from "./docker-rig";
import { ProjectCopy } from "./project-copy";

const name = "e2e-docker-agent";
const rendered = z.object({ username: z.string(), password: z.string() });
const status = z.object({ status: z.object({ postgres: z.object({ port: z.number() }) }) });

describeOnDocker("the agent of a lab in containers", () => {
  let rig: DockerRig;
  let project: ProjectCopy;

  const lab = (...args: readonly string[]) =>
    project.leasehold(["lab", ...args, "--name", name], { ...rig.engine.env, NO_COLOR: "1" });

  beforeAll(async () => {
    rig = await DockerRig.open("openbao", "postgres");
    project = new ProjectCopy(rig.place.folderFor("project"));
    const database = `database: "orders" }] }`;
    const agent = `agent: { role: "orders-app", database: "database/app-readonly" }`;
    project.edit("environments/lab.ts", database, `database: "orders" }], ${agent} }`);
  }, 10 * 60_000);

  afterAll(async () => {
    await lab("reset");
    await rig.close(`leasehold-${name}`);
  });

  it("keeps a user of the database in a file, who may log in", async () => {
    const images = Object.entries(rig.images).flatMap(([kind, image]) => ["--image", `${kind}=${image}`]);
    const { code, stdout, stderr } = await lab("up", "--docker", "--server", "openbao", ...images, "--json");
    if (code !== 0) throw new Error(stderr);
    const { port } = status.parse(JSON.parse(stdout)).status.postgres;
    const container = `${newStackName({ name, path: join(project.root, ".lab", name) })}-agent`;
    const { username: user, password } = await fileOf(container);
    const session = { host: "127.0.0.1", port, database: "orders", user, password };
    const { rows } = await withSession(session, (client) =>
      client.query("SELECT count(*)::integer AS count FROM orders"),
    );
    expect(rows).toEqual([{ count: 3 }]);
    const told = await rig.engine.docker("inspect", container);
    expect(told).not.toContain(password);
  });

  /** What the agent wrote, which takes it a moment after its login. */
  async function fileOf(container: string): Promise<z.output<typeof rendered>> {
    const end = Date.now() + 60_000;
    for (;;) {
      const { code, stdout } = await rig.engine.attempt("exec", container, "cat", "/openbao/file/database.json");
      if (code === 0) return rendered.parse(JSON.parse(stdout));
      if (Date.now() > end) throw new Error(await rig.engine.docker("logs", container));
      await sleep(500);
    }
  }
});
