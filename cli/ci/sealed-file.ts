import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";

/** Marks the form of what follows: 16 bytes of salt, 12 of nonce, 16 of tag, and the rest. */
const form = Buffer.from("LHSEAL1\n");
const sizes = { salt: 16, nonce: 12, tag: 16 };
const leastPassphrase = 32;

/**
 * Encrypts a file (AES-256-GCM, its key by scrypt). A saved plan holds secrets, and whoever may read a repository may read the
 * artifacts of its jobs. `context` says what it is for; nobody opens it as something else.
 *
 * @throws LeaseholdError when the passphrase is too short, or the file can't be read.
 */
export function sealFile(file: string, into: string, passphrase: string | undefined, context: string): void {
  const plain = read(file);
  const [salt, nonce] = [randomBytes(sizes.salt), randomBytes(sizes.nonce)];
  const cipher = createCipheriv("aes-256-gcm", keyOf(passphrase, salt), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  writeFileSync(into, Buffer.concat([form, salt, nonce, cipher.getAuthTag(), sealed]), { mode: 0o600 });
}

/**
 * Decrypts it again.
 *
 * @throws LeaseholdError when it was changed, sealed for something else or with another passphrase.
 */
export function openFile(file: string, into: string, passphrase: string | undefined, context: string): void {
  const bytes = read(file);
  const parts: Buffer[] = [];
  let at = form.length;
  for (const size of Object.values(sizes)) parts.push(bytes.subarray(at, (at += size)));
  const [salt = bytes, nonce = bytes, tag = bytes] = parts;
  if (!bytes.subarray(0, form.length).equals(form) || bytes.length < at) {
    throw new LeaseholdError(file, "is no sealed file", "give one that leasehold ci seal wrote");
  }
  const key = keyOf(passphrase, salt);
  let plain: Buffer;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: sizes.tag }).setAuthTag(tag);
    decipher.setAAD(Buffer.from(context));
    plain = Buffer.concat([decipher.update(bytes.subarray(at)), decipher.final()]);
  } catch {
    throw new LeaseholdError(
      file,
      `does not open for ${context}: it was changed, sealed for something else, or with another passphrase`,
      "make the plan again",
    );
  }
  writeFileSync(into, plain, { mode: 0o600 });
}

function keyOf(passphrase: string | undefined, salt: Buffer): Buffer {
  if (passphrase !== undefined && passphrase.length >= leastPassphrase) return scryptSync(passphrase, salt, 32);
  throw new LeaseholdError(
    "PLAN_PASSPHRASE",
    passphrase === undefined || passphrase === "" ? "is not set" : `has ${passphrase.length} characters`,
    `set it to ${leastPassphrase} random characters at least, as openssl rand -base64 32 prints them`,
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    throw new LeaseholdError(file, `can't be read (${messageOf(thrown)})`, "give a file that is there");
  }
}
