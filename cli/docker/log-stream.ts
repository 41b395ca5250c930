import { LeaseholdError } from "../../constructs/core/errors";

/** What comes before each piece of a container's output: the stream it is of, three empty bytes, the length. */
const headerBytes = 8;

/**
 * The text of a container's output, both streams in the order in which they were written.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 * @throws LeaseholdError when it is cut within a header.
 */
export function logText(raw: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at < raw.length;) {
    const body = at + headerBytes;
    if (body > raw.length) throw new LeaseholdError("docker logs", "ends within a header", "ask again");
    const end = body + raw.readUInt32BE(at + 4);
    pieces.push(raw.subarray(body, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
