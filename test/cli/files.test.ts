import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../cli/files";
import { scratchFolder, write } from "./scratch";

const scratch = scratchFolder();
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("writeFileAtomically", () => {
  it("writes a file, and makes its folder", () => {
    const path = join(scratch(), "deep", "down", "file");
    writeFileAtomically(path, "content");
    expect(readFileSync(path, "utf8")).toBe("content");
  });

  it("puts another file in the old one's place, so that who reads the old one reads it to its end", () => {
    const path = write(join(scratch(), "file"), "old");
    const before = statSync(path).ino;
    writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).ino).not.toBe(before);
  });

  it("lets everybody read it unless told otherwise", () => {
    const path = join(scratch(), "file");
    writeFileAtomically(path, "content");
    expect(modeOf(path) & 0o600).toBe(0o600);
    expect(modeOf(path) & 0o133).toBe(0);
  });

  it("keeps a secret to its owner, also where others could read the old file", () => {
    const path = write(join(scratch(), "file"), "old");
    writeFileAtomically(path, "secret", 0o600);
    expect(modeOf(path)).toBe(0o600);
  });

  it("leaves no draft behind, whether it worked or not", () => {
    writeFileAtomically(join(scratch(), "file"), "content");
    mkdirSync(join(scratch(), "folder", "inside"), { recursive: true });
    expect(() => writeFileAtomically(join(scratch(), "folder"), "content")).toThrow();
    expect(readdirSync(scratch()).sort()).toEqual(["file", "folder"]);
  });
});
