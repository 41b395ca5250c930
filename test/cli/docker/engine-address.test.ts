import { createHash } from "node:crypto";
import { join } from "node:path";
import { engineAddresses } from "../../../cli/docker/engine-address";
import { scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const env = (change: Record<string, string> = {}) => ({ HOME: scratch(), ...change });

function context(name: string, host: string): void {
  const hash = createHash("sha256").update(name).digest("hex");
  const meta = { Name: name, Endpoints: { docker: { Host: host } } };
  write(join(scratch(), ".docker", "contexts", "meta", hash, "meta.json"), JSON.stringify(meta));
}

const configure = (currentContext: string) =>
  write(join(scratch(), ".docker", "config.json"), JSON.stringify({ auths: {}, currentContext }));

describe("where an engine is looked for", () => {
  it.each(["unix:///run/my.sock", "tcp://127.0.0.1:2375"])("is DOCKER_HOST alone: %s", (host) => {
    configure("mine");
    expect(engineAddresses(env({ DOCKER_HOST: host }))).toEqual([{ host, from: "DOCKER_HOST" }]);
  });

  it.each(["ssh://me@machine", "unix://relative.sock", "/var/run/docker.sock", "npipe:////./pipe/docker_engine"])(
    "is not %s",
    (host) => {
      expect(() => engineAddresses(env({ DOCKER_HOST: host }))).toThrow(
        `[DOCKER_HOST] ${JSON.stringify(host)} can't be used: give it as in unix:///var/run/docker.sock or tcp://127.0.0.1:2375`,
      );
    },
  );

  it("is no engine over TLS, which is on another machine", () => {
    expect(() => engineAddresses(env({ DOCKER_HOST: "tcp://far:2376", DOCKER_TLS_VERIFY: "1" }))).toThrow(
      "[DOCKER_HOST] tcp://far:2376 is used with TLS",
    );
  });

  it("is the context that DOCKER_CONTEXT names, before the current one", () => {
    context("mine", "unix:///run/mine.sock");
    context("other", "unix:///run/other.sock");
    configure("other");
    expect(engineAddresses(env({ DOCKER_CONTEXT: "mine" }))).toEqual([
      { host: "unix:///run/mine.sock", from: "DOCKER_CONTEXT" },
    ]);
    expect(engineAddresses(env())).toEqual([{ host: "unix:///run/other.sock", from: "Docker's configuration" }]);
  });

  it("is refused with a context that is gone", () => {
    configure("gone");
    expect(() => engineAddresses(env())).toThrow(
      "[Docker context gone] is not there: see docker context ls, or set DOCKER_HOST",
    );
  });

  it.each([".docker/run/docker.sock", ".docker/desktop/docker.sock", "runtime/docker.sock"])(
    "is a socket where one is: ~/%s",
    (path) => {
      const socket = write(join(scratch(), path));
      const hosts = engineAddresses(env({ XDG_RUNTIME_DIR: join(scratch(), "runtime") })).map(({ host }) => host);
      expect(hosts.filter((host) => host !== "unix:///var/run/docker.sock")).toEqual([`unix://${socket}`]);
    },
  );

  it("is not one of Docker's configuration that can't be read", () => {
    write(join(scratch(), ".docker", "config.json"), "{");
    expect(engineAddresses(env()).every(({ from }) => from === "the usual place")).toBe(true);
  });
});
