import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { compareVersions, findCommand, onPath } from "../../../cli/parts/executables";
import { fakeCommand, rejection, scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const path = (...folders: string[]) => ({ PATH: folders.map((folder) => join(scratch(), folder)).join(delimiter) });

describe("compareVersions", () => {
  it.each([
    ["1.11", "1.11.0"],
    ["2.2.0", "2.2.0"],
  ])("takes %s for as old as %s", (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it.each([
    ["1.9.9", "1.10.0"],
    ["1.10.9", "1.11"],
    ["1.99.99", "2.0.0"],
    ["4.4.0", "4.4.1"],
    ["1", "1.0.1"],
  ])("takes %s for older than %s", (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
  });
});

describe("onPath", () => {
  it("is the first of that name on PATH", () => {
    const first = fakeCommand(join(scratch(), "first"), "tool");
    const second = fakeCommand(join(scratch(), "second"), "tool");
    expect(onPath(path("none", "first", "second"), "tool")).toBe(first);
    expect(onPath(path("second", "first"), "tool")).toBe(second);
  });

  it("passes over what can't be run", () => {
    write(join(scratch(), "plain", "tool"));
    mkdirSync(join(scratch(), "folder", "tool"), { recursive: true });
    const tool = fakeCommand(join(scratch(), "good"), "tool");
    expect(onPath(path("plain", "folder", "good"), "tool")).toBe(tool);
    expect(onPath(path("plain", "folder"), "tool")).toBeUndefined();
  });

  it("finds nothing without a PATH, and nothing in the working folder", () => {
    expect(onPath({}, "sh")).toBeUndefined();
    expect(onPath({ PATH: "" }, "package.json")).toBeUndefined();
    expect(onPath({ PATH: delimiter }, "cli/leasehold.mjs")).toBeUndefined();
  });
});

describe("findCommand", () => {
  const wanted = { command: "tool", versionArguments: ["version", "--plain"], oldest: "1.11" };
  const tool = (...lines: string[]) => fakeCommand(join(scratch(), "bin"), "tool", ...lines);

  it("finds the command with its version", async () => {
    const file = tool('echo "Tool v1.11.2 of 2025.01 ($*)"');
    expect(await findCommand(path("bin"), wanted)).toEqual({ command: "tool", path: file, version: "1.11.2" });
  });

  it("asks for the version as it is told, in the environment that it is given", async () => {
    tool('[ "$*" = "version --plain" ] && echo "$GIVEN"');
    expect(await findCommand({ ...path("bin"), GIVEN: "3.4" }, wanted)).toMatchObject({ version: "3.4" });
  });

  it("finds nothing where there is none", async () => {
    expect(await findCommand(path("bin"), wanted)).toBeUndefined();
  });

  it("refuses one that is too old", async () => {
    const file = tool("echo go1.10.9");
    expect((await rejection(findCommand(path("bin"), wanted))).message).toBe(
      `[${file}] is version 1.10.9, and 1.11 or later is needed: install tool 1.11 or later, or take the old one off PATH`,
    );
  });

  it("refuses one that does not tell its version", async () => {
    const file = tool("echo development build");
    expect((await rejection(findCommand(path("bin"), wanted))).message).toBe(
      `[${file}] is version unknown, and 1.11 or later is needed: install tool 1.11 or later, or take the old one off PATH`,
    );
  });

  it("refuses one that does not work", async () => {
    const file = tool("echo broken >&2", "exit 127");
    expect((await rejection(findCommand(path("bin"), wanted))).message).toBe(
      `[${file} version --plain] exited with 127: its last output:\nbroken`,
    );
  });
});
