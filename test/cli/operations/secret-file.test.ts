import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../../cli/context";
import { SecretFile, withSecretFile } from "../../../cli/operations/secret-file";
import { scratchFolder, write } from "../scratch";

const folder = scratchFolder();

describe("a file of secrets", () => {
  it("is its owner's alone, has room before it is written, and holds exactly what was written", async () => {
    const path = join(folder(), "new", "keys.json");
    await withSecretFile("test", path, (file) => {
      expect(statSync(path)).toMatchObject({ size: 512 * 1024 });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      file.write("secret\n");
      return Promise.resolve();
    });
    expect(readFileSync(path, "utf8")).toBe("secret\n");
  });

  it("is taken away where nothing was written to it", async () => {
    const path = join(folder(), "keys.json");
    await expect(withSecretFile("test", path, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(existsSync(path)).toBe(false);
  });

  it("stays where it was written, whatever fails then", async () => {
    const path = join(folder(), "keys.json");
    const writes = (file: SecretFile) => {
      file.write("secret\n");
      return Promise.reject(new Error("later"));
    };
    await expect(withSecretFile("test", path, writes)).rejects.toThrow("later");
    expect(readFileSync(path, "utf8")).toBe("secret\n");
  });

  it("is never written over another", () => {
    const path = write(join(folder(), "keys.json"), "somebody's");
    expect(() => SecretFile.reserve("test", path)).toThrow(`[test] ${path} exists already: nothing is overwritten`);
    expect(readFileSync(path, "utf8")).toBe("somebody's");
  });

  it("is not left behind where it can't be filled", () => {
    expect(() => SecretFile.reserve("test", "/dev/null/keys.json")).toThrow(
      "[test] /dev/null/keys.json can't be written",
    );
    const path = join(folder(), "keys.json");
    SecretFile.reserve("test", path).release();
    expect(existsSync(path)).toBe(false);
  });

  /** A command of its own that asks a server, and is sent signals meanwhile. */
  async function interrupted(path: string, asks: boolean, ...signals: readonly NodeJS.Signals[]) {
    const source = join(projectRoot, "cli", "operations", "secret-file.ts");
    const program = `
      const { withSecretFile } = require(${JSON.stringify(source)});
      const answer = () => new Promise((resolve) => setTimeout(resolve, 1500));
      withSecretFile("test", ${JSON.stringify(path)}, async (file) => {
        setTimeout(() => console.log("asked"), 50);
        await ${asks ? "file.uninterrupted(answer)" : "answer()"};
        file.write("secret");
      });`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=commonjs", "-e", program], {
      cwd: projectRoot,
    });
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    for (const signal of signals) {
      child.kill(signal);
      await sleep(200);
    }
    const [code, signal] = (await ended) as [number | null, string | null];
    return { code, signal, kept: existsSync(path) ? readFileSync(path, "utf8") : undefined };
  }

  it("outlives a signal while a server is asked, and is taken away by a second one, or by one before", async () => {
    const path = (name: string) => join(folder(), name);
    expect(await interrupted(path("a"), true, "SIGINT")).toEqual({ code: 0, signal: null, kept: "secret" });
    expect(await interrupted(path("b"), true, "SIGTERM", "SIGTERM")).toEqual({
      code: null,
      signal: "SIGTERM",
      kept: undefined,
    });
    expect(await interrupted(path("c"), false, "SIGINT")).toEqual({ code: null, signal: "SIGINT", kept: undefined });
  });
});
