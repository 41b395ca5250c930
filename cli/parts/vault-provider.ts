import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { defaultProviderConstraint } from "../../constructs/core/provider-features";
import type { HostEnvironment } from "../../environments/load";
import { cacheFolder } from "./cache";
import { compareVersions } from "./executables";
import { buildGoProgram } from "./go-build";
import type { Terraform } from "./terraform";

/** Where Terraform gets hashicorp/vault from. */
export interface VaultProviderSource {
  /** In words, for people. */
  readonly from: string;
  /** What the environment must ask for to get it. */
  readonly constraint: string;
  /** Folder of a mirror in Terraform's layout; undefined where Terraform finds the provider by itself. */
  readonly mirror: string | undefined;
}

/** The newest provider that can be built from its Go module. */
const builtVersion = "4.4.0";
const oldestVersion = "4.4.0";

const registries = { terraform: "registry.terraform.io", tofu: "registry.opentofu.org" } as const;

/** The variable that names a mirror to look into first. */
export const mirrorVariable = "LEASEHOLD_PROVIDER_MIRROR";

/**
 * Finds the provider: in the mirror that `LEASEHOLD_PROVIDER_MIRROR` or the user's Terraform CLI configuration names, else in
 * the public registry, else in Terraform's own local mirrors or the cache, else builds it into the cache.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 * @throws LeaseholdError when a named mirror lacks it, or it can't be built.
 */
export async function findVaultProvider(
  env: HostEnvironment,
  terraform: Terraform,
  progress: (line: string) => void,
): Promise<VaultProviderSource> {
  const registry = registries[terraform.command];
  const named = env[mirrorVariable] || undefined;
  if (named !== undefined) {
    const found = inMirror(named, registry);
    if (found !== undefined) return { ...found, mirror: named };
    throw new LeaseholdError(
      mirrorVariable,
      `${named} holds no hashicorp/vault ${oldestVersion} or later for ${platform()}`,
      `put it at ${join(named, registry, "hashicorp", "vault", "VERSION", platform())}, or unset ${mirrorVariable}`,
    );
  }
  for (const mirror of configuredMirrors(env)) {
    const found = inMirror(mirror, registry);
    if (found !== undefined) return { ...found, mirror: undefined };
  }
  if (await answers(registry)) return { from: registry, constraint: defaultProviderConstraint, mirror: undefined };
  const ownMirror = join(cacheFolder(env), "providers");
  for (const mirror of [...impliedMirrors(env), ownMirror]) {
    const found = inMirror(mirror, registry);
    if (found !== undefined) return { ...found, mirror };
  }
  progress(`${registry} does not answer`);
  try {
    await buildInto(ownMirror, registry, env, progress);
  } catch (thrown) {
    throw new LeaseholdError(
      "hashicorp/vault provider",
      `${registry} does not answer, no local mirror holds it, and it can't be built (${messageOf(thrown)})`,
      `put the provider into a mirror and name that with ${mirrorVariable}`,
    );
  }
  return { from: "its Go module", constraint: `= ${builtVersion}`, mirror: ownMirror };
}

/** The newest provider in a mirror that serves; zipped ("packed") and plain files are both fine for Terraform. */
function inMirror(
  mirror: string,
  registry: string,
): { readonly from: string; readonly constraint: string } | undefined {
  const folder = join(mirror, registry, "hashicorp", "vault");
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const versions = entries
    .map((entry) => {
      const packed = /^terraform-provider-vault_(.+)_[a-z0-9]+_[a-z0-9]+\.zip$/.exec(entry);
      if (packed) return entry.endsWith(`_${platform()}.zip`) ? packed[1] : undefined;
      return existsSync(join(folder, entry, platform())) ? entry : undefined;
    })
    .filter(
      (version) =>
        version !== undefined && /^\d+\.\d+\.\d+$/.test(version) && compareVersions(version, oldestVersion) >= 0,
    )
    .sort((a = "", b = "") => compareVersions(b, a));
  return versions[0] === undefined ? undefined : { from: mirror, constraint: `= ${versions[0]}` };
}

/** Mirrors that the user's own CLI configuration names. */
function configuredMirrors(env: HostEnvironment): string[] {
  const file = env["TF_CLI_CONFIG_FILE"] || join(env["HOME"] ?? homedir(), ".terraformrc");
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
  return [...text.matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

/** Folders that Terraform itself looks into when its configuration says nothing. */
function impliedMirrors(env: HostEnvironment): string[] {
  const home = env["HOME"] ?? homedir();
  return [join(home, ".terraform.d", "plugins"), "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];
}

async function answers(registry: string): Promise<boolean> {
  try {
    const url = `https://${registry}/v1/providers/hashicorp/vault/versions`;
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function buildInto(
  mirror: string,
  registry: string,
  env: HostEnvironment,
  progress: (line: string) => void,
): Promise<void> {
  const built = await buildGoProgram(
    env,
    {
      module: "terraform-provider-vault",
      mainPackage: "github.com/hashicorp/terraform-provider-vault",
      version: builtVersion,
      file: `terraform-provider-vault_v${builtVersion}`,
    },
    progress,
  );
  const folder = join(mirror, registry, "hashicorp", "vault", builtVersion, platform());
  mkdirSync(join(folder, ".."), { recursive: true });
  const draft = `${folder}.draft-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  copyFileSync(built, join(draft, `terraform-provider-vault_v${builtVersion}`));
  try {
    renameSync(draft, folder);
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw thrown; // another process put it there first
  }
}

/** The platform as Terraform writes it. */
function platform(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `${process.platform}_${arch}`;
}
