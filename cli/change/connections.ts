import type { PlannedResource } from "../review/plan";
import { namespaceOf } from "../review/plan-namespaces";
import type { VaultClient } from "../vault-client";
import type { Drain } from "./drain";

/**
 * Closes the connections of drains to their roles, so that no user is made meanwhile. Repeating it changes nothing. What is not
 * there is closed. It does not look whether the database answers.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#allowed_roles
 */
export async function closeConnections(client: VaultClient, drains: readonly Drain[]): Promise<void> {
  for (const { namespace, mount, connections, roles } of drains) {
    const vault = client.inNamespace(namespace);
    for (const name of connections) {
      const path = `${mount}/config/${name}`;
      if (!(await vault.exists(path))) continue;
      const { allowed_roles: allowed } = await vault.readConnection(mount, name);
      const isClosed = (role: string) => roles === undefined || role === "*" || roles.includes(role);
      if (!allowed.some(isClosed)) continue;
      const left = allowed.filter((role) => !isClosed(role));
      await vault.write(path, { allowed_roles: left, verify_connection: false });
    }
  }
}

/** Opens the connections again that a drain closed and that the apply left closed, as the plan has them. */
export async function reopenConnections(
  client: VaultClient,
  drains: readonly Drain[],
  resources: readonly PlannedResource[],
): Promise<void> {
  for (const { namespace, mount, connections } of drains) {
    const vault = client.inNamespace(namespace);
    for (const name of connections) {
      const planned = resources.find(
        ({ type, attributes }) =>
          type === "vault_database_secret_backend_connection" &&
          namespaceOf(attributes) === namespace &&
          attributes["backend"] === mount &&
          attributes["name"] === name,
      );
      const wanted = planned?.attributes["allowed_roles"];
      if (!Array.isArray(wanted) || !(await vault.exists(`${mount}/config/${name}`))) continue;
      const { allowed_roles: allowed } = await vault.readConnection(mount, name);
      if (wanted.every((role) => allowed.includes(role as string))) continue;
      const verify_connection = planned?.attributes["verify_connection"] !== false;
      await vault.write(`${mount}/config/${name}`, { allowed_roles: wanted, verify_connection });
    }
  }
}
