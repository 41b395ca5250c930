import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Container, publishedPort } from "../../../cli/servers/container";

describe("Container.reasonAgainst", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-docker-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A docker that answers some commands and refuses the others. */
  function dockerThat(answers: string): { readonly PATH: string } {
    const path = join(folder, "docker");
    writeFileSync(path, `#!/bin/sh\ncase "$1 $2" in ${answers}) exit 0;; *) exit 1;; esac\n`);
    chmodSync(path, 0o755);
    return { PATH: folder };
  }

  it.each<[string, string | undefined]>([
    ["nothing", "no Docker engine answers"],
    ["'version --format'", "the image mysql:8.4 can't be pulled"],
    ["'version --format'|'image inspect'", undefined],
    ["'version --format'|'pull --quiet'", undefined],
  ])("where docker answers %s: %p", async (answers, reason) => {
    expect(await Container.reasonAgainst(dockerThat(answers), "mysql:8.4")).toBe(reason);
  });

  it("says that docker is not there", async () => {
    expect(await Container.reasonAgainst({ PATH: folder }, "mysql:8.4")).toBe("docker is not on PATH");
  });
});

describe("publishedPort", () => {
  it("finds the port on loopback", () => {
    expect(publishedPort("127.0.0.1:49153\n")).toBe(49_153);
  });

  it.each(["", "0.0.0.0:49153", "127.0.0.1:"])("refuses %j", (text) => {
    expect(() => publishedPort(text)).toThrow(/^\[docker port\] answered /);
  });
});
