import { createHash, type Hash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";

/** What a snapshot of raft storage is, by its own content. */
export interface SnapshotArchive {
  /** The last entry of the log that is in it, and the term of that entry. */
  readonly index: number;
  readonly term: number;
  readonly bytes: number;
  /** Of the whole file. */
  readonly sha256: string;
}

const metadata = z.object({ Index: z.number(), Term: z.number(), Size: z.number() });
const block = 512;

/**
 * Reads a snapshot through and holds it against the sums that the server put into it: a download that was cut short, or a file that
 * was touched, is found here and not at the restore.
 *
 * @throws LeaseholdError when it is no whole snapshot.
 */
export async function readArchive(file: string): Promise<SnapshotArchive> {
  const whole = createHash("sha256");
  const members = new Map<string, Member>();
  try {
    const source = createReadStream(file);
    source.on("data", (chunk) => whole.update(chunk));
    await pipeline(source, createGunzip(), (content) => readMembers(content, members));
  } catch (thrown) {
    throw new LeaseholdError(file, `is no whole snapshot (${messageOf(thrown)})`, "save it again");
  }
  const sums = members.get("SHA256SUMS")?.text;
  if (sums === undefined)
    throw new LeaseholdError(file, "is no snapshot of raft storage: it has no SHA256SUMS", "name another file");
  const expected = new Map([...sums.matchAll(/^([0-9a-f]{64})\s+(\S+)$/gm)].map(([, sum, name = ""]) => [name, sum]));
  for (const name of new Set(["meta.json", "state.bin", ...expected.keys()])) {
    const found = members.get(name)?.sha256;
    if (found !== undefined && found === expected.get(name)) continue;
    throw new LeaseholdError(file, `its ${name} is not what the server wrote`, "save it again");
  }
  const parsed = metadata.safeParse(parse(members.get("meta.json")?.text));
  if (!parsed.success) {
    throw new LeaseholdError(file, "is no snapshot of raft storage: its meta.json tells no index", "name another file");
  }
  const { Index: index, Term: term } = parsed.data;
  return { index, term, bytes: statSync(file).size, sha256: whole.digest("hex") };
}

interface Member {
  readonly sha256: string;
  /** Of small ones. */
  readonly text: string | undefined;
}

/** No text of a snapshot is larger. */
const mostText = 1024 * 1024;

/** The members of a tar archive, as they come by. https://www.gnu.org/software/tar/manual/html_node/Standard.html */
async function readMembers(content: AsyncIterable<unknown>, members: Map<string, Member>): Promise<void> {
  let pending: Buffer = Buffer.alloc(0);
  let current: { name: string; left: number; padding: number; hash: Hash; text: Buffer[] | undefined } | undefined;
  for await (const chunk of content) {
    pending = pending.length === 0 ? Buffer.from(chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
    for (;;) {
      if (current === undefined) {
        if (pending.length < block) break;
        const header = pending.subarray(0, block);
        pending = pending.subarray(block);
        if (header.every((byte) => byte === 0)) continue; // the end is two empty blocks
        const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
        if (!Number.isSafeInteger(size)) throw new Error("its archive is damaged");
        const name = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
        const text = size <= mostText ? [] : undefined;
        current = { name, left: size, padding: (block - (size % block)) % block, hash: createHash("sha256"), text };
      }
      const part = pending.subarray(0, current.left);
      current.hash.update(part);
      current.text?.push(part);
      current.left -= part.length;
      pending = pending.subarray(part.length);
      if (current.left > 0 || pending.length < current.padding) break;
      pending = pending.subarray(current.padding);
      const text = current.text && Buffer.concat(current.text).toString("utf8");
      members.set(current.name, { sha256: current.hash.digest("hex"), text });
      current = undefined;
    }
  }
  if (current !== undefined) throw new Error("it ends in the middle");
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
