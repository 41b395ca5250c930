import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { cacheFolder } from "./cache";
import { compareVersions } from "./executables";
import { buildGoProgram } from "./go-build";
import type { Terraform } from "./terraform";

/** A Terraform provider that is to be found. */
export interface WantedProvider {
  /** Its namespace and name in the registry. */
  readonly source: `${string}/${string}`;
  /** What the registry is asked for. */
  readonly constraint: string;
  /** The oldest version that serves. */
  readonly oldest: string;
  /** The newest that can be built from its Go module. */
  readonly built: {
    readonly version: string;
    readonly mainPackage: string;
    /** @default that of every program that is built */
    readonly oldestGo?: string;
  };
}

/** Where Terraform gets a provider from. */
export interface ProviderSource {
  /** In words, for people. */
  readonly from: string;
  /** What the environment must ask for to get it. */
  readonly constraint: string;
  /** Folder of a mirror in Terraform's layout; undefined where Terraform finds the provider by itself. */
  readonly mirror: string | undefined;
}

const registries = { terraform: "registry.terraform.io", tofu: "registry.opentofu.org" } as const;

/** The variable that names a mirror to look into first. */
export const mirrorVariable = "LEASEHOLD_PROVIDER_MIRROR";

/**
 * Finds a provider: in the mirror that `LEASEHOLD_PROVIDER_MIRROR` or the user's Terraform CLI configuration names, else in the
 * public registry, else in Terraform's own local mirrors or the cache, else builds it into the cache.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 * @throws LeaseholdError when a named mirror lacks it, or it can't be built.
 */
export async function findProvider(
  env: HostEnvironment,
  terraform: Terraform,
  wanted: WantedProvider,
  progress: (line: string) => void,
): Promise<ProviderSource> {
  const { source, constraint, oldest, built } = wanted;
  const registry = registries[terraform.command];
  const named = env[mirrorVariable] || undefined;
  if (named !== undefined) {
    const found = inMirror(named, registry, wanted);
    if (found !== undefined) return { ...found, mirror: named };
    throw new LeaseholdError(
      mirrorVariable,
      `${named} holds no ${source} ${oldest} or later for ${platform()}`,
      `put it at ${join(named, registry, source, "VERSION", platform())}, or unset ${mirrorVariable}`,
    );
  }
  for (const mirror of configuredMirrors(env, source)) {
    const found = inMirror(mirror, registry, wanted);
    if (found !== undefined) return { ...found, mirror: undefined };
  }
  if (await answers(registry, wanted)) return { from: registry, constraint, mirror: undefined };
  const ownMirror = join(cacheFolder(env), "providers");
  for (const mirror of [...impliedMirrors(env), ownMirror]) {
    const found = inMirror(mirror, registry, wanted);
    if (found !== undefined) return { ...found, mirror };
  }
  progress(`${registry} does not answer`);
  try {
    await buildInto(ownMirror, registry, env, wanted, progress);
  } catch (thrown) {
    throw new LeaseholdError(
      `${source} provider`,
      `${registry} does not answer, no local mirror holds it, and it can't be built (${messageOf(thrown)})`,
      `put the provider into a mirror and name that with ${mirrorVariable}`,
    );
  }
  return { from: "its Go module", constraint: `= ${built.version}`, mirror: ownMirror };
}

/** Which of several providers a mirror has for some registry, whatever their versions. */
export function heldBy(mirror: string, sources: readonly WantedProvider["source"][]): WantedProvider["source"][] {
  const hosts = Object.values(registries);
  return sources.filter((source) => hosts.some((host) => existsSync(join(mirror, host, source))));
}

/** The newest provider in a mirror that serves; zipped ("packed") and plain files are both fine for Terraform. */
function inMirror(
  mirror: string,
  registry: string,
  { source, oldest }: WantedProvider,
): { readonly from: string; readonly constraint: string } | undefined {
  const folder = join(mirror, registry, source);
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const zip = new RegExp(`^${programOf(source)}_(.+)_[a-z0-9]+_[a-z0-9]+\\.zip$`);
  const versions = entries
    .map((entry) => {
      const packed = zip.exec(entry);
      if (packed) return entry.endsWith(`_${platform()}.zip`) ? packed[1] : undefined;
      return existsSync(join(folder, entry, platform())) ? entry : undefined;
    })
    .filter(
      (version) => version !== undefined && /^\d+\.\d+\.\d+$/.test(version) && compareVersions(version, oldest) >= 0,
    )
    .sort((a = "", b = "") => compareVersions(b, a));
  return versions[0] === undefined ? undefined : { from: mirror, constraint: `= ${versions[0]}` };
}

/** Mirrors that the user's own CLI configuration names for a provider. */
function configuredMirrors(env: HostEnvironment, source: WantedProvider["source"]): string[] {
  const file = env["TF_CLI_CONFIG_FILE"] || join(env["HOME"] ?? homedir(), ".terraformrc");
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
  return [...text.matchAll(/filesystem_mirror\s*\{([^}]*)\}/g)].flatMap(([, block = ""]) => {
    const path = /\bpath\s*=\s*"([^"]+)"/.exec(block)?.[1];
    return path === undefined || !isIncluded(block, source) ? [] : [path];
  });
}

/** Whether a mirror serves for a provider: one that includes nothing by name serves for all. */
function isIncluded(block: string, source: WantedProvider["source"]): boolean {
  const [, list] = /\binclude\s*=\s*\[([^\]]*)\]/.exec(block) ?? [];
  if (list === undefined) return true;
  const [namespace, name] = source.split("/");
  return [...list.matchAll(/"([^"]*)"/g)].some(([, pattern = ""]) => {
    const [ofName, ofNamespace] = pattern.split("/").reverse();
    return [name, "*"].includes(ofName) && [namespace, "*"].includes(ofNamespace);
  });
}

/** Folders that Terraform itself looks into when its configuration says nothing. */
function impliedMirrors(env: HostEnvironment): string[] {
  const home = env["HOME"] ?? homedir();
  return [join(home, ".terraform.d", "plugins"), "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];
}

async function answers(registry: string, { source }: WantedProvider): Promise<boolean> {
  try {
    const url = `https://${registry}/v1/providers/${source}/versions`;
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function buildInto(
  mirror: string,
  registry: string,
  env: HostEnvironment,
  { source, built: { version, mainPackage, oldestGo } }: WantedProvider,
  progress: (line: string) => void,
): Promise<void> {
  const file = `${programOf(source)}_v${version}`;
  const built = await buildGoProgram(
    env,
    { module: programOf(source), mainPackage, version, file, ...(oldestGo && { oldestGo }) },
    progress,
  );
  const folder = join(mirror, registry, source, version, platform());
  mkdirSync(join(folder, ".."), { recursive: true });
  const draft = `${folder}.draft-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  copyFileSync(built, join(draft, file));
  try {
    renameSync(draft, folder);
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw thrown; // another process put it there first
  }
}

/** What every provider's program is called. */
function programOf(source: WantedProvider["source"]): string {
  return `terraform-provider-${source.split("/")[1]}`;
}

/** The platform as Terraform writes it. */
function platform(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `${process.platform}_${arch}`;
}
