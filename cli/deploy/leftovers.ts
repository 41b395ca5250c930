import { z } from "zod";
import { inNamespace } from "../../environments/namespaces/contents";
import { textOf } from "../review/attributes";
import type { ResourceChange, ReviewedPlan } from "../review/plan";
import { type VaultClient, VaultRefusal } from "../vault-client";

/** A name of a PKI mount that a killed deployment has taken, for what no state knows. */
export interface Leftover {
  readonly namespace: string | undefined;
  readonly mount: string;
  readonly kind: "key" | "issuer";
  readonly name: string;
}

const keyType = "vault_pki_secret_backend_key";
const issuerTypes: readonly string[] = ["vault_pki_secret_backend_root_cert", "vault_pki_secret_backend_issuer"];

/**
 * Names that a plan gives, and that a deployment which was killed may have given already: Vault would refuse them.
 *
 * @param interrupted addresses of what that deployment created or was creating.
 */
export function leftoversOf({ changes }: ReviewedPlan, interrupted: ReadonlySet<string>): Leftover[] {
  const found = changes
    .filter(({ action, address }) => action === "create" && interrupted.has(address))
    .flatMap(leftoverOf);
  return [...new Map(found.map((each) => [`${each.kind} ${wordsOf(each)}`, each])).values()];
}

function leftoverOf({ type, after }: ResourceChange): Leftover[] {
  const kind = type === keyType ? "key" : issuerTypes.includes(type) ? "issuer" : undefined;
  const [mount, namespace] = [textOf(after, "backend"), textOf(after, "namespace")];
  const name = kind === undefined ? undefined : textOf(after, `${kind}_name`);
  return kind === undefined || mount === undefined || name === undefined ? [] : [{ namespace, mount, kind, name }];
}

/** Such as `pki/services-2026`, with its namespace before. */
function wordsOf({ namespace, mount, name }: Leftover): string {
  return inNamespace(namespace, `${mount}/${name}`);
}

const idAnswers = {
  key: z.object({ data: z.object({ key_id: z.string().min(1) }) }).transform(({ data }) => data.key_id),
  issuer: z.object({ data: z.object({ issuer_id: z.string().min(1) }) }).transform(({ data }) => data.issuer_id),
};

/**
 * Frees names for what a deployment makes: what has them already gets another name, and an issuer issues no more. Nothing is deleted:
 * nobody can tell here whether something was signed in the meantime. Running it again changes nothing.
 *
 * @returns what was renamed, in words.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#update-issuer
 */
export async function setAside(vault: VaultClient, leftovers: readonly Leftover[]): Promise<string[]> {
  const renamed: string[] = [];
  for (const leftover of leftovers) {
    const { namespace, mount, kind, name } = leftover;
    const its = vault.inNamespace(namespace);
    const id = await idOf(its, leftover);
    if (id === undefined) continue;
    const newName = `${name}-set-aside-${id.slice(0, 8)}`;
    await its.write(`${mount}/${kind}/${id}`, {
      [`${kind}_name`]: newName,
      ...(kind === "issuer" ? { usage: "read-only,crl-signing,ocsp-signing" } : {}),
    });
    renamed.push(`${kind} ${wordsOf(leftover)} is ${newName}`);
  }
  return renamed;
}

/** The id of what has a name; undefined where nothing has, or the mount is not there. */
async function idOf(vault: VaultClient, { mount, kind, name }: Leftover): Promise<string | undefined> {
  try {
    return await vault.read(`${mount}/${kind}/${name}`, idAnswers[kind]);
  } catch (thrown) {
    if (thrown instanceof VaultRefusal && isAbsence(thrown)) return undefined;
    throw thrown;
  }
}

/** PKI answers 500 for a name that nothing has. */
function isAbsence({ status, errors }: VaultRefusal): boolean {
  return status === 404 || errors.some((error) => error.includes("unable to find PKI"));
}
