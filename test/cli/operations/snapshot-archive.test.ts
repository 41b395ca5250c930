import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { inBoth } from "../../../cli/operations/server-contents";
import { readArchive } from "../../../cli/operations/snapshot-archive";
import { scratchFolder } from "../scratch";

const folder = scratchFolder();
const meta = JSON.stringify({ Index: 7, Term: 2, Size: 5 });
const sumOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** An archive as a server writes it. https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function archive(members: Readonly<Record<string, string>>): string {
  const blocks = Object.entries(members).map(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(text.length.toString(8).padStart(11, "0"), 124);
    return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
  });
  const file = join(folder(), "vault.snap");
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return file;
}

describe("a snapshot's archive", () => {
  const sums = `${sumOf(meta)}  meta.json\n${sumOf("state")}  state.bin\n`;

  it("is whole where the server's sums are those of what is in it", async () => {
    const file = archive({ "meta.json": meta, "state.bin": "state", SHA256SUMS: sums });
    expect(await readArchive(file)).toMatchObject({ index: 7, term: 2 });
  });

  it.each([
    [
      "its state is another",
      { "meta.json": meta, "state.bin": "other", SHA256SUMS: sums },
      "its state.bin is not what",
    ],
    [
      "no sum is of its state",
      { "meta.json": meta, "state.bin": "state", SHA256SUMS: sums.slice(0, 76) },
      "its state.bin",
    ],
    [
      "there are no sums in the list",
      { "meta.json": meta, "state.bin": "state", SHA256SUMS: "" },
      "its meta.json is not",
    ],
    ["its state is not there", { "meta.json": meta, SHA256SUMS: sums }, "its state.bin is not what the server wrote"],
    ["it has no list of sums", { "meta.json": meta, "state.bin": "state" }, "it has no SHA256SUMS: name another file"],
  ])("is refused where %s", async (_, members, message) => {
    await expect(readArchive(archive(members as Readonly<Record<string, string>>))).rejects.toThrow(message);
  });
});

describe("what is in a snapshot for certain", () => {
  it("was there before it and after it", () => {
    const contents = (mounts: string[], leases: Record<string, number>) => ({
      mounts,
      auth: ["token/"],
      policies: ["default"],
      leases,
      unseen: [],
    });
    const before = contents(["old/", "kept/"], { "old/": 3, "kept/": 5 });
    const after = contents(["kept/", "new/"], { "kept/": 2, "new/": 1 });
    expect(inBoth(before, after)).toEqual(contents(["kept/"], { "kept/": 2 }));
  });
});
