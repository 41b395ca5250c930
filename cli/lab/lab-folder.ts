import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { isName, nameForm } from "../../constructs/core/names";
import { writeFileAtomically } from "../files";
import { stackImages } from "../../constructs/docker/model/images";
import { parseJson } from "../json";
import { serverProducts } from "../parts/vault-binary";

const daemon = z.strictObject({ pid: z.int().positive(), birthmark: z.string() });

/** Where Vault keeps its data, in containers. */
export const labStorages = ["raft", "raft-3", "consul", "postgresql"] as const;

const containers = z.strictObject({
  /** The engine that runs them, as DOCKER_HOST has it. */
  engine: z.string(),
  /** What that engine knows them by. */
  stack: z.string(),
  storage: z.enum(labStorages),
  /** Images that were chosen in place of the official ones. */
  images: z.partialRecord(z.enum(stackImages), z.string()),
  /** Ports of the nodes of Vault after the first. */
  otherVaultPorts: z.array(z.int()),
});

const recordSchema = z.strictObject({
  product: z.enum(serverProducts),
  /** The server's program and its version when it was last started. */
  binary: z.string(),
  version: z.string(),
  vaultPort: z.int(),
  /** Where nodes of Vault speak to each other: in containers it is of their network. */
  clusterPort: z.int(),
  postgresPort: z.int(),
  vault: daemon.optional(),
  postgres: daemon.optional(),
  /** Of a lab whose servers are containers, not processes. */
  containers: containers.optional(),
  /** What the provider was deployed as. */
  provider: z.strictObject({ constraint: z.string(), mirror: z.string().optional() }).optional(),
});

const secretsSchema = z.strictObject({
  postgresSuperuserPassword: z.string(),
  /** The admin's first password; Vault rotates it right after the deployment. */
  adminPassword: z.string(),
  unsealKeys: z.array(z.string()).optional(),
  rootToken: z.string().optional(),
});

/** What is known of a lab's servers. */
export type LabRecord = z.output<typeof recordSchema>;

export type ContainersRecord = z.output<typeof containers>;

export type LabStorage = (typeof labStorages)[number];

/** What opens them. */
export type LabSecrets = z.output<typeof secretsSchema>;

/** The folder of one lab: `.lab/<name>` in the project, which git ignores. */
export class LabFolder {
  readonly path: string;

  /**
   * @throws LeaseholdError when the name can't be a folder's.
   */
  constructor(
    readonly root: string,
    readonly name: string,
  ) {
    if (!isName(name)) {
      throw new LeaseholdError("lab --name", `${JSON.stringify(name)} can't name a lab`, `use ${nameForm}`);
    }
    this.path = join(root, ".lab", name);
  }

  /** The names of the labs that there are. */
  static names(root: string): string[] {
    const folder = join(root, ".lab");
    return existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, "lab.json"))) : [];
  }

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  make(): void {
    mkdirSync(this.at("logs"), { recursive: true });
    chmodSync(this.path, 0o700);
  }

  readRecord(): LabRecord | undefined {
    return this.read("lab.json", recordSchema);
  }

  writeRecord(record: LabRecord): void {
    writeFileAtomically(this.at("lab.json"), `${JSON.stringify(record, undefined, 2)}\n`);
  }

  /**
   * @throws LeaseholdError when there is no such lab.
   */
  record(): LabRecord {
    const record = this.readRecord();
    if (record !== undefined) return record;
    const others = LabFolder.names(this.root);
    throw new LeaseholdError(
      `lab ${this.name}`,
      `there is no lab of that name${others.length > 0 ? ` (there is ${others.join(", ")})` : ""}`,
      `run "npm run lab" to make one`,
    );
  }

  /** Writes down what is new. */
  note(change: Partial<LabRecord>): void {
    this.writeRecord({ ...this.record(), ...change });
  }

  /**
   * @throws LeaseholdError when they are gone.
   */
  secrets(): LabSecrets {
    const secrets = this.readSecrets();
    if (secrets !== undefined) return secrets;
    throw new LeaseholdError(
      `lab ${this.name}`,
      "its keys.json is gone",
      `run "leasehold lab reset --name ${this.name}" to begin anew`,
    );
  }

  readSecrets(): LabSecrets | undefined {
    return this.read("keys.json", secretsSchema);
  }

  /** Mode 0600: whoever reads it owns the lab. */
  writeSecrets(secrets: LabSecrets): void {
    writeFileAtomically(this.at("keys.json"), `${JSON.stringify(secrets, undefined, 2)}\n`, 0o600);
  }

  private read<T>(file: string, schema: z.ZodType<T>): T | undefined {
    if (!existsSync(this.at(file))) return undefined;
    const parsed = schema.safeParse(parseJson(readFileSync(this.at(file), "utf8")));
    if (parsed.success) return parsed.data;
    throw new LeaseholdError(
      this.at(file),
      `is not what a lab writes (${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")})`,
      `run "leasehold lab reset --name ${this.name}" to begin anew`,
    );
  }
}
