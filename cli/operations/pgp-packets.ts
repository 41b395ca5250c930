/** Tags of the packets that a key is made of. https://www.rfc-editor.org/rfc/rfc9580#section-5 */
export const pgpTag = { publicKey: 6, publicSubkey: 14 } as const;

/** The tags of a PGP message's packets; undefined where it is none. https://www.rfc-editor.org/rfc/rfc9580#section-4.2 */
export function packetTags(binary: Buffer): number[] | undefined {
  const tags: number[] = [];
  for (let at = 0; at < binary.length;) {
    const first = binary[at] ?? 0;
    if ((first & 0x80) === 0) return undefined;
    const isNew = (first & 0x40) !== 0;
    tags.push(isNew ? first & 0x3f : (first & 0x3c) >> 2);
    const body = isNew ? newBody(binary, at + 1) : oldBody(binary, at + 1, first & 3);
    if (body === undefined || body > binary.length) return undefined;
    at = body;
  }
  return tags;
}

/** Where the packet ends whose length of the newer form begins at `at`; undefined for lengths that no key has. */
function newBody(binary: Buffer, at: number): number | undefined {
  const first = binary[at] ?? 0;
  if (first < 192) return at + 1 + first;
  if (first < 224) return at + 2 + ((first - 192) << 8) + (binary[at + 1] ?? 0) + 192;
  if (first === 255 && at + 5 <= binary.length) return at + 5 + binary.readUInt32BE(at + 1);
  return undefined;
}

function oldBody(binary: Buffer, at: number, lengthType: number): number | undefined {
  const bytes = 1 << lengthType;
  if (lengthType === 3 || at + bytes > binary.length) return undefined;
  return at + bytes + binary.readUIntBE(at, bytes);
}
