import { existsSync, readFileSync } from "node:fs";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { Encryption } from "./key-file";
import { packetTags, pgpTag } from "./pgp-packets";

export interface RecipientOptions {
  /** Files with PGP public keys, one a share. */
  readonly pgpKey?: readonly string[];
  /** age recipients, or files of them, one a share. */
  readonly age?: readonly string[];
}

/** Whom the key shares are for. */
export interface Recipients {
  readonly encryption: Encryption;
  /** What the server encrypts to: PGP public keys in base64, without their armour. */
  readonly pgpKeys?: readonly string[];
  /** What is encrypted to here, as soon as the server has answered. */
  readonly age?: readonly string[];
}

export const nobody: Recipients = { encryption: "none" };

/**
 * The recipients that a command was given, as many as there are shares.
 *
 * @throws LeaseholdError when their number is another one, or one of them can't be read.
 */
export function recipientsFor(command: string, { pgpKey, age }: RecipientOptions, shares: number): Recipients {
  if (pgpKey !== undefined && age !== undefined) {
    throw new LeaseholdError(command, "both --pgp-key and --age are given", "give one of them");
  }
  if (pgpKey !== undefined) {
    requireCount(command, "--pgp-key", pgpKey.length, shares);
    return { encryption: "pgp", pgpKeys: pgpKey.map(readPgpKey) };
  }
  if (age !== undefined) {
    const recipients = age.flatMap(readAgeRecipients);
    requireCount(command, "--age", recipients.length, shares);
    return { encryption: "age", age: recipients };
  }
  return nobody;
}

function requireCount(command: string, option: string, count: number, shares: number): void {
  if (count === shares) return;
  throw new LeaseholdError(
    command,
    `${option} names ${count} recipients for ${shares} shares`,
    "name one for each share",
  );
}

/**
 * A PGP public key as the server takes it: base64 of its binary form.
 *
 * @throws LeaseholdError when the file is no public key.
 */
export function readPgpKey(path: string): string {
  if (!existsSync(path)) {
    throw new LeaseholdError(
      "--pgp-key",
      `there is no file ${path}`,
      "export one with gpg --export --armor NAME > FILE",
    );
  }
  const content = readFileSync(path);
  const text = content.toString("latin1");
  if (text.includes("PGP PRIVATE KEY")) {
    throw new LeaseholdError(
      "--pgp-key",
      `${path} holds a private key`,
      "give the public one: gpg --export --armor NAME",
    );
  }
  const armour =
    /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[\w-]+: .*\r?\n)*\r?\n([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/;
  const body = armour.exec(text)?.[1];
  const binary = body === undefined ? content : Buffer.from(body.replace(/^=.{4}\s*$/m, ""), "base64");
  const [first, ...others] = packetTags(binary) ?? [];
  if (first !== pgpTag.publicKey) {
    throw new LeaseholdError(
      "--pgp-key",
      `${path} holds no PGP public key`,
      "export one with gpg --export --armor NAME",
    );
  }
  // A server finds that out after it was initialised: the keys would then be nobody's.
  if (others.includes(pgpTag.publicSubkey)) return binary.toString("base64");
  throw new LeaseholdError(
    "--pgp-key",
    `${path} holds a key without a subkey to encrypt to`,
    "make one with gpg --quick-generate-key NAME default default",
  );
}

/** A recipient, or those in a file, a line each. */
export function readAgeRecipients(recipientOrFile: string): string[] {
  const isFile = existsSync(recipientOrFile);
  const found = isFile
    ? readFileSync(recipientOrFile, "utf8")
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
    : [recipientOrFile];
  for (const each of found) {
    if (/^age1[0-9a-z]+$/.test(each)) continue;
    // An identity is a secret: what was given is not repeated.
    const what = each.startsWith("AGE-SECRET-KEY") ? "an identity, which is secret" : "no age recipient";
    throw new LeaseholdError(
      "--age",
      `${isFile ? recipientOrFile : "what was given"} is ${what}`,
      "give age1... or a file of them",
    );
  }
  if (found.length > 0) return found;
  throw new LeaseholdError("--age", `${recipientOrFile} names no recipient`, "write one age1... a line");
}

/**
 * A secret that only the recipient reads, in age's armour.
 *
 * @throws LeaseholdError when the recipient can't be used; before anything is asked of a server, `requireAge` finds that out.
 * @see https://age-encryption.org/v1
 */
export async function encryptToAge(secret: string, recipient: string): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (thrown) {
    throw new LeaseholdError(
      "--age",
      `${recipient} can't be encrypted to (${messageOf(thrown)})`,
      "give the whole recipient",
    );
  }
  return armor.encode(await encrypter.encrypt(secret));
}

/** Tries age recipients before a server is asked for what it says once. */
export async function requireAge(recipients: readonly string[] = []): Promise<void> {
  for (const recipient of recipients) await encryptToAge("", recipient);
}

/** The shares as they are to be kept: the server has encrypted them to PGP keys itself. */
export async function sealedShares(keys: readonly string[], { age }: Recipients): Promise<string[]> {
  return age === undefined ? [...keys] : Promise.all(keys.map((key, at) => encryptToAge(key, age[at] as string)));
}
