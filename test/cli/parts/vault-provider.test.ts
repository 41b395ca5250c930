import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Terraform } from "../../../cli/parts/terraform";
import { findVaultProvider } from "../../../cli/parts/vault-provider";
import { fakeCommand, onProcessor, rejection, scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
const terraform: Terraform = { command: "terraform", path: "/usr/bin/terraform", version: "1.14.1" };
const tofu: Terraform = { command: "tofu", path: "/usr/bin/tofu", version: "1.11.0" };
const registry = "registry.terraform.io";
const mirror = () => join(scratch(), "mirror");

/** A home of one's own, so that no mirror of this machine is seen, and no command. */
const env = (change: Record<string, string> = {}) => ({
  HOME: join(scratch(), "home"),
  LEASEHOLD_CACHE: join(scratch(), "cache"),
  PATH: join(scratch(), "bin"),
  ...change,
});

let fetched: jest.SpyInstance;
const registryAnswers = (status: number) => void fetched.mockResolvedValue(new Response("{}", { status }));

beforeEach(() => {
  fetched = jest.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no network"));
});
afterEach(() => jest.restoreAllMocks());

function unpacked(folder: string, version: string, { host = registry, at = platform } = {}): void {
  mkdirSync(join(folder, host, "hashicorp", "vault", version, at), { recursive: true });
}

function packed(folder: string, version: string, { host = registry, at = platform } = {}): void {
  write(join(folder, host, "hashicorp", "vault", `terraform-provider-vault_${version}_${at}.zip`));
}

/** What is found, with what was said meanwhile. */
async function find(host: Record<string, string>, by = terraform) {
  const said: string[] = [];
  const found = await findVaultProvider(host, by, (line) => void said.push(line));
  return { ...found, said };
}

describe("a mirror that LEASEHOLD_PROVIDER_MIRROR names", () => {
  const named = () => env({ LEASEHOLD_PROVIDER_MIRROR: mirror() });

  it.each([
    ["unpacked", unpacked],
    ["packed", packed],
  ])("gives its provider, %s", async (_, put) => {
    put(mirror(), "5.6.0");
    expect(await find(named())).toEqual({ from: mirror(), constraint: "= 5.6.0", mirror: mirror(), said: [] });
    expect(fetched).not.toHaveBeenCalled();
  });

  it("gives its newest provider, by number and in either layout", async () => {
    unpacked(mirror(), "5.9.0");
    packed(mirror(), "5.10.1");
    packed(mirror(), "4.8.0");
    unpacked(mirror(), "5.10.0");
    expect(await find(named())).toMatchObject({ constraint: "= 5.10.1" });
  });

  it("has what is older than 4.4, a pre-release, of another platform or something else passed over", async () => {
    unpacked(mirror(), "4.4.0");
    unpacked(mirror(), "4.3.9");
    packed(mirror(), "3.25.0");
    packed(mirror(), "6.0.0-beta1");
    unpacked(mirror(), "6.0.0", { at: "plan9_mips" });
    packed(mirror(), "6.0.0", { at: "plan9_mips" });
    unpacked(mirror(), "7.0.0", { host: "registry.opentofu.org" });
    write(join(mirror(), registry, "hashicorp", "vault", "index.json"));
    expect(await find(named())).toMatchObject({ constraint: "= 4.4.0" });
  });

  it("is looked into for the registry that OpenTofu means, when OpenTofu runs the plans", async () => {
    unpacked(mirror(), "5.6.0");
    unpacked(mirror(), "5.5.0", { host: "registry.opentofu.org" });
    expect(await find(named(), tofu)).toMatchObject({ constraint: "= 5.5.0" });
  });

  it.each([
    ["that is not there", () => undefined],
    ["that is empty", () => void mkdirSync(mirror(), { recursive: true })],
    ["of old providers", () => unpacked(mirror(), "4.3.0")],
  ])("is refused as one %s", async (_, make) => {
    make();
    const place = join(mirror(), registry, "hashicorp", "vault", "VERSION", platform);
    expect((await rejection(find(named()))).message).toBe(
      `[LEASEHOLD_PROVIDER_MIRROR] ${mirror()} holds no hashicorp/vault 4.4.0 or later for ${platform}: ` +
        `put it at ${place}, or unset LEASEHOLD_PROVIDER_MIRROR`,
    );
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe("a mirror of the user's own CLI configuration", () => {
  const configuration = (...paths: string[]) =>
    [
      "disable_checkpoint = true",
      "provider_installation {",
      ...paths.map((path) => `  filesystem_mirror {\n    include = ["*/*/*"]\n    path    = "${path}"\n  }`),
      "  direct {}",
      "}",
    ].join("\n");

  it("is found by TF_CLI_CONFIG_FILE, and left to Terraform, which reads that too", async () => {
    unpacked(mirror(), "5.6.0");
    const file = write(join(scratch(), "my.tfrc"), configuration(mirror()));
    expect(await find(env({ TF_CLI_CONFIG_FILE: file }))).toEqual({
      from: mirror(),
      constraint: "= 5.6.0",
      mirror: undefined,
      said: [],
    });
    expect(fetched).not.toHaveBeenCalled();
  });

  it("is found in ~/.terraformrc", async () => {
    unpacked(mirror(), "5.6.0");
    write(join(scratch(), "home", ".terraformrc"), configuration(mirror()));
    expect(await find(env())).toMatchObject({ from: mirror(), mirror: undefined });
  });

  it("may be one of several, the first that holds the provider", async () => {
    const second = join(scratch(), "second");
    unpacked(second, "5.6.0");
    const file = write(join(scratch(), "my.tfrc"), configuration(mirror(), second));
    expect(await find(env({ TF_CLI_CONFIG_FILE: file }))).toMatchObject({ from: second });
  });

  it.each([
    ["hashicorp/vault", "taken"],
    ["registry.terraform.io/hashicorp/*", "taken"],
    ["kreuzwerker/docker", "passed over"],
  ])("that includes %s is %s", async (included, outcome) => {
    registryAnswers(200);
    unpacked(mirror(), "5.6.0");
    const text = configuration(mirror()).replace("*/*/*", included);
    const { from } = await find(env({ TF_CLI_CONFIG_FILE: write(join(scratch(), "my.tfrc"), text) }));
    expect(from).toBe(outcome === "taken" ? mirror() : registry);
  });

  it("comes after LEASEHOLD_PROVIDER_MIRROR", async () => {
    const named = join(scratch(), "named");
    unpacked(mirror(), "5.6.0");
    unpacked(named, "5.5.0");
    const file = write(join(scratch(), "my.tfrc"), configuration(mirror()));
    expect(await find(env({ TF_CLI_CONFIG_FILE: file, LEASEHOLD_PROVIDER_MIRROR: named }))).toMatchObject({
      from: named,
    });
  });

  it("is passed over where it lacks the provider", async () => {
    registryAnswers(200);
    const file = write(join(scratch(), "my.tfrc"), configuration(mirror()));
    expect(await find(env({ TF_CLI_CONFIG_FILE: file }))).toMatchObject({ from: registry });
    expect(await find(env({ TF_CLI_CONFIG_FILE: join(scratch(), "missing") }))).toMatchObject({ from: registry });
  });
});

describe("without a mirror", () => {
  it("an empty LEASEHOLD_PROVIDER_MIRROR names none", async () => {
    registryAnswers(200);
    expect(await find(env({ LEASEHOLD_PROVIDER_MIRROR: "" }))).toMatchObject({ from: registry });
  });

  it.each([
    [terraform, registry],
    [tofu, "registry.opentofu.org"],
  ])("the provider comes from the registry that answers ($command)", async (by, host) => {
    registryAnswers(200);
    unpacked(join(scratch(), "cache", "providers"), "4.4.0", { host });
    expect(await find(env(), by)).toEqual({ from: host, constraint: "~> 5.6", mirror: undefined, said: [] });
    expect(fetched).toHaveBeenCalledWith(`https://${host}/v1/providers/hashicorp/vault/versions`, expect.anything());
  });

  it("it comes from Terraform's own folder where the registry refuses, before the cache", async () => {
    registryAnswers(403);
    const own = join(scratch(), "home", ".terraform.d", "plugins");
    packed(own, "5.6.0");
    unpacked(join(scratch(), "cache", "providers"), "4.4.0");
    expect(await find(env())).toEqual({ from: own, constraint: "= 5.6.0", mirror: own, said: [] });
  });
});

describe("with neither mirror nor network", () => {
  const cache = () => join(scratch(), "cache", "providers");
  const builtFile = () =>
    join(cache(), registry, "hashicorp", "vault", "4.4.0", platform, "terraform-provider-vault_v4.4.0");

  /** A Go that "builds" its arguments. */
  function fakeGo(): void {
    fakeCommand(
      join(scratch(), "bin"),
      "go",
      'if [ "$1" = version ]; then echo go version go1.26.0; exit; fi',
      'for last; do :; done; while [ "$1" != -o ]; do shift; done; echo "$last" > "$2"',
    );
  }

  it("the provider comes from the cache", async () => {
    unpacked(cache(), "4.4.0");
    expect(await find(env())).toEqual({ from: cache(), constraint: "= 4.4.0", mirror: cache(), said: [] });
  });

  it("it is built into the cache", async () => {
    fakeGo();
    expect(await find(env())).toEqual({
      from: "its Go module",
      constraint: "= 4.4.0",
      mirror: cache(),
      said: [
        `${registry} does not answer`,
        "building terraform-provider-vault_v4.4.0 4.4.0 from its Go module (minutes, once)",
      ],
    });
    expect(readFileSync(builtFile(), "utf8")).toBe("github.com/hashicorp/terraform-provider-vault\n");
    expect(await find(env())).toMatchObject({ from: cache(), said: [] });
  });

  it("it is built once for two that want it at once", async () => {
    fakeGo();
    const [one, other] = await Promise.all([find(env()), find(env())]);
    expect([one.constraint, other.constraint]).toEqual(["= 4.4.0", "= 4.4.0"]);
    expect(existsSync(builtFile())).toBe(true);
  });

  it("says what to do where it can't be built", async () => {
    // No folder of this machine holds a provider for such a processor.
    const goBack = onProcessor("mips");
    try {
      expect((await rejection(find(env()))).message).toBe(
        `[hashicorp/vault provider] ${registry} does not answer, no local mirror holds it, and it can't be built ` +
          "([terraform-provider-vault_v4.4.0] has to be built, and go is not on PATH: install Go 1.25.3 or later): " +
          "put the provider into a mirror and name that with LEASEHOLD_PROVIDER_MIRROR",
      );
    } finally {
      goBack();
    }
  });
});
