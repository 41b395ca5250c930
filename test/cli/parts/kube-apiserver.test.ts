import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtKubeApiserver, hasKubeApiserver } from "../../../cli/parts/kube-apiserver";
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

it("is built into the cache once, and told the version that clients ask for", async () => {
  go();
  expect(hasKubeApiserver(env())).toBe(false);
  const said: string[] = [];
  const path = await builtKubeApiserver(env(), (line) => void said.push(line));
  expect(path).toBe(join(scratch(), "cache", "kube-apiserver-1.34.4", "kube-apiserver"));
  expect(said).toEqual(["building kube-apiserver 1.34.4 from its Go module (minutes, once)"]);
  expect(readFileSync(path, "utf8")).toContain("-ldflags -s -w -X k8s.io/component-base/version.gitVersion=v1.34.4 -o");
  expect(hasKubeApiserver(env())).toBe(true);
  await builtKubeApiserver(env(), (line) => void said.push(line));
  expect(said).toHaveLength(1);
  expect(readdirSync(join(scratch(), "cache"))).toEqual(["kube-apiserver-1.34.4"]);
});

it("says that Go is missing", async () => {
  const refusal = await rejection(builtKubeApiserver({ ...env(), PATH: bin() }, () => undefined));
  expect(refusal.message).toBe("[kube-apiserver] has to be built, and go is not on PATH: install Go 1.25.3 or later");
});
