import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findDockerProvider } from "../../../cli/parts/docker-provider";
import type { Terraform } from "../../../cli/parts/terraform";
import { fakeCommand, rejection, scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
const terraform: Terraform = { command: "terraform", path: "/usr/bin/terraform", version: "1.14.1" };
const mirror = () => join(scratch(), "mirror");
const ofDocker = (root: string) => join(root, "registry.terraform.io", "kreuzwerker", "docker");

/** A home of one's own, so that no mirror of this machine is seen, and no command. */
const env = (change: Record<string, string> = {}) => ({
  HOME: join(scratch(), "home"),
  LEASEHOLD_CACHE: join(scratch(), "cache"),
  PATH: join(scratch(), "bin"),
  ...change,
});
const find = (host: Record<string, string>) => findDockerProvider(host, terraform, () => undefined);

let fetched: jest.SpyInstance;
beforeEach(() => {
  fetched = jest.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no network"));
});
afterEach(() => jest.restoreAllMocks());

/** What the search has in common with that of hashicorp/vault is tested there. */
describe("kreuzwerker/docker", () => {
  it("is found in a mirror, in either layout and apart from other providers", async () => {
    mkdirSync(join(ofDocker(mirror()), "4.5.0", platform), { recursive: true });
    write(join(ofDocker(mirror()), `terraform-provider-docker_4.6.1_${platform}.zip`));
    write(join(ofDocker(mirror()), `terraform-provider-vault_9.0.0_${platform}.zip`));
    mkdirSync(join(mirror(), "registry.terraform.io", "hashicorp", "vault", "5.6.0", platform), { recursive: true });
    expect(await find(env({ LEASEHOLD_PROVIDER_MIRROR: mirror() }))).toMatchObject({ constraint: "= 4.6.1" });
  });

  it("older than 3.6.2 is passed over, and the mirror's owner is told where a newer one belongs", async () => {
    mkdirSync(join(ofDocker(mirror()), "3.6.1", platform), { recursive: true });
    expect((await rejection(find(env({ LEASEHOLD_PROVIDER_MIRROR: mirror() })))).message).toBe(
      `[LEASEHOLD_PROVIDER_MIRROR] ${mirror()} holds no kreuzwerker/docker 3.6.2 or later for ${platform}: ` +
        `put it at ${join(ofDocker(mirror()), "VERSION", platform)}, or unset LEASEHOLD_PROVIDER_MIRROR`,
    );
  });

  it("is asked of the registry by its own name", async () => {
    fetched.mockResolvedValue(new Response("{}"));
    expect(await find(env())).toMatchObject({ from: "registry.terraform.io", constraint: ">= 3.6.2, < 5.0.0" });
    expect(fetched).toHaveBeenCalledWith(
      "https://registry.terraform.io/v1/providers/kreuzwerker/docker/versions",
      expect.anything(),
    );
  });

  it("is built by the name under which its module began, where nobody has it", async () => {
    fakeCommand(
      join(scratch(), "bin"),
      "go",
      'if [ "$1" = version ]; then echo go version go1.26.0; exit; fi',
      'for last; do :; done; while [ "$1" != -o ]; do shift; done; echo "$last $GONOSUMDB" > "$2"',
    );
    expect(await find(env())).toMatchObject({ from: "its Go module", constraint: "= 4.6.0" });
    const built = join(
      ofDocker(join(scratch(), "cache", "providers")),
      "4.6.0",
      platform,
      "terraform-provider-docker_v4.6.0",
    );
    const [mainPackage, unlisted] = readFileSync(built, "utf8").trim().split(" ");
    expect(mainPackage).toBe("github.com/terraform-providers/terraform-provider-docker");
    expect(unlisted?.split(",")).toContain("github.com/kreuzwerker/terraform-provider-docker");
  });

  it("needs a newer Go than other programs do", async () => {
    fakeCommand(join(scratch(), "bin"), "go", "echo go version go1.25.3");
    expect((await rejection(find(env()))).message).toContain("is version 1.25.3, and 1.25.8 or later is needed");
  });
});
