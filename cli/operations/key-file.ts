import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { parseJson } from "../json";

/** How a file's shares are kept from whoever reads it. */
export const encryptions = ["none", "pgp", "age"] as const;

export type Encryption = (typeof encryptions)[number];

const keyFile = z.strictObject({
  address: z.string(),
  created: z.string(),
  /** Unseal keys open the server; recovery keys, of a server that a KMS unseals, only prove who asks. */
  kind: z.enum(["unseal", "recovery"]),
  threshold: z.int(),
  encryption: z.enum(encryptions),
  /** Whom each share is encrypted to, in the order of `keys`: fingerprints (PGP) or recipients (age). */
  recipients: z.array(z.string()).optional(),
  keys: z.array(z.string()),
  rootToken: z.string().optional(),
  /** Of the root token, which may be encrypted to somebody else than the shares. */
  rootTokenEncryption: z.enum(encryptions).optional(),
});

/** What `init` and `rekey` write. */
export type KeyFile = z.output<typeof keyFile>;

export function keyFileText(keys: KeyFile): string {
  return `${JSON.stringify(keys, undefined, 2)}\n`;
}

/** What `vault operator init -format=json` writes, and what a lab keeps. */
const otherFile = z.union([
  z.object({ unseal_keys_b64: z.array(z.string()).min(1) }).transform((file) => file.unseal_keys_b64),
  z.object({ recovery_keys_b64: z.array(z.string()).min(1) }).transform((file) => file.recovery_keys_b64),
  z.object({ keys_base64: z.array(z.string()).min(1) }).transform((file) => file.keys_base64),
  z.object({ unsealKeys: z.array(z.string()).min(1) }).transform((file) => file.unsealKeys),
  z.array(z.string()).min(1),
]);

/**
 * The key shares in a file that its owner alone may read: one that `init` or `rekey` wrote, one of `vault operator init`, or one
 * share a line.
 *
 * @throws LeaseholdError when it can't be used; the message never holds what is in it.
 */
export function readShares(option: string, path: string): string[] {
  if (!existsSync(path)) throw new LeaseholdError(option, `there is no file ${path}`, "give its path");
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new LeaseholdError(
      option,
      `${path} can be read by others (mode ${mode.toString(8)})`,
      `run chmod 600 ${path}`,
    );
  }
  return sharesIn(path, readFileSync(path, "utf8"));
}

/**
 * The key shares of a text in any of those forms.
 *
 * @throws LeaseholdError when it holds none, or something else.
 */
export function sharesIn(where: string, text: string): string[] {
  const json = parseJson(text);
  const own = keyFile.safeParse(json);
  if (own.success) return plainShares(where, own.data);
  const other = otherFile.safeParse(json);
  if (other.success) return other.data.map((share, at) => requireShare(`${where}, share ${at + 1}`, share));
  if (json !== undefined && typeof json === "object") {
    throw new LeaseholdError(where, "is JSON without key shares", "give the file that init or rekey wrote");
  }
  const shares = text.split(/\r?\n/).flatMap((line, at) => {
    // As `vault operator init` prints them.
    const share = line.replace(/^(Unseal|Recovery) Key \d+:/, "").trim();
    if (share === "" || share.startsWith("#") || /^Initial Root Token:/.test(share)) return [];
    return [requireShare(`${where}, line ${at + 1}`, share)];
  });
  if (shares.length > 0) return shares;
  throw new LeaseholdError(where, "holds no key share", "give one share a line, in base64 or hexadecimal");
}

/** What a file of the kind that `init` and `rekey` write holds; undefined where it is not one. */
export function readKeyFile(path: string): KeyFile | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = keyFile.safeParse(parseJson(readFileSync(path, "utf8")));
  return parsed.success ? parsed.data : undefined;
}

function plainShares(where: string, { encryption, keys }: KeyFile): string[] {
  if (encryption === "none") return keys;
  const decrypt =
    encryption === "pgp"
      ? `jq -r '.keys[0]' ${where} | base64 -d | gpg -dq`
      : `jq -r '.keys[0]' ${where} | age -d -i identity.txt`;
  throw new LeaseholdError(
    where,
    `its shares are encrypted with ${encryption}, each to its holder`,
    `each holder decrypts their own and pipes it in with --stdin, as in: ${decrypt}`,
  );
}

/** Vault takes shares of 16 to 33 bytes; they were once 17 to 33. */
function requireShare(where: string, share: string): string {
  const bytes = /^[0-9a-f]+$/i.test(share)
    ? share.length / 2
    : /^[A-Za-z0-9+/]+={0,2}$/.test(share)
      ? Buffer.from(share, "base64").length
      : 0;
  if (Number.isInteger(bytes) && bytes >= 16 && bytes <= 33) return share;
  throw new LeaseholdError(where, "is no key share", "give it in base64 or hexadecimal, as init wrote it");
}
