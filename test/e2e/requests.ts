import type { Lab } from "../../cli/lab/lab";

export type Method = "GET" | "LIST" | "POST" | "PATCH" | "DELETE";

/** The HTTP status of any request of Vault's API, whatever it is. */
export async function statusOf(lab: Lab, token: string, method: Method, path: string, body?: object): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${lab.record().vaultPort}/v1/${path}`, {
    method,
    headers: {
      "X-Vault-Token": token,
      "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** A token by the AppRole login of a program. */
export async function loginAs(lab: Lab, path: string, role: string): Promise<string> {
  const operator = lab.operator();
  const roleId = await operator.readRoleId(path, role);
  return operator.loginByAppRole(path, roleId, await operator.issueSecretId(path, role));
}
