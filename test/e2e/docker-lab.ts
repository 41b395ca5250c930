import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Lab } from "../../cli/lab/lab";
import type { LabStorage } from "../../cli/lab/lab-folder";
import { newStackName } from "../../cli/lab/lab-stack";
import type { LabUpResult } from "../../cli/lab/up";
import type { ServerProduct } from "../../cli/parts/vault-binary";
import type { RunResult } from "../../cli/processes";
import { withSession } from "../../cli/servers/postgres-session";
import { VaultClient } from "../../cli/vault-client";
import type { DockerRig } from "./docker-rig";
import { testContext } from "./parts";
import { leasehold } from "./rig";
import { type Plan, plan } from "./terraform";

const inspectAnswer = z.array(
  z.object({
    Id: z.string(),
    Name: z.string().transform((name) => name.replace(/^\//, "")),
    State: z.object({ Running: z.boolean(), StartedAt: z.string() }),
    Config: z.object({ User: z.string(), Env: z.array(z.string()) }),
    HostConfig: z.object({
      CapAdd: z.array(z.string()).nullable(),
      CapDrop: z.array(z.string()).nullable(),
      Privileged: z.boolean(),
      SecurityOpt: z.array(z.string()).nullable(),
      PortBindings: z
        .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())
        .nullable()
        .transform((bindings) => bindings ?? {}),
    }),
    Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional(), Source: z.string(), RW: z.boolean() })),
  }),
);

/** What the engine says of a container. */
export type InspectedContainer = z.output<typeof inspectAnswer>[number];

/** A lab of a test's own whose servers are containers. */
export class DockerLab {
  readonly lab: Lab;
  /** With what every name that the engine has of it begins. */
  readonly prefix: string;

  constructor(
    private readonly rig: DockerRig,
    readonly name: string,
    private readonly choice: { readonly server: ServerProduct; readonly storage: LabStorage },
  ) {
    this.lab = new Lab(testContext(rig.engine.env), name);
    this.prefix = `${newStackName(this.lab.folder)}-`;
  }

  /** A command of `leasehold lab`. */
  command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    return leasehold(["lab", ...args, "--name", this.name], { ...this.rig.engine.env, NO_COLOR: "1", ...env });
  }

  /** The options of `lab up` that name containers, and those for images. */
  get options(): readonly string[] {
    const { server, storage } = this.choice;
    const images = Object.entries(this.rig.images).flatMap(([kind, name]) => ["--image", `${kind}=${name}`]);
    return ["--docker", "--server", server, "--storage", storage, ...images];
  }

  /** `lab up`, which must succeed. */
  async up(...options: readonly string[]): Promise<LabUpResult> {
    const { code, stdout, stderr } = await this.command(["up", ...this.options, "--json", ...options]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as LabUpResult;
  }

  /** What `lab up` ends with where it is refused. */
  async refusal(options: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.command(["up", ...this.options, ...options], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr.trim();
  }

  /** Its containers, by their names in the stack. */
  async containers(): Promise<Readonly<Record<string, InspectedContainer>>> {
    const names = await this.rig.engine.names("container", this.prefix);
    const inspected = inspectAnswer.parse(JSON.parse(await this.rig.engine.docker("inspect", ...names)));
    return Object.fromEntries(inspected.map((each) => [each.Name.slice(this.prefix.length), each]));
  }

  /** Whatever the engine tells of its containers: how they are made, and what they wrote. */
  async told(): Promise<string> {
    const names = await this.rig.engine.names("container", this.prefix);
    const logs = await Promise.all(names.map((name) => this.rig.engine.attempt("logs", name)));
    const written = logs.map(({ stdout, stderr }) => stdout + stderr);
    return [await this.rig.engine.docker("inspect", ...names), ...written].join("\n");
  }

  /** Whatever opens something in it, by what it is. */
  secrets(): Readonly<Record<string, string>> {
    const { unsealKeys = [], rootToken = "", ...passwords } = this.lab.secrets();
    const folder = this.lab.folder.at("secrets");
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8").trim()] as const);
    const keys = unsealKeys.map((key, at) => [`unseal key ${at}`, key] as const);
    return { ...passwords, rootToken, ...Object.fromEntries(keys), ...Object.fromEntries(files) };
  }

  /** What the second `terraform plan` of its containers would do. */
  plan(): Promise<Plan> {
    const env = { ...this.rig.engine.env, TF_CLI_CONFIG_FILE: this.lab.folder.at("infra", "mirror.tfrc") };
    return plan(this.lab.folder.at("infra", "cdktf.out", "stacks", "lab-infra"), env);
  }

  /** Vault's nodes by the names of their containers, with the root token. */
  async nodes(): Promise<Readonly<Record<string, VaultClient>>> {
    const token = this.lab.rootToken();
    const nodes = Object.entries(await this.containers()).flatMap(([name, { HostConfig }]) => {
      const [port] = HostConfig.PortBindings["8200/tcp"] ?? [];
      return port === undefined
        ? []
        : [[name, new VaultClient({ address: `http://127.0.0.1:${port.HostPort}`, token })] as const];
    });
    return Object.fromEntries(nodes);
  }

  /** The orders that a user of a role reads whom a node hands out. */
  async ordersBy(node: VaultClient): Promise<number> {
    const { username: user, password } = await node.issueCredentials("database", "app-readonly");
    const session = { host: "127.0.0.1", port: this.lab.record().postgresPort, database: "orders", user, password };
    return withSession(session, async (client) => {
      const { rows } = await client.query<{ count: number }>("SELECT count(*)::integer AS count FROM orders");
      return rows[0]?.count ?? 0;
    });
  }

  /** Paths of its files, without those that are there to hold secrets. */
  files(): string[] {
    return readdirSync(this.lab.folder.path, { recursive: true, encoding: "utf8" })
      .filter((path) => path !== "keys.json" && !path.startsWith("secrets/"))
      .map((path) => this.lab.folder.at(path))
      .filter((path) => statSync(path).isFile());
  }
}
