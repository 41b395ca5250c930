import { chmodSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../constructs/core/errors";
import { keyFileText, readShares, sharesIn } from "../../../cli/operations/key-file";
import { scratchFolder, write } from "../scratch";

const folder = scratchFolder();
const shares = [1, 2, 3].map((byte) => Buffer.alloc(33, byte).toString("base64"));
const hex = Buffer.alloc(33, 9).toString("hex");

describe("key shares in a file", () => {
  it.each([
    ["one a line, with remarks", `# holders\n${shares[0]}\n\n  ${shares[1]}\r\n`, shares.slice(0, 2)],
    ["in hexadecimal", `${hex}\n`, [hex]],
    [
      "as vault operator init prints them",
      `Unseal Key 1: ${shares[0]}\nUnseal Key 2: ${shares[1]}\n\nInitial Root Token: hvs.x\n`,
      shares.slice(0, 2),
    ],
    ["as vault operator init -format=json", JSON.stringify({ unseal_keys_b64: shares, root_token: "hvs.x" }), shares],
    ["as the API answers", JSON.stringify({ keys: ["00"], keys_base64: shares }), shares],
    ["as a lab keeps them", JSON.stringify({ unsealKeys: shares, rootToken: "x" }), shares],
  ])("are read %s", (_, text, expected) => {
    expect(sharesIn("keys", text)).toEqual(expected);
  });

  it.each([
    ["a short one", "c2hvcnQ=", "[keys, line 1] is no key share"],
    ["a word", "not-a-key", "[keys, line 1] is no key share"],
    ["nothing", "\n# only a remark\n", "[keys] holds no key share"],
    ["other JSON", '{"a": 1}', "[keys] is JSON without key shares"],
    ["a bad share in JSON", JSON.stringify({ keys_base64: [shares[0], "short"] }), "[keys, share 2] is no key share"],
  ])("are refused: %s", (_, text, message) => {
    expect(() => sharesIn("keys", text)).toThrow(message);
  });

  it("are never in a refusal's message", () => {
    const almost = `${shares[0]}!`;
    let message = "";
    try {
      sharesIn("keys", almost);
    } catch (thrown) {
      message = messageOf(thrown);
    }
    expect(message).toContain("is no key share");
    expect(message).not.toContain(shares[0]);
  });

  it("are refused where others may read them", () => {
    const path = write(join(folder(), "keys"), shares[0]);
    chmodSync(path, 0o640);
    expect(() => readShares("--keys", path)).toThrow(
      `[--keys] ${path} can be read by others (mode 640): run chmod 600 ${path}`,
    );
    chmodSync(path, 0o400);
    expect(readShares("--keys", path)).toEqual([shares[0]]);
  });

  it("are refused where they are encrypted to their holders, with what decrypts them", () => {
    const text = keyFileText({
      address: "a",
      created: "b",
      kind: "unseal",
      threshold: 2,
      encryption: "pgp",
      keys: shares,
    });
    expect(() => sharesIn("keys.json", text)).toThrow(
      "its shares are encrypted with pgp, each to its holder: each holder decrypts their own",
    );
  });

  it("are refused where there is no file", () => {
    expect(() => readShares("--keys", "/nowhere/keys")).toThrow(
      "[--keys] there is no file /nowhere/keys: give its path",
    );
  });
});
