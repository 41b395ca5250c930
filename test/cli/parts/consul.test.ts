import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtConsul, hasConsul } from "../../../cli/parts/consul";
import { fakeCommand, rejection, scratchFolder } from "../scratch";

const scratch = scratchFolder();
const bin = () => join(scratch(), "bin");
const env = () => ({ PATH: `${bin()}:/usr/bin:/bin`, LEASEHOLD_CACHE: join(scratch(), "cache") });

/** A Go that "builds" a file of its own arguments. */
const go = () =>
  fakeCommand(
    bin(),
    "go",
    'if [ "$1" = version ]; then echo "go version go1.26.0 linux/amd64"; exit; fi',
    'all="$*"; while [ "$1" != -o ]; do shift; done; echo "$all" > "$2"',
  );

it("is built into the cache once", async () => {
  go();
  expect(hasConsul(env())).toBe(false);
  const said: string[] = [];
  const path = await builtConsul(env(), (line) => void said.push(line));
  expect(path).toBe(join(scratch(), "cache", "consul-1.22.0", "consul"));
  expect(said).toEqual(["building consul 1.22.0 from its Go module (minutes, once)"]);
  expect(readFileSync(path, "utf8")).toContain("-ldflags -s -w -o");
  expect(hasConsul(env())).toBe(true);
  await builtConsul(env(), (line) => void said.push(line));
  expect(said).toHaveLength(1);
  expect(readdirSync(join(scratch(), "cache"))).toEqual(["consul-1.22.0"]);
});

it("says that Go is missing", async () => {
  const refusal = await rejection(builtConsul({ ...env(), PATH: bin() }, () => undefined));
  expect(refusal.message).toBe("[consul] has to be built, and go is not on PATH: install Go 1.25.3 or later");
});
