import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deploy as cdktfDeploy, deploymentEnvironment, destroy } from "../../cli/cdktf";
import { drained } from "../../cli/change/drained";
import { deploy, type Deployed } from "../../cli/deploy/deployment";
import { type DestructionOptions, destroyEnvironment } from "../../cli/destroy/destruction";
import type { Lab } from "../../cli/lab/lab";
import { serverOf, type VaultServer } from "../../constructs/core/server-features";
import { findTerraform } from "../../cli/parts/terraform";
import { Workspace } from "../../cli/terraform/workspace";
import { type HostEnvironment, parseEnvironment } from "../../environments/load";
import type { Environment, EnvironmentDefinition } from "../../environments/schema";
import { readParts, testContext } from "./parts";
import { type Plan, plan } from "./terraform";

/** What every declaration of a trial is given: where its Vault and its state are. */
export interface TrialServer {
  readonly vault: { readonly address: string; readonly server?: VaultServer; readonly provider: string };
  readonly state: { readonly backend: "local"; readonly path: string };
}

export interface TrialDeployment {
  /** @default false */
  readonly drain?: boolean;
  /** Gets what whoever is asked is told of draining. */
  readonly asked?: string[];
  /** What happens once it is agreed to. */
  readonly agreed?: () => Promise<void>;
}

/** A declaration of a test's own, deployed by cdktf to the Vault of a shared lab. */
export class Trial<T extends object> {
  readonly folder: string;
  /** What Terraform logs in with. @default the root token */
  token: string | undefined;

  constructor(
    readonly lab: Lab,
    /** Exports `declare(parameters)`. */
    private readonly file: string,
    private readonly declare: (parameters: T & TrialServer) => EnvironmentDefinition,
    /** What changes between deployments. */
    public parameters: T,
    private readonly secrets: Readonly<Record<string, string>>,
  ) {
    this.folder = lab.folder.at(`trial-${this.environment.name}`);
  }

  get environment(): Environment {
    return parseEnvironment({ tier: "lab", ...this.declare(this.given("")) });
  }

  async deploy(change: Partial<T> = {}): Promise<string> {
    this.parameters = { ...this.parameters, ...change };
    return cdktfDeploy(this.environment.name, await this.cdktf());
  }

  async destroy(): Promise<string> {
    return destroy(this.environment.name, await this.cdktf());
  }

  /** What `leasehold destroy` does. */
  async leaseholdDestroy(
    options: Partial<Pick<DestructionOptions, "force" | "agree" | "vault">> = {},
  ): ReturnType<typeof destroyEnvironment> {
    return destroyEnvironment({
      ...(await this.cdktf()),
      environment: parseEnvironment(this.declare(this.given(this.folder))),
      vault: this.lab.operator(),
      listFolder: this.folder,
      agree: () => Promise.resolve(),
      ...options,
    });
  }

  /** What `leasehold deploy` does with `--yes`. */
  async leaseholdDeploy(change: Partial<T> = {}, options: TrialDeployment = {}): Promise<Deployed> {
    const { drain = false, asked = [], agreed = () => Promise.resolve() } = options;
    const before = this.parameters;
    this.parameters = { ...before, ...change };
    const cdktf = await this.cdktf();
    const environment = parseEnvironment(this.declare(this.given(this.folder)));
    const context = { root: cdktf.root, env: cdktf.env, print: () => undefined };
    return deploy({
      ...cdktf,
      environment: environment.name,
      withDraining: (plan, use) => drained(environment, context, { plan, mayDrain: drain, allow: [] }, use),
      agree: ({ draining: { words } }) => {
        if (words !== "") asked.push(words);
        return agreed();
      },
    }).catch((thrown: unknown) => {
      this.parameters = before;
      throw thrown;
    });
  }

  /** The synthesised stack, with Terraform in it. */
  async workspace(): Promise<Workspace> {
    const workspace = await Workspace.synthesise({ ...(await this.cdktf()), environment: this.environment.name });
    await workspace.init();
    return workspace;
  }

  /** What `terraform plan` would do with what was synthesised last. */
  async plan(): Promise<Plan> {
    return plan(join(this.output, "stacks", this.environment.name), await this.env());
  }

  /** A file that declares it as it was deployed, for commands that take one. */
  writeDeclaration(): string {
    const file = join(this.folder, "declaration.ts");
    const parameters = JSON.stringify(this.given(this.folder));
    writeFileSync(
      file,
      `import { declare } from ${JSON.stringify(this.file)};\nexport const declaration = { tier: "lab", ...declare(${parameters}) };\n`,
    );
    return file;
  }

  /** Removes whatever there may be of it in Vault. */
  async cleanUp(): Promise<void> {
    const operator = this.lab.operator();
    const { mounts, auth, identity, policies } = this.environment;
    for (const { path } of mounts) {
      await operator.write(`sys/leases/revoke-force/${path}`, {});
      await operator.delete(`sys/mounts/${path}`);
    }
    for (const { method, path, ...logins } of auth) {
      if (method !== "token") await operator.delete(`sys/auth/${path}`);
      else if ("roles" in logins)
        for (const { name } of logins.roles) await operator.delete(`auth/token/roles/${name}`);
    }
    for (const { name } of identity.entities) await operator.delete(`identity/entity/name/${name}`);
    for (const { name } of identity.groups) await operator.delete(`identity/group/name/${name}`);
    for (const { name } of policies) await operator.delete(`sys/policies/acl/${name}`);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get output(): string {
    return join(this.folder, "cdktf.out");
  }

  private given(folder: string): T & TrialServer {
    const { vaultPort, product, version } = this.lab.record();
    return {
      ...this.parameters,
      vault: {
        address: `http://127.0.0.1:${vaultPort}`,
        server: serverOf(product, version),
        provider: readParts().provider.constraint,
      },
      state: { backend: "local", path: join(folder, "terraform.tfstate") },
    };
  }

  private async cdktf() {
    return {
      root: testContext().root,
      output: this.output,
      env: await this.env(),
      app: `node --import tsx ${join(__dirname, "trial-app.ts")}`,
    };
  }

  private async env(): Promise<HostEnvironment> {
    const host = testContext().env;
    const env = deploymentEnvironment(host, {
      terraform: await findTerraform(host),
      provider: readParts().provider,
      overrides: {},
      vaultToken: this.token ?? this.lab.rootToken(),
      secrets: this.secrets,
      folder: this.folder,
    });
    return { ...env, TRIAL_FILE: this.file, TRIAL_PARAMETERS: JSON.stringify(this.given(this.folder)) };
  }
}
