import { App, LocalBackend, TerraformStack } from "cdktf";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deploymentEnvironment } from "../../cli/cdktf";
import type { Lab } from "../../cli/lab/lab";
import { findTerraform } from "../../cli/parts/terraform";
import { runOrFail } from "../../cli/processes";
import { serverOf } from "../../constructs/core/server-features";
import { VaultEndpoint } from "../../constructs/provider/vault-endpoint";
import type { HostEnvironment } from "../../environments/load";
import { readParts, testContext } from "./parts";
import { type Plan, plan } from "./terraform";

export interface ConstructTrialOptions<T extends object> {
  /** Name of the stack and of its folder in the lab; no two test files share one. */
  readonly name: string;
  /** Declares the constructs; the stack has its VaultEndpoint and its state. */
  readonly declare: (stack: TerraformStack, parameters: T) => void;
  /** What changes between deployments. */
  readonly parameters: T;
  /** Values of SecretInputs by variable name. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Constructs that a test declares, without an environment, applied by Terraform to the Vault of a shared lab. */
export class ConstructTrial<T extends object> {
  readonly folder: string;
  parameters: T;

  constructor(
    readonly lab: Lab,
    private readonly options: ConstructTrialOptions<T>,
  ) {
    this.folder = lab.folder.at(`constructs-${options.name}`);
    this.parameters = options.parameters;
  }

  /** Synthesises and applies; Terraform's whole output. */
  async deploy(change: Partial<T> = {}): Promise<string> {
    this.parameters = { ...this.parameters, ...change };
    this.synthesise();
    const initialised = await this.terraform("init", "-input=false", "-no-color");
    return initialised + (await this.terraform("apply", "-input=false", "-auto-approve", "-no-color"));
  }

  /** What applying the same once more would do. */
  async plan(): Promise<Plan> {
    return plan(this.stack, await this.env());
  }

  /** What applying a change would do; the change is not kept. */
  async planChange(change: Partial<T>): Promise<Plan> {
    const kept = this.parameters;
    this.parameters = { ...kept, ...change };
    try {
      this.synthesise();
      return await this.plan();
    } finally {
      this.parameters = kept;
    }
  }

  async destroy(): Promise<string> {
    return this.terraform("destroy", "-input=false", "-auto-approve", "-no-color");
  }

  /** The state, to be searched for what must not be in it. */
  get state(): string {
    return readFileSync(this.statePath, "utf8");
  }

  /** Forgets what was deployed; what there may be of it in Vault is the test's to remove. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get stack(): string {
    return join(this.folder, "cdktf.out", "stacks", this.options.name);
  }

  private get statePath(): string {
    return join(this.folder, "terraform.tfstate");
  }

  private synthesise(): void {
    mkdirSync(this.folder, { recursive: true });
    const app = new App({ outdir: join(this.folder, "cdktf.out") });
    const stack = new TerraformStack(app, this.options.name);
    new LocalBackend(stack, { path: this.statePath });
    const { vaultPort, product, version } = this.lab.record();
    new VaultEndpoint(stack, "Vault", {
      address: `http://127.0.0.1:${vaultPort}`,
      server: serverOf(product, version),
      provider: readParts().provider.constraint,
    });
    this.options.declare(stack, this.parameters);
    app.synth();
  }

  private async terraform(...args: readonly string[]): Promise<string> {
    const env = await this.env();
    const { command } = await findTerraform(env);
    return runOrFail(command, args, { cwd: this.stack, env });
  }

  private async env(): Promise<HostEnvironment> {
    const host = testContext().env;
    return deploymentEnvironment(host, {
      terraform: await findTerraform(host),
      provider: readParts().provider,
      overrides: {},
      vaultToken: this.lab.rootToken(),
      secrets: this.options.secrets ?? {},
      folder: this.folder,
    });
  }
}
