import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { isName, nameForm } from "../../constructs/core/names";
import { writeFileAtomically } from "../files";
import { serverProducts } from "../parts/vault-binary";

const daemon = z.strictObject({ pid: z.int().positive(), birthmark: z.string() });

const recordSchema = z.strictObject({
  product: z.enum(serverProducts),
  /** The server's program and its version when it was last started. */
  binary: z.string(),
  version: z.string(),
  vaultPort: z.int(),
  clusterPort: z.int(),
  postgresPort: z.int(),
  vault: daemon.optional(),
  postgres: daemon.optional(),
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

  readSecrets(): LabSecrets | undefined {
    return this.read("keys.json", secretsSchema);
  }

  /** Mode 0600: whoever reads it owns the lab. */
  writeSecrets(secrets: LabSecrets): void {
    writeFileAtomically(this.at("keys.json"), `${JSON.stringify(secrets, undefined, 2)}\n`, 0o600);
  }

  private read<T>(file: string, schema: z.ZodType<T>): T | undefined {
    if (!existsSync(this.at(file))) return undefined;
    const parsed = schema.safeParse(parse(readFileSync(this.at(file), "utf8")));
    if (parsed.success) return parsed.data;
    throw new LeaseholdError(
      this.at(file),
      `is not what a lab writes (${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")})`,
      `run "leasehold lab reset --name ${this.name}" to begin anew`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
