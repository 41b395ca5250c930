import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostEnvironment, overridesVariable } from "../environments/load";
import type { Overrides } from "../environments/schema";
import { heldBy, type ProviderSource, type WantedProvider } from "./parts/provider";
import type { Terraform } from "./parts/terraform";
import { runOrFail } from "./processes";
import { quiet } from "./terraform/quiet";

/** What a run of cdktf needs besides the project. */
export interface CdktfOptions {
  readonly root: string;
  /** Where the synthesised stacks go. */
  readonly output: string;
  /** With the variables of `deploymentVariables`. */
  readonly env: HostEnvironment;
  readonly onLine?: (line: string) => void;
  /** The command that synthesises. @default that of cdktf.json */
  readonly app?: string;
}

/** `cdktf deploy`, which applies without asking. */
export function deploy(environment: string, options: CdktfOptions): Promise<string> {
  return cdktf(["deploy", environment, "--auto-approve"], options);
}

/** `cdktf destroy`, which destroys without asking. */
export function destroy(environment: string, options: CdktfOptions): Promise<string> {
  return cdktf(["destroy", environment, "--auto-approve"], options);
}

function cdktf(args: readonly string[], { root, output, env, onLine, app }: CdktfOptions): Promise<string> {
  const program = join(root, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf");
  // CI keeps cdktf from drawing. The provider lock would be asked of the public registry even where a mirror holds the provider.
  const all = [
    program,
    ...args,
    "--skip-provider-lock",
    "--output",
    output,
    ...(app === undefined ? [] : ["--app", app]),
  ];
  return runOrFail(process.execPath, all, { cwd: root, env: { ...quiet(env), CI: "1", NO_COLOR: "1" }, onLine });
}

export interface DeploymentTarget {
  readonly terraform: Terraform;
  readonly provider: Pick<ProviderSource, "mirror"> & {
    /** @default "hashicorp/vault" */
    readonly source?: WantedProvider["source"];
  };
  /** Overrides of environments, by name. */
  readonly overrides: Overrides;
  readonly vaultToken?: string;
  /** Values of SecretInputs by variable name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What its provider reads besides. @default nothing */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where a CLI configuration for the mirror is written. */
  readonly folder: string;
}

/** The variables that make `cdktf deploy` reach a target; a shell that exports them can run it by hand. */
export function deploymentVariables(target: DeploymentTarget): Record<string, string> {
  return {
    [overridesVariable]: JSON.stringify(target.overrides),
    TERRAFORM_BINARY_NAME: target.terraform.command,
    CHECKPOINT_DISABLE: "1",
    ...(target.vaultToken === undefined ? {} : { VAULT_TOKEN: target.vaultToken }),
    ...Object.fromEntries(Object.entries(target.secrets).map(([name, value]) => [`TF_VAR_${name}`, value])),
    ...target.variables,
    ...mirrorVariables(target),
  };
}

/** The host's environment with a target's variables in place of what a shell may hold for another one. */
export function deploymentEnvironment(host: HostEnvironment, target: DeploymentTarget): HostEnvironment {
  const others = Object.entries(host).filter(
    ([name]) => !/^(TF_VAR_|TF_WORKSPACE|TF_DATA_DIR|TF_CLI_ARGS|VAULT_|BAO_)/.test(name),
  );
  return { ...Object.fromEntries(others), ...deploymentVariables(target) };
}

/** cdktf's plug-in cache is for all projects of the user, and would mix up two builds of one version. */
function mirrorVariables({ folder, provider: { mirror, source } }: DeploymentTarget): Record<string, string> {
  if (mirror === undefined) return {};
  return { TF_CLI_CONFIG_FILE: writeCliConfig(folder, mirror, source), CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
}

function writeCliConfig(folder: string, mirror: string, source: WantedProvider["source"] = "hashicorp/vault"): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "mirror.tfrc");
  // A shell that exports this runs the plans of both.
  const others = heldBy(mirror, ["hashicorp/vault", "kreuzwerker/docker"]).filter((other) => other !== source);
  const provider = [source, ...others].map((each) => JSON.stringify(each)).join(", ");
  writeFileSync(
    path,
    [
      `provider_installation {`,
      `  filesystem_mirror {`,
      `    path    = ${JSON.stringify(mirror)}`,
      `    include = [${provider}]`,
      `  }`,
      `  direct {`,
      `    exclude = [${provider}]`,
      `  }`,
      `}`,
      ``,
    ].join("\n"),
  );
  return path;
}
