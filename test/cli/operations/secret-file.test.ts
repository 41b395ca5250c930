import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SecretFile, withSecretFile } from "../../../cli/operations/secret-file";
import { scratchFolder, write } from "../scratch";

const folder = scratchFolder();

describe("a file of secrets", () => {
  it("is its owner's alone, has room before it is written, and holds exactly what was written", async () => {
    const path = join(folder(), "new", "keys.json");
    await withSecretFile("test", path, (file) => {
      expect(statSync(path)).toMatchObject({ size: 64 * 1024 });
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
});
