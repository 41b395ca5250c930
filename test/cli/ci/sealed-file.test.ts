import fc from "fast-check";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFile, sealFile } from "../../../cli/ci/sealed-file";
import { scratchFolder } from "../scratch";

const passphrase = "p".repeat(32);

describe("a sealed plan", () => {
  const folder = scratchFolder();
  const at = (name: string) => join(folder(), name);
  const seal = (content: Uint8Array | string, context = "prod@0f3c") => {
    writeFileSync(at("plan"), content);
    sealFile(at("plan"), at("sealed"), passphrase, context);
  };

  it("opens as it was, for its owner alone, and holds nothing that can be read", () => {
    seal("canary-7391");
    expect(readFileSync(at("sealed")).includes("canary")).toBe(false);
    openFile(at("sealed"), at("opened"), passphrase, "prod@0f3c");
    expect(readFileSync(at("opened"), "utf8")).toBe("canary-7391");
    expect(statSync(at("opened")).mode & 0o777).toBe(0o600);
  });

  it("opens neither for another environment or commit, nor with another passphrase", () => {
    seal("plan");
    const why =
      /does not open for .*: it was changed, sealed for something else, or with another passphrase: make the plan/;
    expect(() => openFile(at("sealed"), at("no"), passphrase, "staging@0f3c")).toThrow(why);
    expect(() => openFile(at("sealed"), at("no"), "q".repeat(32), "prod@0f3c")).toThrow(why);
    expect(existsSync(at("no"))).toBe(false);
  });

  it("does not open when a byte of it is changed, or it is cut short", () => {
    seal("a plan");
    const whole = readFileSync(at("sealed"));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (place, change, cut) => {
        const broken = Buffer.from(cut ? whole.subarray(0, place) : whole);
        if (!cut) broken[place] = (broken[place] ?? 0) ^ change;
        writeFileSync(at("broken"), broken);
        expect(() => openFile(at("broken"), at("no"), passphrase, "prod@0f3c")).toThrow(
          /is no sealed file|does not open/,
        );
      }),
      { numRuns: 15 }, // each asks scrypt
    );
    expect(existsSync(at("no"))).toBe(false);
  });

  it.each([
    [undefined, "is not set"],
    ["", "is not set"],
    ["short", "has 5 characters"],
  ])("wants a passphrase that can't be guessed: %j", (given, problem) => {
    writeFileSync(at("plan"), "plan");
    expect(() => sealFile(at("plan"), at("none"), given, "prod")).toThrow(`[PLAN_PASSPHRASE] ${problem}: set it to 32`);
    expect(existsSync(at("none"))).toBe(false);
  });

  it("says which file is not there", () => {
    expect(() => sealFile(at("nowhere"), at("none"), passphrase, "prod")).toThrow(/nowhere\] can't be read .*ENOENT/);
  });
});
