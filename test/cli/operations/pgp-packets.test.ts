import { packetTags } from "../../../cli/operations/pgp-packets";

const bytes = (...parts: readonly (number | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : part)));

describe("the packets of a PGP key", () => {
  it("are told in the old form, by each of its lengths", () => {
    const key = bytes(0x98, 3, Buffer.alloc(3), 0xb9, 1, 4, Buffer.alloc(260), 0x8a, 0, 0, 0, 2, Buffer.alloc(2));
    expect(packetTags(key)).toEqual([6, 14, 2]);
  });

  it("are told in the new form, by each of its lengths", () => {
    const key = bytes(
      0xc6,
      3,
      Buffer.alloc(3),
      0xce,
      192,
      8,
      Buffer.alloc(200),
      0xc2,
      255,
      0,
      0,
      0,
      2,
      Buffer.alloc(2),
    );
    expect(packetTags(key)).toEqual([6, 14, 2]);
  });

  it.each([
    ["a text", Buffer.from("hello")],
    ["one that is cut short", bytes(0x98, 3, Buffer.alloc(2))],
    ["one without a length", bytes(0x9b, Buffer.alloc(9))],
  ])("are none in %s", (_, binary) => expect(packetTags(binary)).toBeUndefined());
});
