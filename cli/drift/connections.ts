import type { DatabaseDefinition } from "../../environments/databases/schema";
import { type VaultClient, VaultRefusal } from "../vault-client";
import { joinLooks, type Look } from "./finding";
import { lookAt, nothing } from "./looking";

/**
 * Has Vault make a user through each connection, and ends it at once: no call of Vault's only tries whether it can log in.
 * `config` with `verify_connection` writes the configuration again, and `reset` does not log in.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#generate-credentials
 */
export async function probeConnections(vault: VaultClient, databases: readonly DatabaseDefinition[]): Promise<Look> {
  const looks: Look[] = [];
  for (const { mount, name, roles } of databases) {
    const where = `${mount}/config/${name}`;
    const [role] = roles;
    if (role === undefined) {
      looks.push({ ...nothing, unseen: [`${where}: it has no role whose credentials could be tried`] });
      continue;
    }
    looks.push(await lookAt(`${mount}/creds/${role.name}`, () => probe(vault, where, mount, role.name)));
  }
  return joinLooks(looks);
}

async function probe(vault: VaultClient, where: string, mount: string, role: string): Promise<Look> {
  let leaseId: string;
  try {
    ({ leaseId } = await vault.issueCredentials(mount, role));
  } catch (thrown) {
    if (!(thrown instanceof VaultRefusal) || [403, 404].includes(thrown.status)) throw thrown;
    return {
      ...nothing,
      findings: [
        {
          kind: "connection",
          what: where,
          problem: `Vault can make no user with role ${role}: ${thrown.problem.replaceAll(/\s+/g, " ")}`,
          remedy:
            "see that the database runs; if Vault's password there is lost, leasehold database reseed gives a new one",
        },
      ],
    };
  }
  await vault.revokeLease(leaseId);
  return nothing;
}
